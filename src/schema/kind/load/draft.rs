//! A kind's file as it is written, before its names are looked up: words with their places.

use super::field::{DraftField, condition, field};
use super::notice::DraftNoticeFields;
use crate::base::config::{self, ConfigTable, Word};
use crate::base::fault::{Fault, Result};
use crate::base::text::Text;
use crate::schema::kind::{EFFECTIVE, FieldType};

/// What the file of a whole kind says.
#[derive(Debug)]
pub(super) struct DraftKind {
    /// The county wrote it, or a part of it.
    pub(super) by_county: bool,
    pub(super) id: Word,
    pub(super) title: Text,
    pub(super) fields: Vec<DraftField>,
    pub(super) key: Vec<Word>,
    pub(super) label: Vec<Word>,
    pub(super) end: Option<Word>,
    pub(super) lasting: bool,
    /// The county's field that is named as the column for changes.
    pub(super) kept_from_lasting: Option<Word>,
    pub(super) roster: Option<DraftRoster>,
    pub(super) doubles: Vec<DraftDouble>,
    pub(super) summary: Vec<Word>,
    pub(super) latest: Option<Word>,
    pub(super) evidence: Vec<DraftEvidenceRule>,
    pub(super) inspects: Option<DraftInspectionFields>,
    pub(super) notice: Option<DraftNoticeFields>,
}

#[derive(Debug)]
pub(super) struct DraftRoster {
    pub(super) kind: Word,
    pub(super) reference: Word,
    pub(super) person: Vec<Word>,
    pub(super) heads: Word,
    pub(super) credit: Option<Word>,
}

#[derive(Debug)]
pub(super) struct DraftDouble {
    pub(super) title: Text,
    pub(super) same: Vec<Word>,
    pub(super) differ: Vec<Word>,
    pub(super) across: bool,
}

#[derive(Debug)]
pub(super) struct DraftInspectionFields {
    pub(super) record: Word,
    pub(super) indicator: Word,
    pub(super) claimed: Word,
    pub(super) accepted: Word,
    pub(super) reason: Word,
    pub(super) verdict: Word,
}

#[derive(Debug)]
pub(super) struct DraftEvidenceRule {
    pub(super) any: Vec<Word>,
    pub(super) when: Option<(Word, Word)>,
    pub(super) files: usize,
}

/// What a county's file adds to a built-in kind.
#[derive(Debug)]
pub(super) struct KindExtension {
    id: Word,
    fields: Vec<DraftField>,
    headings: Vec<(Word, Vec<Word>)>,
    evidence: Vec<DraftEvidenceRule>,
}

/// Whether a county's file describes a kind from its beginning, and so adds to none: it has what an addition cannot have.
pub(super) fn is_whole(source: &str) -> bool {
    let is_date = |field: &ConfigTable<'_>| field.text("name").as_deref() == Some("date");
    let has_all = |root: &ConfigTable<'_>| {
        let titled = root.value("title").is_some() && root.value("key").is_some();
        titled && root.tables("field", is_date).contains(&true)
    };
    config::peek(source, has_all).unwrap_or(false)
}

/// Reads the file of the kind `id`.
pub(super) fn read_kind(id: &str, by_county: bool, file: &str, source: &str) -> Result<DraftKind> {
    config::read(file, source, |root| {
        let id_word = id_word(root, id);
        let title = root.require_bilingual("title");
        let key = required_words(root, "key");
        let label = root.words("label");
        let end = root.word("end");
        let lasting = root.boolean("lasting", false);
        let roster = root.table("roster", roster).flatten();
        let doubles = root.tables("double", double);
        let summary = root.words("summary");
        let latest = root.word("latest");
        let evidence = root.tables("evidence", evidence);
        let inspects = root.table("inspects", inspects).flatten();
        let notice = root.table("notice", DraftNoticeFields::read).flatten();
        let fields = root.tables("field", |table| field(table, false));
        // What the first field lacks has been told.
        let first_is_lacking = matches!(fields.first(), Some(None));
        let draft = DraftKind {
            by_county,
            id: id_word,
            title,
            key,
            label,
            end,
            lasting,
            kept_from_lasting: None,
            roster,
            doubles,
            summary,
            latest,
            evidence,
            inspects,
            notice,
            fields: fields.into_iter().flatten().collect(),
        };
        check_id(root, &draft.id, id);
        if !first_is_lacking {
            check_first_field(root, &draft);
        }
        if draft.lasting {
            check_lasting(root, &draft);
        }
        draft
    })
}

/// Reads what the county's file adds to the built-in kind `id`, and adds it to its draft.
pub(super) fn extend(draft: &mut DraftKind, id: &str, file: &str, source: &str) -> Result<()> {
    let known: Vec<String> = draft.fields.iter().map(|field| field.name.text.clone()).collect();
    let extension = config::read(file, source, |root| {
        let extension = KindExtension {
            id: id_word(root, id),
            fields: root.tables("field", |table| field(table, true)).into_iter().flatten().collect(),
            headings: root.value("headings").map_or_else(Vec::new, headings),
            evidence: root.tables("evidence", evidence),
        };
        check_id(root, &extension.id, id);
        for (name, _) in extension.headings.iter().filter(|(name, _)| !known.contains(&name.text)) {
            root.report(super::names::unknown_field(name, known.iter().map(String::as_str)));
        }
        extension
    })?;
    for (name, words) in extension.headings {
        if let Some(field) = draft.fields.iter_mut().find(|field| field.name.text == name.text) {
            field.headings.extend(words);
        }
    }
    // Such ledgers stand since before these records could change: what they hold under that name is the field's.
    draft.kept_from_lasting = change_field(&extension.fields).filter(|_| draft.lasting).cloned();
    draft.lasting &= draft.kept_from_lasting.is_none();
    draft.fields.extend(extension.fields);
    draft.evidence.extend(extension.evidence);
    draft.by_county = true;
    Ok(())
}

impl DraftKind {
    /// The kinds that must be loaded to check this one.
    pub(super) fn linked_kinds(&self) -> impl Iterator<Item = &String> {
        let defaults = self.fields.iter().filter_map(|field| {
            let (reference, _) = field.default_from.as_ref()?.text.split_once('.')?;
            self.fields.iter().find(|other| other.name.text == reference)?.to.as_ref()
        });
        self.roster.as_ref().map(|roster| &roster.kind).into_iter().chain(defaults).map(|word| &word.text)
    }

    /// The kinds to whose records its own refer.
    pub(super) fn referenced_kinds(&self) -> impl Iterator<Item = &String> {
        self.fields.iter().filter_map(|field| field.to.as_ref()).map(|word| &word.text)
    }

    /// Whether its records refer to records of any kind.
    pub(super) fn refers_to_any(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.ty, FieldType::Ref(None)))
    }
}

/// The id that stands in the file, else the one that is wanted, so that only its absence is told.
fn id_word(root: &ConfigTable<'_>, id: &str) -> Word {
    root.require_word("id").unwrap_or_else(|| root.missing_word(id))
}

fn check_id(root: &ConfigTable<'_>, word: &Word, id: &str) {
    if word.text != id {
        let given = &word.text;
        root.report(
            Fault::new(
                "other-id",
                text!(
                    "id 是“{given}”，与文件名 {id}.toml 不符",
                    "the id is “{given}”, but the file is named {id}.toml"
                ),
            )
            .at(word.place())
            .hint(text!("改 id 或改文件名，使两者相同", "make the id and the file name match")),
        );
    }
}

/// The first field holds the day for which a record counts.
fn check_first_field(root: &ConfigTable<'_>, draft: &DraftKind) {
    let wanted = text!(
        "第一个字段应为 name = \"date\"、type = \"date\"、required = true",
        "start with a field that has name = \"date\", type = \"date\", required = true"
    );
    match draft.fields.first() {
        None => root.fault("missing-date", text!("没有日期字段", "there is no date field"), wanted),
        Some(first) if first.is_the_date() => {}
        Some(first) => root.report(
            Fault::new("missing-date", text!("第一个字段不是必填的日期", "the first field is not a required date"))
                .at(first.name.place())
                .hint(wanted),
        ),
    }
}

/// The field that is named as the column for changes.
fn change_field(fields: &[DraftField]) -> Option<&Word> {
    fields.iter().map(|field| &field.name).find(|name| name.text == EFFECTIVE)
}

/// Records that last have a column of their own for changes; they name no people and are neither inspections nor notices,
/// which are what they were on their day.
fn check_lasting(root: &ConfigTable<'_>, draft: &DraftKind) {
    if let Some(name) = change_field(&draft.fields) {
        let what = text!(
            "lasting = true 的台账以 {EFFECTIVE} 列记变动日期",
            "a ledger with lasting = true has a column “{EFFECTIVE}” for the days of changes"
        );
        let hint = Text::new("换一个字段名，或删去 lasting", "choose another name, or remove “lasting”");
        root.report(Fault::new("reserved-name", what).of_field(EFFECTIVE).at(name.place()).hint(hint));
    }
    for key in ["roster", "inspects", "notice"] {
        if let Some(value) = root.value(key) {
            let what = text!("lasting = true 的类别不能有 [{key}]", "a kind with lasting = true cannot have [{key}]");
            let hint = text!("删去 lasting，或删去 [{key}]", "remove “lasting”, or remove [{key}]");
            value.fault("misplaced-key", what, Some(hint));
        }
    }
}

fn required_words(root: &ConfigTable<'_>, key: &'static str) -> Vec<Word> {
    let Some(value) = root.require(key) else { return Vec::new() };
    let words = value.words();
    if words.is_empty() {
        value.fault(
            "empty-value",
            text!("{key} 是空的", "“{key}” is empty"),
            Some(text!("写上字段名", "list the names of fields")),
        );
    }
    words
}

fn roster(table: &ConfigTable<'_>) -> Option<DraftRoster> {
    let kind = table.require_word("kind");
    let reference = table.require_word("ref");
    let heads = table.require_word("heads");
    let person = required_words(table, "person");
    let credit = table.word("credit");
    Some(DraftRoster { kind: kind?, reference: reference?, person, heads: heads?, credit })
}

fn double(table: &ConfigTable<'_>) -> DraftDouble {
    DraftDouble {
        title: table.require_bilingual("title"),
        same: required_words(table, "same"),
        differ: table.words("differ"),
        across: table.boolean("across", false),
    }
}

fn inspects(table: &ConfigTable<'_>) -> Option<DraftInspectionFields> {
    let [record, indicator, claimed, accepted, reason, verdict] =
        ["record", "indicator", "claimed", "accepted", "reason", "verdict"].map(|key| table.require_word(key));
    Some(DraftInspectionFields {
        record: record?,
        indicator: indicator?,
        claimed: claimed?,
        accepted: accepted?,
        reason: reason?,
        verdict: verdict?,
    })
}

fn evidence(table: &ConfigTable<'_>) -> DraftEvidenceRule {
    DraftEvidenceRule {
        any: required_words(table, "any"),
        when: table.value("when").and_then(condition),
        files: table
            .integer("files", 0..=99)
            .map_or(0, |files| usize::try_from(files).expect("at most 99 are asked for")),
    }
}

fn headings(value: config::ConfigValue<'_>) -> Vec<(Word, Vec<Word>)> {
    value.entries().into_iter().map(|(name, words)| (name, words.words())).collect()
}
