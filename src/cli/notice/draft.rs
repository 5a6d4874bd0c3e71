//! `culture notice draft TYPE`: what the rules find is frozen in words, one record for each township, and printed for the
//! office's template.

use crate::base::day::Day;
use crate::base::fault::{Exit, Fault, Faults, Level, Result};
use crate::base::id::Id;
use crate::base::text::{Lang, Text};
use crate::cli::frame::{Call, Verb};
use crate::cli::options::{self, flag, option, positional, required, text, texts};
use crate::cli::writing::{WriteArgs, write};
use crate::county::draft::ChangeDraft;
use crate::county::entry::EntryReader;
use crate::county::notices::{all_notices, notice_kind, serial};
use crate::county::supervision::findings;
use crate::county::view::{View, Viewpoint};
use crate::figures::supervision::{Finding, FindingKey};
use crate::report::notice::{Letter, ListedNotice, NoticeDraft, facts};
use crate::schema::kind::NoticeFields;
use crate::schema::record::RecordState;
use crate::schema::township::TownshipNo;
use clap::{ArgAction, ArgMatches, Command};

/// `notice draft`
pub(super) const VERB: Verb = Verb {
    name: "draft",
    about: Text::new("起草文书：写明问题，编排序号", "Draft a notice: state the findings, assign a number"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let ty = Text::new("文书类型，如整改通知", "Type of notice, e.g. rectification");
    let ty = positional(lang, "type", &Text::new("类型", "TYPE"), &ty).required(true);
    let text = Text::new("文字", "TEXT");
    let due = option(lang, "due", &Text::new("日期", "DATE"), &Text::new("整改期限", "Deadline for correction"));
    let requirements = option(lang, "requirements", &text, &Text::new("整改要求", "What the township is asked to do"));
    let facts = option(
        lang,
        "facts",
        &text,
        &Text::new("自行写明的问题（不按规则查找）", "Facts to state instead of the findings"),
    );
    let again = flag(lang, "again", &Text::new("同样的文书未办结仍要再发", "Go ahead even if such a notice is open"));
    let township = options::township(lang).action(ArgAction::Append).required(true);
    let command = command.arg(ty).arg(township).arg(due).arg(requirements).arg(facts).arg(again);
    Ok(options::recording(lang, command.arg(options::today(lang))))
}

/// What is asked of `notice draft`.
struct NoticeDraftArgs {
    ty: String,
    townships: Vec<String>,
    /// By when it is to be mended; empty where that is not said.
    due: String,
    requirements: String,
    /// The facts, in place of findings.
    facts: String,
    /// It is sent even if such a notice is open.
    again: bool,
    point: Viewpoint,
    writing: WriteArgs,
}

impl NoticeDraftArgs {
    fn read(matches: &ArgMatches) -> NoticeDraftArgs {
        NoticeDraftArgs {
            ty: required(matches, "type"),
            townships: texts(matches, "township"),
            due: text(matches, "due").unwrap_or_default(),
            requirements: text(matches, "requirements").unwrap_or_default(),
            facts: text(matches, "facts").unwrap_or_default(),
            again: matches.get_flag("again"),
            point: options::day_point(matches),
            writing: WriteArgs::recording(matches),
        }
    }
}

/// What was drafted.
struct DraftedNotices {
    letter: Vec<Text>,
    said: Vec<Text>,
    warnings: Vec<Fault>,
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = NoticeDraftArgs::read(matches);
    let lang = call.lang;
    let drafted = write(call, &args.writing, &args.point, |view, draft, _| draft_notices(view, draft, &args, lang))?;
    call.warn(&drafted.warnings);
    for line in &drafted.said {
        call.acknowledge(line)?;
    }
    // For pasting: never wrapped.
    for line in &drafted.letter {
        call.print(line)?;
    }
    Ok(Exit::Done)
}

fn draft_notices(
    view: &View<'_>,
    draft: &mut ChangeDraft,
    args: &NoticeDraftArgs,
    lang: Lang,
) -> Result<DraftedNotices> {
    let county = view.county;
    let (kind, notice) = notice_kind(view.kinds()?)?;
    let search = view.search()?;
    let writer = NoticeWriter { view, notice, reader: EntryReader::new(&search, kind, view.today), args, lang };
    let known = draft.settle(county, None)?;
    let mut drafted = writer.found(&known.to_minute())?;
    let before = all_notices(&search, kind, notice)?;
    let year = view.today.year();
    let of_year = before.iter().filter(|kept| kept.year == year);
    let mut next = of_year.filter_map(|kept| serial(notice, &kept.record)).max().unwrap_or(0);
    let mut warnings = Vec::new();
    let mut said = Vec::new();
    for one in &mut drafted {
        if !args.again
            && let Some(open) = before.iter().find(|kept| writer.is_open(kept, one))
        {
            writer.open_already(one.township, open.record.id)?;
        }
        next += 1;
        one.serial = next;
        let cells = writer.cells(one)?;
        warnings.extend(writer.reader.fits(one.township, &cells)?);
        let id = Id::random();
        draft.row(county, kind, one.township, year, &draft.stamp.entry(id, cells, ""));
        let name = &county.in_order()[one.township].name;
        said.push(text!("已起草第 {next} 号，{name}（{id}）", "drafted notice {next}, {name} ({id})"));
    }
    let warnings = Faults::unless(warnings.clone(), || warnings)?;
    Ok(DraftedNotices { letter: writer.letter(&drafted), said, warnings })
}

/// What a draft is made from.
struct NoticeWriter<'a> {
    view: &'a View<'a>,
    notice: &'a NoticeFields,
    reader: EntryReader<'a>,
    args: &'a NoticeDraftArgs,
    lang: Lang,
}

impl NoticeWriter<'_> {
    /// What is to be told to each township that is named, in the bureau's order; the serials are still to be given.
    fn found(&self, known: &str) -> Result<Vec<NoticeDraft>> {
        let county = self.view.county;
        let notice = self.notice;
        let words = self.args.townships.iter();
        let mut townships = words.map(|word| county.township_named(word)).collect::<Result<Vec<TownshipNo>>>()?;
        townships.sort_unstable();
        townships.dedup();
        let read = self.read(&[(notice.ty, &self.args.ty), (notice.due, &self.args.due)])?;
        let ty = &read[notice.ty];
        let due = Day::from_iso(read[notice.due].as_bytes());
        self.due(ty, due)?;
        let given = self.read(&[(notice.facts, &self.args.facts)])?[notice.facts].clone();
        let title =
            self.reader.kind.fields[notice.ty].choice(ty).map(|choice| choice.title.clone()).unwrap_or_default();
        let drafted = |township, facts, grounds| NoticeDraft {
            township,
            serial: 0,
            ty: ty.clone(),
            title: title.clone(),
            due,
            facts,
            grounds,
        };
        if !given.is_empty() {
            return Ok(townships.into_iter().map(|township| drafted(township, given.clone(), String::new())).collect());
        }
        let findings = findings(self.view)?;
        let plan = &self.view.plan()?.plan;
        let mut all = Vec::new();
        let mut faults = Vec::new();
        for township in townships {
            let its: Vec<&Finding> = findings.iter().filter(|finding| finding.township == township).collect();
            if its.is_empty() {
                faults.push(nothing_found(&county.in_order()[township].name));
                continue;
            }
            let keys: Vec<FindingKey> = its.iter().map(|finding| FindingKey::of(plan, finding)).collect();
            let facts = facts(plan, &its, (self.reader.today, known), self.lang);
            all.push(drafted(township, facts, FindingKey::format_all(&keys)));
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
    fn read(&self, given: &[(usize, &str)]) -> Result<Vec<String>> {
        let given: Vec<(usize, &str)> = given.iter().copied().filter(|(_, text)| !text.is_empty()).collect();
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
        let due = one.due.map(|due| due.to_string()).unwrap_or_default();
        let cells = self.read(&[
            (0, &today),
            (notice.ty, &one.ty),
            (notice.serial, &serial),
            (notice.facts, &one.facts),
            (notice.grounds, &one.grounds),
            (notice.requirements, &self.args.requirements),
            (notice.due, &due),
        ])?;
        self.reader.complete(cells)
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
            requirements: &self.args.requirements,
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
