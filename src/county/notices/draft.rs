//! Notices as they are drafted: what the rules find of a township, frozen in words, a serial for each.

use super::{all_notices, notice_kind, serial};
use crate::base::day::Day;
use crate::base::fault::{Fault, Faults, Level, Result};
use crate::base::id::Id;
use crate::base::text::{Lang, Text};
use crate::county::draft::ChangeDraft;
use crate::county::entry::EntryReader;
use crate::county::supervision::findings;
use crate::county::view::View;
use crate::figures::supervision::{Finding, FindingKey};
use crate::report::notice::{Letter, ListedNotice, NoticeDraft, facts};
use crate::schema::kind::{Choice, FieldNo, NoticeFields};
use crate::schema::record::RecordState;
use crate::schema::township::TownshipNo;

/// What is to be drafted, as typed.
#[derive(Clone, Debug)]
pub(crate) struct NoticeAsked {
    /// The type of notice.
    pub ty: String,
    /// To whom.
    pub townships: Vec<String>,
    /// By when it is to be mended.
    pub due: Option<String>,
    /// What the townships are asked to do.
    pub requirements: Option<String>,
    /// The facts, in place of findings.
    pub facts: Option<String>,
    /// It is sent even if such a notice is open.
    pub again: bool,
}

/// What was drafted.
pub(crate) struct DraftedNotices {
    /// Its text, for the office's template, line by line.
    pub letter: Vec<Text>,
    /// That each is drafted.
    pub said: Vec<Text>,
    /// What is worth saying.
    pub warnings: Vec<Fault>,
}

/// Drafts a notice to each township that is named, in the words of a language.
///
/// # Errors
/// Nothing is found of a township, or such a notice is open; what was typed cannot be read; no kind has notices.
pub(crate) fn draft_notices(
    view: &View<'_>,
    draft: &mut ChangeDraft,
    asked: &NoticeAsked,
    lang: Lang,
) -> Result<DraftedNotices> {
    let county = view.county;
    let (kind, notice) = notice_kind(view.kinds()?)?;
    let search = view.search()?;
    let writer = NoticeWriter { view, notice, reader: EntryReader::new(&search, kind, view.today), asked, lang };
    let known = draft.settle(county, None)?;
    let before = all_notices(&search, kind, notice)?;
    let year = view.today.year();
    let first = next_serial(notice, before.iter().filter(|kept| kept.year == year));
    let drafted = writer.found(&known.to_minute(), first)?;
    let mut warnings = Vec::new();
    let mut said = Vec::new();
    for one in &drafted {
        if !asked.again
            && let Some(open) = before.iter().find(|kept| writer.is_open(kept, one))
        {
            writer.open_already(one.township, open.record.id)?;
        }
        let cells = writer.cells(one)?;
        warnings.extend(writer.reader.fits(one.township, &cells)?);
        let id = Id::random();
        draft.row(county, kind, one.township, year, &draft.stamp.entry(id, cells, ""));
        let name = &county.in_order()[one.township].name;
        let serial = one.serial;
        said.push(text!("已起草第 {serial} 号，{name}（{id}）", "drafted notice {serial}, {name} ({id})"));
    }
    let warnings = Faults::unless(warnings.clone(), || warnings)?;
    Ok(DraftedNotices { letter: writer.letter(&drafted), said, warnings })
}

/// The serial that comes after those of a year's notices.
fn next_serial<'n>(notice: &NoticeFields, of_year: impl Iterator<Item = &'n ListedNotice>) -> i64 {
    of_year.filter_map(|kept| serial(notice, &kept.record)).max().map_or(1, |last| last + 1)
}

/// What a draft is made from.
struct NoticeWriter<'a> {
    view: &'a View<'a>,
    notice: &'a NoticeFields,
    reader: EntryReader<'a>,
    asked: &'a NoticeAsked,
    lang: Lang,
}

/// What all notices of a draft have in common: of which type they are, and by when something is to be mended.
struct NoticeHead<'a> {
    ty: &'a Choice,
    due: Option<Day>,
}

/// What is told to a township, and by which rules.
struct NoticeFacts {
    township: TownshipNo,
    facts: String,
    grounds: String,
}

impl NoticeWriter<'_> {
    /// What is to be told to each township that is named, in the bureau's order, with serials from the `first` on.
    fn found(&self, known: &str, first: i64) -> Result<Vec<NoticeDraft>> {
        let townships = self.townships()?;
        let NoticeHead { ty, due } = self.head()?;
        let told = match self.stated_facts()? {
            Some(stated) => townships
                .into_iter()
                .map(|township| NoticeFacts { township, facts: stated.clone(), grounds: String::new() })
                .collect(),
            None => self.findings(&townships, known)?,
        };
        let drafted = told.into_iter().zip(first..).map(|(told, serial)| NoticeDraft {
            township: told.township,
            serial,
            ty: ty.token.clone(),
            title: ty.title.clone(),
            due,
            facts: told.facts,
            grounds: told.grounds,
        });
        Ok(drafted.collect())
    }

    fn townships(&self) -> Result<Vec<TownshipNo>> {
        let words = self.asked.townships.iter();
        let mut townships = words.map(|word| self.view.county.township_named(word)).collect::<Result<Vec<_>>>()?;
        townships.sort_unstable();
        townships.dedup();
        Ok(townships)
    }

    fn head(&self) -> Result<NoticeHead<'_>> {
        let notice = self.notice;
        let mut given = vec![(notice.ty, self.asked.ty.as_str())];
        given.extend(self.asked.due.as_deref().map(|due| (notice.due, due)));
        let read = self.read(&given)?;
        let field = &self.reader.kind.fields[notice.ty];
        let Some(ty) = field.choice(&read[notice.ty]) else {
            let types: Vec<Text> = field.ty.offered_choices().map(|choice| choice.title.clone()).collect();
            let types = Text::list(&types);
            return Fault::usage("missing-value", text!("没有写明文书类型", "no type of notice given"))
                .of_field(&field.name)
                .hint(text!("可写：{types}", "choose from: {types}", types))
                .fail();
        };
        let due = Day::from_iso(read[notice.due].as_bytes());
        self.due(&ty.token, due)?;
        Ok(NoticeHead { ty, due })
    }

    /// The facts as they are stated in place of findings.
    fn stated_facts(&self) -> Result<Option<String>> {
        let Some(facts) = &self.asked.facts else { return Ok(None) };
        let mut read = self.read(&[(self.notice.facts, facts)])?;
        Ok(Some(std::mem::take(&mut read[self.notice.facts])).filter(|facts| !facts.is_empty()))
    }

    /// What the rules find of each of the townships.
    fn findings(&self, townships: &[TownshipNo], known: &str) -> Result<Vec<NoticeFacts>> {
        let findings = findings(self.view)?;
        let plan = &self.view.plan()?.plan;
        let mut all = Vec::new();
        let mut faults = Vec::new();
        for &township in townships {
            let its: Vec<&Finding> = findings.iter().filter(|finding| finding.township == township).collect();
            if its.is_empty() {
                faults.push(nothing_found(&self.view.county.in_order()[township].name));
                continue;
            }
            let keys: Vec<FindingKey> = its.iter().map(|finding| FindingKey::of(plan, finding)).collect();
            let facts = facts(plan, &its, (self.reader.today, known), self.lang);
            all.push(NoticeFacts { township, facts, grounds: FindingKey::format_all(&keys) });
        }
        Faults::unless(faults, || all)
    }

    /// What asks for rectification says by when; nothing is due before it is asked for.
    fn due(&self, ty: &str, due: Option<Day>) -> Result<()> {
        let today = self.reader.today;
        if ty == self.notice.rectification && due.is_none() {
            return Fault::usage("missing-due-day", text!("没有写明整改期限", "no deadline given"))
                .hint(text!("加上 --due 日期", "add --due DATE"))
                .fail();
        }
        if let Some(due) = due.filter(|due| *due < today) {
            return Fault::usage(
                "past-date",
                text!("整改期限 {due} 早于今天 {today}", "deadline {due} is in the past (today is {today})"),
            )
            .hint(text!("请核对日期", "check the date"))
            .fail();
        }
        Ok(())
    }

    /// Values as written, read; the rest empty.
    fn read(&self, given: &[(FieldNo, &str)]) -> Result<Vec<String>> {
        let given: Vec<(FieldNo, &str)> = given.iter().copied().filter(|(_, text)| !text.is_empty()).collect();
        let read = self.reader.read(&[], &given);
        if read.faults.iter().any(|fault| fault.level == Level::Error) {
            return Err(Faults(read.faults));
        }
        Ok(read.cells)
    }

    fn cells(&self, one: &NoticeDraft) -> Result<Vec<String>> {
        let notice = self.notice;
        let today = self.reader.today.to_string();
        let serial = one.serial.to_string();
        let due = one.due.map(|due| due.to_string());
        let mut given = vec![
            (FieldNo::DATE, today.as_str()),
            (notice.ty, &one.ty),
            (notice.serial, &serial),
            (notice.facts, &one.facts),
            (notice.grounds, &one.grounds),
        ];
        given.extend(self.asked.requirements.as_deref().map(|text| (notice.requirements, text)));
        given.extend(due.as_deref().map(|due| (notice.due, due)));
        self.reader.complete(self.read(&given)?)
    }

    /// Whether a notice on record says the same of the same township, and is not done with.
    fn is_open(&self, kept: &ListedNotice, one: &NoticeDraft) -> bool {
        let values = &kept.record.values;
        kept.township == one.township
            && kept.record.state == RecordState::Live
            && values[self.notice.closed].is_empty()
            && !one.grounds.is_empty()
            && values[self.notice.ty] == one.ty
            && values[self.notice.grounds] == one.grounds
    }

    fn open_already(&self, township: TownshipNo, id: Id) -> Result<()> {
        let name = &self.view.county.in_order()[township].name;
        let what = text!("{name}有同样的文书还没有办结（{id}）", "{name} already has such a notice open ({id})");
        let hint = text!(
            "查看：culture show {id}；确要再发，加 --again",
            "see culture show {id}; to send another, add --again"
        );
        Fault::usage("open-notice", what).hint(hint).fail()
    }

    fn letter(&self, drafted: &[NoticeDraft]) -> Vec<Text> {
        let county = self.view.county;
        Letter {
            county: &county.settings.county,
            townships: county.in_order(),
            today: self.view.today,
            circular: drafted.first().is_some_and(|one| one.ty == self.notice.circular),
            requirements: self.asked.requirements.as_deref().filter(|text| !text.is_empty()),
            drafted,
        }
        .lines()
    }
}

fn nothing_found(name: &str) -> Fault {
    let what = text!("{name}没有滞后事项", "{name} is not behind on anything");
    let hint = text!("另有问题的，加 --facts 写明", "for other grounds, state them with --facts");
    Fault::usage("nothing-found", what).hint(hint)
}
