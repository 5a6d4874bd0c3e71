//! `culture notice draft TYPE`: what the rules find is frozen in words, one record for each township, and printed for the
//! office's template.

use super::{all_notices, kind, serial};
use crate::base::day::Day;
use crate::base::fault::{Exit, Fault, Faults, Level, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::cli::frame::{Call, Verb};
use crate::cli::lagging::findings;
use crate::cli::options::{self, flag, option, positional};
use crate::cli::writing::write;
use crate::county::counting::StatusQuery;
use crate::county::county::County;
use crate::county::entry::EntryReader;
use crate::county::search::Search;
use crate::figures::supervision::{Finding, FindingKey};
use crate::report::notice::{Letter, NoticeDraft, facts};
use crate::schema::kind::NoticeFields;
use crate::schema::plan::Plan;
use crate::schema::record::RecordState;
use clap::{ArgAction, ArgMatches, Command};

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

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (letter, warnings, said) = write(call, matches, |county, draft, call| {
        let kinds = county.kinds(None)?;
        let (kind, notice) = kind(&kinds)?;
        let today = county.as_of(matches.get_one("today"), call.world.now)?;
        let search = Search::new(county, &kinds, call.world.threads);
        let writing = NoticeWriter { county, notice, reader: EntryReader::new(&search, kind, today), matches, call };
        let known = draft.settle(county, None)?;
        let mut drafted = writing.found(&known.to_minute())?;
        let before = all_notices(&search, kind, notice)?;
        let of_year = before.iter().filter(|kept| kept.year == today.year());
        let mut next = of_year.filter_map(|kept| serial(notice, &kept.record)).max().unwrap_or(0);
        let (mut warnings, mut said) = (Vec::new(), Vec::new());
        for one in &mut drafted {
            if !matches.get_flag("again") {
                let open = before.iter().find(|kept| {
                    let values = &kept.record.values;
                    kept.township == one.township
                        && kept.record.state == RecordState::Live
                        && values[notice.closed].is_empty()
                        && !one.grounds.is_empty()
                        && values[notice.ty] == one.ty
                        && values[notice.grounds] == one.grounds
                });
                open.map_or(Ok(()), |kept| writing.open_already(one.township, kept.record.id))?;
            }
            next += 1;
            one.serial = next;
            let cells = writing.cells(one)?;
            warnings.extend(writing.reader.fits(one.township, &cells)?);
            let id = Id::random();
            draft.row(county, kind, one.township, today.year(), &draft.stamp.entry(id, cells, ""));
            let name = &county.in_order()[one.township].name;
            said.push(text!("已起草第 {next} 号，{name}（{id}）", "drafted notice {next}, {name} ({id})"));
        }
        let warnings = Faults::unless(warnings.clone(), || warnings)?;
        Ok((writing.letter(today, &drafted), warnings, said))
    })?;
    call.warn(&warnings);
    for line in &said {
        call.acknowledge(line)?;
    }
    // For pasting: never wrapped.
    for line in &letter {
        call.print(line)?;
    }
    Ok(Exit::Done)
}

/// What a draft is made from.
struct NoticeWriter<'a, 'c> {
    county: &'a County<'a>,
    notice: &'a NoticeFields,
    reader: EntryReader<'a>,
    matches: &'a ArgMatches,
    call: &'a Call<'c>,
}

impl NoticeWriter<'_, '_> {
    fn given(&self, name: &str) -> &str {
        self.matches.get_one::<String>(name).map_or("", String::as_str)
    }

    /// What is to be told to each township that is named, in the bureau's order; the serials are still to be given.
    fn found(&self, known: &str) -> Result<Vec<NoticeDraft>> {
        let (county, notice, kind) = (self.county, self.notice, self.reader.kind);
        let words = self.matches.get_many::<String>("township").into_iter().flatten();
        let townships: Result<Vec<usize>> =
            words.map(|word| Ok(county.township_index(&county.townships.find(word)?.id))).collect();
        let mut townships = townships?;
        townships.sort_unstable();
        townships.dedup();
        let read = self.read(&[(notice.ty, self.given("type")), (notice.due, self.given("due"))])?;
        let (ty, due) = (read[notice.ty].clone(), Day::from_iso(read[notice.due].as_bytes()));
        self.due(&ty, due)?;
        let given = self.read(&[(notice.facts, self.given("facts"))])?[notice.facts].clone();
        let title = kind.fields[notice.ty].choice(&ty).map(|choice| choice.title.clone()).unwrap_or_default();
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
        let (plan, findings) = self.findings()?;
        let (mut all, mut faults) = (Vec::new(), Vec::new());
        for township in townships {
            let its: Vec<&Finding> = findings.iter().filter(|finding| finding.township == township).collect();
            if its.is_empty() {
                let name = &county.in_order()[township].name;
                let what = text!("{name}没有滞后事项", "{name} is not behind on anything");
                let hint = text!("另有问题的，加 --facts 写明", "for other grounds, state them with --facts");
                faults.push(Fault::usage("unsorted", what).hint(hint));
                continue;
            }
            let keys: Vec<FindingKey> = its.iter().map(|finding| FindingKey::of(&plan, finding)).collect();
            let facts = facts(&plan, &its, (self.reader.today, known), self.call.lang);
            all.push(drafted(township, facts, FindingKey::format_all(&keys)));
        }
        Faults::unless(faults, || all)
    }

    fn findings(&self) -> Result<(Plan, Vec<Finding>)> {
        let as_of = self.reader.today;
        let year = self.county.plan_year(as_of).unwrap_or(as_of.year());
        let asked = StatusQuery { as_of, known: None, month: None, year, township: None };
        findings(self.county, &asked, self.call.world.threads)
    }

    /// What asks for rectification says by when; nothing is due before it is asked for.
    fn due(&self, ty: &str, due: Option<Day>) -> Result<()> {
        let today = self.reader.today;
        if ty == self.notice.rectification && due.is_none() {
            return Fault::usage("unsorted", text!("没有写明整改期限", "no deadline given"))
                .hint(text!("加上 --due 日期", "add --due DATE"))
                .fail();
        }
        if let Some(due) = due.filter(|due| *due < today) {
            return Fault::usage(
                "unsorted",
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
        let (today, serial) = (self.reader.today.to_string(), one.serial.to_string());
        let due = one.due.map(|due| due.to_string()).unwrap_or_default();
        let cells = self.read(&[
            (0, &today),
            (notice.ty, &one.ty),
            (notice.serial, &serial),
            (notice.facts, &one.facts),
            (notice.grounds, &one.grounds),
            (notice.requirements, self.given("requirements")),
            (notice.due, &due),
        ])?;
        self.reader.complete(cells)
    }

    fn open_already(&self, township: usize, id: Id) -> Result<()> {
        let name = &self.county.in_order()[township].name;
        let what = text!("{name}有同样的文书还没有办结（{id}）", "{name} already has such a notice open ({id})");
        let hint = text!(
            "查看：culture show {id}；确要再发，加 --again",
            "see culture show {id}; to send another, add --again"
        );
        Fault::usage("unsorted", what).hint(hint).fail()
    }

    fn letter(&self, today: Day, drafted: &[NoticeDraft]) -> Vec<Text> {
        let (county, townships) = (&self.county.settings.county, self.county.in_order());
        let circular = drafted.first().is_some_and(|one| one.ty == self.notice.circular);
        let requirements = self.given("requirements");
        Letter { county, townships, today, circular, requirements, drafted }.lines()
    }
}
