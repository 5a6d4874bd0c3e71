//! `culture show ID` and `culture list KIND`.

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional};
use crate::base::day::{Day, Instant};
use crate::base::fault::{Exit, Fault, Result};
use crate::base::text::Text;
use crate::county::county::County;
use crate::county::entry::EntryReader;
use crate::county::monthly_reports::{SubmissionTimes, plan_on};
use crate::county::search::{Labels, Search};
use crate::ledger::{Row, select_records};
use crate::render::OutputFormat;
use crate::report::records::{OwnedRecord, list, show};
use crate::report::{Block, Report};
use crate::schema::kind::{FieldType, Kind};
use crate::schema::record::{RecordState, Revision, decimal};
use clap::{ArgMatches, Command};
use std::cmp::Ordering;

/// `show`
pub(super) const SHOW: Verb = Verb {
    name: "show",
    about: Text::new("查看一条记录，加 --history 看历次修订", "Show a record (--history for every revision)"),
    arguments: show_arguments,
    run: run_show,
};

/// `list`
pub(super) const LIST: Verb = Verb {
    name: "list",
    about: Text::new("列出某类记录", "List the records of a kind"),
    arguments: list_arguments,
    run: run_list,
};

fn show_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let id = Text::new("记录编号，写开头几个字母即可", "Record id, or its first few letters");
    Ok(command
        .arg(positional(lang, "id", &Text::new("编号", "ID"), &id).required(true))
        .arg(flag(lang, "history", &Text::new("列出每次修订", "Show every revision")))
        .arg(options::known(lang))
        .arg(options::today(lang))
        .arg(options::format(lang)))
}

fn run_show(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (threads, now) = (call.world.threads, call.world.now);
    let report = call.look(|county| {
        let kinds = county.kinds(None)?;
        let search = Search::new(county, &kinds, threads);
        let mut found = search.by_id(matches.get_one::<String>("id").map_or("", String::as_str))?;
        let today = county.as_of(matches.get_one("today"), now)?;
        if let Some(known) = options::known_at(county, matches, today)? {
            found.history.retain(|revision| revision.entered_at <= known);
            if found.history.is_empty() {
                let known = known.to_minute();
                return Fault::usage(
                    "unsorted",
                    text!("{known} 时还没有这条记录", "there was no such record as of {known}"),
                )
                .hint(text!("写晚一些的时间，或去掉 --known", "give a later time, or leave out --known"))
                .fail();
            }
        }
        let kind = search.kind(&found.ledger)?;
        let township = &county.in_order()[found.ledger.township];
        let labels = Labels::new(&search);
        Ok(show(kind, township, &found.history, &|field, value| labels.of(field, value), matches.get_flag("history")))
    })?;
    call.say(&report, options::requested_format(matches))?;
    Ok(Exit::Done)
}

fn list_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let kind = positional(
        lang,
        "kind",
        &Text::new("类别", "KIND"),
        &Text::new("台账类别，见 culture kinds", "Kind of record (see culture kinds)"),
    );
    let sort = option(
        lang,
        "sort",
        &Text::new("字段", "FIELD"),
        &Text::new("按字段排序，-字段 为倒序", "Sort by a field (-FIELD for descending)"),
    );
    let command = command.arg(kind.required(true)).arg(options::township(lang));
    Ok(options::day_options(lang, command)
        .arg(options::condition(lang))
        .arg(flag(lang, "void", &Text::new("连同已作废的", "Include void records")))
        .arg(sort.allow_hyphen_values(true))
        .arg(options::public(lang))
        .arg(options::known(lang))
        .arg(options::today(lang))
        .arg(options::format(lang))
        .arg(options::output(lang)))
}

/// Which records of a kind are asked for.
pub(super) struct RecordFilter {
    township: Option<usize>,
    from: Option<Day>,
    to: Option<Day>,
    conditions: Vec<(usize, String)>,
    void: bool,
}

impl RecordFilter {
    /// Reads `--township`, the days, `--where` and `--void`, as far as the verb has them.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub(super) fn read(
        county: &County<'_>,
        kind: &Kind,
        reader: &EntryReader<'_>,
        matches: &ArgMatches,
    ) -> Result<RecordFilter> {
        let today = reader.today;
        let (from, to) = options::requested_days(county, matches, today)?;
        let township = matches.get_one::<String>("township").map(|word| county.townships.find(word)).transpose()?;
        Ok(RecordFilter {
            township: township.map(|township| county.township_index(&township.id)),
            from,
            to,
            conditions: reader.with_frame(|frame| options::conditions(kind, matches, frame))?,
            void: matches.try_get_one("void").ok().flatten().copied().unwrap_or(false),
        })
    }

    /// The records that are asked for, as they stand or as known, with their townships' places, ledger by ledger.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(super) fn found(
        &self,
        search: &Search<'_>,
        kind: &Kind,
        known: Option<Instant>,
    ) -> Result<Vec<(usize, Revision)>> {
        let found = self.entered(search, kind, known)?;
        Ok(found.into_iter().map(|(township, record, _)| (township, record)).collect())
    }

    /// The same, each with the time at which it entered its ledger.
    fn entered(
        &self,
        search: &Search<'_>,
        kind: &Kind,
        known: Option<Instant>,
    ) -> Result<Vec<(usize, Revision, Instant)>> {
        search.each(
            |ledger| ledger.kind == kind.id && self.township.is_none_or(|township| township == ledger.township),
            |ledger, source| {
                let all = select_records(source, known, |row| self.holds(row))?.into_iter();
                Ok(all.map(|(record, entered)| (ledger.township, record, entered)).collect())
            },
        )
    }

    fn holds(&self, row: &Row<'_>) -> bool {
        (self.void || row.state == RecordState::Live)
            && self.from.is_none_or(|from| row.date >= from)
            && self.to.is_none_or(|to| row.date <= to)
            && self.conditions.iter().all(|(field, value)| row.cell(*field) == value.as_bytes())
    }
}

fn run_list(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (threads, now) = (call.world.threads, call.world.now);
    let format = options::requested_format(matches);
    let (report, today) =
        call.look(|county| list_records(&county.seen_by(matches.get_flag("public")), matches, threads, now, format))?;
    call.style.made = today;
    call.deliver(&report, format, matches.get_one("output"))?;
    Ok(Exit::Done)
}

/// A record with its township's place, and whether it came after its month's report.
type MarkedRecord = (usize, Revision, Option<bool>);

fn list_records(
    county: &County<'_>,
    matches: &ArgMatches,
    threads: usize,
    now: Instant,
    format: OutputFormat,
) -> Result<(Report, Day)> {
    let kinds = county.kinds(None)?;
    let kind = kinds.find(matches.get_one::<String>("kind").map_or("", String::as_str))?;
    let today = county.as_of(matches.get_one("today"), now)?;
    let known = options::known_at(county, matches, today)?;
    let search = Search::new(county, &kinds, threads);
    let wanted = RecordFilter::read(county, kind, &EntryReader::new(&search, kind, today), matches)?;
    // Records are also looked at to find out what is wrong: a faulty plan or report is no reason not to show them.
    let reported = plan_on(county, today, known)
        .and_then(|plan| plan.map(|plan| SubmissionTimes::load(&search, &plan, (today, known))).transpose());
    let late = |township: usize, record: &Revision, entered: Instant| match &reported {
        Ok(Some(reported)) => Some(reported.is_late(kind, township, record, entered)),
        Ok(None) => Some(false),
        Err(_) => None,
    };
    let found = wanted.entered(&search, kind, known)?;
    let mut found: Vec<MarkedRecord> = found
        .into_iter()
        .map(|(township, record, entered)| {
            let late = late(township, &record, entered);
            (township, record, late)
        })
        .collect();
    sort(kind, &mut found, matches.get_one::<String>("sort").map(String::as_str))?;
    let kept = |(township, revision, late): MarkedRecord| OwnedRecord {
        township: &county.in_order()[township],
        revision,
        late,
    };
    let kept: Vec<OwnedRecord<'_>> = found.into_iter().map(kept).collect();
    let all = matches!(format, OutputFormat::Csv | OutputFormat::Json | OutputFormat::Markdown | OutputFormat::Xlsx);
    let labels = Labels::new(&search);
    let mut report = list(kind, &kept, &|field, value| labels.of(field, value), all);
    if reported.is_err() {
        report.blocks.push(Block::Line(Text::new(
            "未能标出报后补录：方案或月报有误，运行 culture check 查看。",
            "Entries made after the reports are not marked: the plan or a report has errors, see culture check.",
        )));
    }
    Ok((report, today))
}

/// By date, then township, then id, unless told otherwise; an empty value comes last.
fn sort(kind: &Kind, found: &mut [MarkedRecord], by: Option<&str>) -> Result<()> {
    found.sort_by(|(a, one, _), (b, other, _)| (one.date(), a, one.id).cmp(&(other.date(), b, other.id)));
    let Some(by) = by else { return Ok(()) };
    let (name, backwards) = by.strip_prefix('-').map_or((by, false), |name| (name, true));
    let township = Text::new("填报单位", "township");
    if [&township.zh, &township.en].into_iter().any(|known| *known == crate::base::fuzzy::fold(name)) {
        found.sort_by(|(a, ..), (b, ..)| if backwards { b.cmp(a) } else { a.cmp(b) });
        return Ok(());
    }
    let Some(at) = options::field_of(kind, name) else {
        let names: Vec<Text> = kind.fields.iter().map(|field| Text::same(&field.name)).collect();
        let names = Text::list(&names);
        return Fault::usage("unsorted", text!("没有字段“{name}”", "unknown field “{name}”"))
            .hint(text!("可用：township、{names}", "choose from: township, {names}", names))
            .fail();
    };
    found.sort_by(|(_, one, _), (_, other, _)| {
        let (one, other) = (&one.values[at], &other.values[at]);
        let order = compare(&kind.fields[at].ty, one, other);
        one.is_empty().cmp(&other.is_empty()).then(if backwards { order.reverse() } else { order })
    });
    Ok(())
}

fn compare(ty: &FieldType, one: &str, other: &str) -> Ordering {
    if !ty.is_number() {
        return one.cmp(other);
    }
    let number = |value: &str| decimal(value.as_bytes(), ty.places());
    number(one).cmp(&number(other))
}
