//! All ledgers together: ids, references, natural keys, rosters and probable double entries.

mod shown;

use super::facts::{DoubleCandidate, Facts, HeadFact, RecordFact, Reference, RowSite};
use super::ledger::{LedgerCondition, LedgerFindings};
use super::rules::{CheckRules, CheckTarget};
use crate::base::fault::{Fault, Level};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::schema::kind::{Double, FieldType, Kind};
use shown::{RecordReader, ShownRecord};
use std::collections::{BTreeMap, HashSet};

/// So many records that are probably entered twice are told, no more: who would look at them?
const MOST_DOUBLES: usize = 1000;

/// Takes what each ledger came to, and says what they come to together.
#[derive(Debug)]
pub struct Checker<'a> {
    rules: &'a CheckRules<'a>,
    targets: &'a [CheckTarget],
    facts: Facts,
    /// Sheets that are only readable with their format restored.
    repairable: HashSet<u32>,
    /// Ids of the kinds of which not all can be read.
    broken: HashSet<String>,
    faults: Vec<Fault>,
    rows: usize,
}

impl<'a> Checker<'a> {
    /// `unread`: ids of kinds of which not all ledgers are among the sheets.
    #[must_use]
    pub fn new(rules: &'a CheckRules<'a>, sheets: &'a [CheckTarget], unread: HashSet<String>) -> Checker<'a> {
        let facts = Facts::default();
        let repairable = HashSet::new();
        let faults = Vec::new();
        Checker { rules, targets: sheets, facts, repairable, broken: unread, faults, rows: 0 }
    }

    /// Takes what one ledger came to.
    pub fn take(&mut self, reading: LedgerFindings) {
        match reading.condition {
            LedgerCondition::Whole => {}
            LedgerCondition::Repairable => {
                self.repairable.insert(reading.sheet);
            }
            LedgerCondition::Broken => {
                let kind = self.targets.get(reading.sheet as usize).map(|sheet| self.rules.kinds[sheet.kind]);
                self.broken.extend(kind.map(|kind| kind.id.clone()));
            }
        }
        self.rows += reading.rows;
        self.faults.extend(reading.faults);
        self.facts.merge(reading.facts);
    }

    /// How many rows there are.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Everything that is wrong, each ledger's own faults first. `bytes` gives a ledger's again, by its path.
    pub fn finish(mut self, bytes: &mut dyn FnMut(&str) -> Option<Vec<u8>>) -> Vec<Fault> {
        self.facts.sort();
        let mut reader = RecordReader::new(self.rules, self.targets, &self.repairable, bytes);
        let mut faults = std::mem::take(&mut self.faults);
        if !self.broken.is_empty() {
            faults.push(unread_warning(&self.broken));
        }
        self.check_ids(&mut reader, &mut faults);
        self.check_references(&mut reader, &mut faults);
        self.check_rosters(&mut reader, &mut faults);
        faults.extend(self.check_doubles(&mut reader));
        faults
    }

    fn kind_at(&self, site: RowSite) -> Option<&'a Kind> {
        Some(self.rules.kinds[self.targets.get(site.sheet as usize)?.kind])
    }

    /// Ids that stand in two ledgers: one fault for each pair of ledgers, for most often a whole file was copied.
    fn check_ids(&self, reader: &mut RecordReader<'_>, faults: &mut Vec<Fault>) {
        let mut pairs: BTreeMap<(u32, u32), SharedIds> = BTreeMap::new();
        for same in self.facts.records.chunk_by(|one, other| one.id == other.id).filter(|same| same.len() > 1) {
            let first = same[0].site;
            for &RecordFact { site: other, .. } in &same[1..] {
                let shared = SharedIds { first, other, count: 0 };
                pairs.entry((first.sheet, other.sheet)).or_insert(shared).count += 1;
            }
        }
        for SharedIds { first, other, count } in pairs.into_values() {
            let (Some(first), Some(here)) = (reader.read(first, None), reader.read(other, None)) else { continue };
            let there = first.place_words();
            let id = here.id;
            let what = text!(
                "编号 {id} 在另一本台账中也有（两本共有 {count} 个相同编号）：{there}",
                "id {id} is also in another ledger ({count} in common): {there}",
                count = Text::count(count, "id", "ids")
            );
            let hint = text!(
                "一条记录只在一本台账中：误复制的文件请移走，误粘贴的行请从备份恢复",
                "a record belongs in one ledger only: move away a file copied by mistake, restore one that had rows \
                 pasted in"
            );
            faults.push(Fault::new("repeated-id", what).at(here.place).hint(hint));
        }
    }

    fn record(&self, id: Id) -> Option<&RecordFact> {
        let at = self.facts.records.partition_point(|record| record.id < id);
        self.facts.records.get(at).filter(|record| record.id == id)
    }

    fn check_references(&self, reader: &mut RecordReader<'_>, faults: &mut Vec<Fault>) {
        for reference in &self.facts.references {
            let Some(kind) = self.kind_at(reference.site) else { continue };
            let field = reference.field;
            let FieldType::Ref(wanted) = &kind.fields[field].ty else { continue };
            let found = match self.record(reference.to) {
                None if wanted.as_ref().map_or(!self.broken.is_empty(), |kind| self.broken.contains(kind)) => continue,
                None => Some(dangling_reference(kind, *reference)),
                Some(target) => self.check_target(kind, *reference, wanted.as_deref(), target),
            };
            let Some(fault) = found.filter(|fault| self.rules.with_doubts || fault.level == Level::Error) else {
                continue;
            };
            let Some(here) = reader.read(reference.site, Some(field)) else { continue };
            let id = here.id;
            let option = kind.fields[field].name.replace('_', "-");
            let hint = text!(
                "更正：culture edit {id} --{option} … --reason 事由；不该有这一条：culture void {id} --reason 事由",
                "to correct it: culture edit {id} --{option} … --reason …; to void it: culture void {id} --reason …"
            );
            faults.push(fault.of_field(&kind.fields[field].name).at(here.place).hint(hint));
        }
    }

    /// What is wrong with a reference to a record that is there.
    fn check_target(
        &self,
        kind: &Kind,
        reference: Reference,
        wanted: Option<&str>,
        target: &RecordFact,
    ) -> Option<Fault> {
        let title = &kind.fields[reference.field].title;
        let to = reference.to;
        let found = self.kind_at(target.site)?;
        if let Some(wanted) = wanted.filter(|wanted| *wanted != found.id) {
            let wanted = self.rules.kinds.iter().find(|kind| kind.id == wanted).map(|kind| &kind.title)?;
            let found = &found.title;
            return Some(Fault::new(
                "wrong-reference",
                text!(
                    "“{title}”应引用{wanted}，{to} 却是{found}",
                    "“{title}” must refer to a {wanted} record, but {to} is a {found} record",
                    title,
                    wanted,
                    found
                ),
            ));
        }
        if !target.live {
            let what =
                text!("“{title}”引用的记录 {to} 已作废", "“{title}” refers to record {to}, which is void", title);
            return Some(Fault::warning("void-reference", what));
        }
        let here = self.targets.get(reference.site.sheet as usize)?;
        let there = self.targets.get(target.site.sheet as usize)?;
        let is_roster =
            self.rules.rosters.iter().any(|roster| {
                roster.names == here.kind && roster.of == there.kind && roster.reference == reference.field
            });
        if !is_roster || (here.township == there.township && here.year == there.year) {
            return None;
        }
        let name = self.rules.township_name(&there.township);
        let year = there.year;
        Some(Fault::new(
            "stray-roster-row",
            text!(
                "名册与其记录 {to} 不在同一单位、同一年度（记录在{name} {year} 年），不会计入",
                "not counted: a roster entry must be in the same township and year as its record {to} ({name}, \
                 {year})"
            ),
        ))
    }

    fn check_rosters(&self, reader: &mut RecordReader<'_>, faults: &mut Vec<Fault>) {
        for HeadFact { record, heads, site } in &self.facts.heads {
            let Some(kind) = self.kind_at(*site) else { continue };
            let Some(roster) = &kind.roster else { continue };
            let start = self.facts.people.partition_point(|named| named.record < *record);
            let named = self.facts.people[start..].iter().take_while(|named| named.record == *record).count();
            let same = i64::try_from(named).is_ok_and(|named| named == *heads);
            if named == 0 || same || self.broken.contains(&roster.kind) {
                continue;
            }
            let Some(here) = reader.read(*site, Some(roster.heads)) else { continue };
            let heads_field = &kind.fields[roster.heads].name;
            let title = &kind.fields[roster.heads].title;
            let label = &here.label;
            let option = heads_field.replace('_', "-");
            let what = text!(
                "{label}：名册有 {named} 人，“{title}”却是 {heads}",
                "{label}: the roster lists {named}, but “{title}” is {heads}",
                title,
                label,
                named = Text::count(named, "person", "people")
            );
            let id = here.id;
            let listing = &roster.kind;
            let hint = text!(
                "补齐名册（culture add {listing} …），或更正人数：culture edit {id} --{option} {named} --reason 与名册一致",
                "complete the roster (culture add {listing} …), or correct the number: \
                 culture edit {id} --{option} {named} --reason \"as in the roster\""
            );
            faults.push(Fault::warning("headcount-differs", what).of_field(heads_field).at(here.place).hint(hint));
        }
    }

    fn same_key_fault(&self, reader: &mut RecordReader<'_>, one: RowSite, other: RowSite) -> Option<Fault> {
        let kind = self.kind_at(other)?;
        let first = reader.read(one, None)?;
        let here = reader.read(other, None)?;
        let titles: Vec<&Text> = kind.key.iter().map(|&field| &kind.fields[field].title).collect();
        let titles = Text::list(titles);
        let title = &kind.title;
        let there = first.words();
        let id = here.id;
        let what = text!(
            "重复登记的{title}：{titles}与{there}都相同",
            "possible duplicate {title}: same {titles} as {there}",
            title,
            titles,
            there
        );
        let hint = text!(
            "确为重复，作废一条：culture void {id} --reason 重复登记；确为两条，更正其中一项以示区别",
            "if it is a duplicate, void it: culture void {id} --reason duplicate; if not, change one of these fields to \
             tell them apart"
        );
        Some(Fault::warning("duplicate-record", what).at(here.place).hint(hint))
    }

    /// Records that are probably entered twice, up to [`MOST_DOUBLES`].
    fn check_doubles(&self, reader: &mut RecordReader<'_>) -> Vec<Fault> {
        let mut faults = Vec::new();
        for same in self.facts.keys.chunk_by(|one, other| one.key == other.key) {
            for other in same[1..].iter().take(MOST_DOUBLES - faults.len()) {
                faults.extend(self.same_key_fault(reader, same[0].site, other.site));
            }
        }
        for alike in self.facts.twins.chunk_by(|one, other| one.same == other.same) {
            self.compare_doubles(reader, alike, &mut faults);
        }
        if faults.len() >= MOST_DOUBLES {
            let what = text!(
                "疑似重复登记的太多，只列出 {MOST_DOUBLES} 处",
                "too many possible duplicates: only {MOST_DOUBLES} are listed"
            );
            let hint = Text::new("处理以上各处后再检查一次", "fix these, then check again");
            faults.push(Fault::warning("too-many-duplicates", what).hint(hint));
        }
        faults
    }

    /// Records that agree where a rule of their kind says that they should not: each is told with the first from which it
    /// differs as the rule wants.
    fn compare_doubles(&self, reader: &mut RecordReader<'_>, alike: &[DoubleCandidate], faults: &mut Vec<Fault>) {
        let Some(kind) = alike.first().and_then(|twin| self.kind_at(twin.site)) else { return };
        let Some(double) = kind.doubles.get(alike[0].rule as usize) else { return };
        // Where a rule asks for no difference at all, each record is told beside the first; else only the first record of
        // each class, or a ledger pasted in twice would be told row by row.
        let tells_each = !double.across && double.differ.is_empty();
        let mut met: BTreeMap<DoubleClass<'_>, &DoubleCandidate> = BTreeMap::new();
        for twin in alike {
            if faults.len() >= MOST_DOUBLES {
                return;
            }
            let class = self.double_class(double, twin);
            let apart = met.iter().filter(|(other, _)| class.is_apart_from(other)).map(|(_, twin)| *twin);
            let earlier = apart.min_by_key(|twin| twin.site);
            let is_new = !met.contains_key(&class);
            met.entry(class).or_insert(twin);
            if let Some(earlier) = earlier.filter(|_| is_new || tells_each)
                && let (Some(first), Some(here)) = (reader.read(earlier.site, None), reader.read(twin.site, None))
            {
                faults.push(probable_double(&double.title, &first, here));
            }
        }
    }

    fn double_class(&self, double: &Double, twin: &DoubleCandidate) -> DoubleClass<'a> {
        let sheet = self.targets.get(twin.site.sheet as usize);
        DoubleClass {
            township: sheet.filter(|_| double.across).map(|sheet| sheet.township.as_str()),
            differ: (!double.differ.is_empty()).then_some(twin.differ),
        }
    }
}

/// The ids that stand in two ledgers: where the first of them stands in each, and how many there are.
struct SharedIds {
    first: RowSite,
    other: RowSite,
    count: usize,
}

/// In what records differ that a rule takes for one if they do; none where the rule does not look.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct DoubleClass<'a> {
    township: Option<&'a str>,
    differ: Option<u64>,
}

impl DoubleClass<'_> {
    /// Whether records of the two differ as the rule wants.
    fn is_apart_from(&self, other: &DoubleClass<'_>) -> bool {
        let township = self.township.is_none() || self.township != other.township;
        let fields = self.differ.is_none() || self.differ != other.differ;
        township && fields
    }
}

fn dangling_reference(kind: &Kind, reference: Reference) -> Fault {
    let title = &kind.fields[reference.field].title;
    let to = reference.to;
    Fault::new(
        "dangling-reference",
        text!("“{title}”引用的记录 {to} 不存在", "“{title}” refers to record {to}, which does not exist", title),
    )
}

fn probable_double(title: &Text, first: &ShownRecord, here: ShownRecord) -> Fault {
    let there = first.words();
    let words = here.words();
    let id = here.id;
    let what = text!("{title}：{words}与{there}", "{title}: {words} and {there}", title, words, there);
    let hint = text!(
        "请核对：重复的作废（culture void {id} --reason 重复登记），写错的更正（culture edit {id} … --reason 事由），无误的不必处理",
        "check both: void a duplicate (culture void {id} --reason duplicate), correct a mistake (culture edit {id} …), or \
         leave them as they are"
    );
    Fault::warning("possible-duplicate", what).at(here.place).hint(hint)
}

fn unread_warning(kinds: &HashSet<String>) -> Fault {
    let mut kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
    kinds.sort_unstable();
    let kinds = kinds.join(", ");
    let what = text!(
        "{kinds} 的台账没有读全：与之有关的引用、名册和重复登记没有查完",
        "some ledgers of {kinds} cannot be read: references to them, rosters and duplicates are not fully checked"
    );
    Fault::warning("not-all-read", what).hint(Text::new("改正上述错误后再检查一次", "fix the errors, then check again"))
}
