//! `culture submit MONTH` and `culture return MONTH`: monthly reports come in, and are sent back.

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional};
use super::writing::write;
use crate::base::advice::shell_word;
use crate::base::day::{Day, Month};
use crate::base::fault::{Exit, Fault, Faults, Level, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::county::county::County;
use crate::county::draft::ChangeDraft;
use crate::county::entry::EntryReader;
use crate::county::search::Search;
use crate::ledger::records;
use crate::schema::kind::Kind;
use crate::schema::parse;
use crate::schema::plan::{MonthlyReporting, Plan};
use crate::schema::record::{RecordState, Revision};
use clap::{ArgAction, ArgMatches, Command};

/// `submit`
pub(super) const SUBMIT: Verb = Verb {
    name: "submit",
    about: Text::new("登记乡镇报来的月报、零报告", "Record monthly reports submitted by townships"),
    arguments: submit_arguments,
    run: submit,
};

/// `return`
pub(super) const RETURN: Verb = Verb {
    name: "return",
    about: Text::new("退回一份月报", "Return a monthly report to a township"),
    arguments: return_arguments,
    run: send_back,
};

fn common(command: Command, call: &Call<'_>) -> Command {
    let lang = call.lang;
    let month = Text::new("报告月份，如 5月、上月", "Month of the report, e.g. 2018-05");
    let who = Text::new("填报单位，可写多次", "Township id, name or alias (repeatable)");
    let command = command
        .arg(positional(lang, "of", &Text::new("月份", "MONTH"), &month).required(true))
        .arg(options::township(lang).help(who.say(lang).to_owned()).action(ArgAction::Append).required(true))
        .arg(
            option(lang, "date", &Text::new("日期", "DATE"), &Text::new("哪天（默认今天）", "Date (default: today)"))
                .short('d'),
        )
        .arg(options::today(lang));
    options::recording(lang, command)
}

fn submit_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let command = common(command, call)
        .arg(flag(lang, "zero", &Text::new("零报告：当月没有进展", "Record a zero report (nothing to report)")))
        .arg(flag(lang, "again", &Text::new("已报过的也登记", "Go ahead even if one was already submitted")));
    // Without a county, or with a faulty plan, `run` says so.
    Ok(match kind_of_reports(call) {
        Some(kind) => options::fields(lang, &kind, command),
        None => command,
    })
}

fn kind_of_reports(call: &Call<'_>) -> Option<Kind> {
    let (now, threads) = (call.world.now, call.world.threads);
    let found = call.store().ok()?.read(|snapshot| {
        let county = County::load(snapshot, threads)?;
        let (plan, kinds) = plan(&county, county.as_of(None, now)?)?;
        Ok(plan.monthly.and_then(|rule| {
            let mut kind = kinds.get(&rule.kind)?.clone();
            // These have words of their own, or are not said here.
            let own = [Some(&rule.month_field), rule.zero_field.as_ref(), rule.returned_field.as_ref()];
            for field in &mut kind.fields {
                field.retired |= own.into_iter().flatten().any(|name| *name == field.name);
            }
            Some(kind)
        }))
    });
    found.ok().flatten()
}

fn return_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let reason =
        option(lang, "reason", &Text::new("事由", "TEXT"), &Text::new("退回的原因（必填）", "Reason (required)"));
    Ok(common(command, call).arg(reason.required(true)))
}

fn plan(county: &County<'_>, day: Day) -> Result<(Plan, crate::schema::kind::load::Kinds)> {
    let year = county.some_plan_year(day)?;
    county.plan(year, None)
}

/// What was asked of either verb.
struct SubmissionRequest {
    rule: MonthlyReporting,
    kinds: Vec<String>,
    month: Month,
    townships: Vec<usize>,
    date: Day,
    today: Day,
}

impl SubmissionRequest {
    fn read(county: &County<'_>, call: &Call<'_>, matches: &ArgMatches) -> Result<SubmissionRequest> {
        let today = county.as_of(matches.get_one("today"), call.world.now)?;
        let (plan, _) = plan(county, today)?;
        let month = matches.get_one::<String>("of").map_or("", String::as_str);
        let month = parse::month(month, today, plan.year)?;
        let day = matches.get_one::<String>("date").map(|text| parse::day(text, today, plan.year)).transpose()?;
        let mut townships = Vec::new();
        for word in matches.get_many::<String>("township").into_iter().flatten() {
            townships.push(county.township_index(&county.townships.find(word)?.id));
        }
        let kinds = plan.indicators.iter().map(|indicator| indicator.kind.clone()).collect();
        let Some(rule) = plan.monthly else {
            let year = plan.year;
            return Fault::usage(
                "unsorted",
                text!("{year} 年方案没有规定月报", "the {year} plan does not ask for monthly reports"),
            )
            .fail();
        };
        Ok(SubmissionRequest { rule, kinds, month, townships, date: day.unwrap_or(today), today })
    }

    /// The live reports of the month by a township, with the years of their ledgers.
    fn reports(
        &self,
        search: &Search<'_>,
        kind: &Kind,
        township: usize,
    ) -> Result<Vec<(crate::base::day::Year, Revision)>> {
        let month = self.month.to_string();
        let field = kind.field(&self.rule.month_field).unwrap_or(0);
        search.each(
            |ledger| ledger.kind == kind.id && ledger.township == township,
            |ledger, source| {
                let all = records(source, None)?.into_iter();
                let of = all.filter(|record| record.state == RecordState::Live && record.values[field] == month);
                Ok(of.map(|record| (ledger.year, record)).collect())
            },
        )
    }

    /// Whether a report was sent back.
    fn returned(&self, kind: &Kind, report: &Revision) -> bool {
        let field = self.rule.returned_field.as_deref().and_then(|name| kind.field(name));
        field.is_some_and(|field| !report.values[field].is_empty())
    }
}

fn submit(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (lines, warnings) = write(call, matches, |county, draft, call| {
        let asked = SubmissionRequest::read(county, call, matches)?;
        let kinds = county.kinds(None)?;
        let kind = kinds.find(&asked.rule.kind)?;
        let search = Search::new(county, &kinds, call.world.threads);
        let reader = EntryReader::new(&search, kind, asked.today);
        let (mut lines, mut faults) = (Vec::new(), Vec::new());
        for &township in &asked.townships {
            let name = &county.in_order()[township].name;
            match submit_report(&search, &reader, &asked, township, matches, draft) {
                Ok((zero, warnings)) => {
                    faults.extend(warnings);
                    let (month, date) = (asked.month, asked.date);
                    lines.push(if zero {
                        text!(
                            "已登记{name} {month} 零报告（{date}）",
                            "recorded {name}'s zero report for {month} ({date})"
                        )
                    } else {
                        text!("已登记{name} {month} 月报（{date}）", "recorded {name}'s report for {month} ({date})")
                    });
                }
                Err(Faults(found)) => faults.extend(found),
            }
        }
        Faults::unless(faults.clone(), || (lines, faults))
    })?;
    call.warn(&warnings);
    for line in &lines {
        call.acknowledge(line)?;
    }
    Ok(Exit::Done)
}

/// A township that says zero of a month in which it has records.
fn not_zero(name: &str, month: Month, held: &[Text]) -> Fault {
    let (count, list) = (Text::count(held.len(), "record", "records"), Text::list(held.iter().take(6)));
    Fault::usage(
        "unsorted",
        text!(
            "{name} {month} 有 {count} 条记录，不能零报告",
            "{name} has {count} in {month}: this cannot be a zero report",
            count
        ),
    )
    .hint(text!("去掉 --zero；记录有：{list}", "leave out --zero; records: {list}", list))
}

/// One township's report: whether it says zero, and what is worth saying.
fn submit_report(
    search: &Search<'_>,
    reader: &EntryReader<'_>,
    asked: &SubmissionRequest,
    township: usize,
    matches: &ArgMatches,
    draft: &mut ChangeDraft,
) -> Result<(bool, Vec<Fault>)> {
    let (kind, county) = (reader.kind, search.county);
    let (name, month) = (&county.in_order()[township].name, asked.month);
    let before = asked.reports(search, kind, township)?;
    if !matches.get_flag("again")
        && let Some((_, report)) = before.iter().find(|(_, report)| !asked.returned(kind, report))
    {
        let (id, date) = (report.id, &report.values[0]);
        return Fault::usage(
            "unsorted",
            text!(
                "{name} {month} 月报已于 {date} 报过（{id}）",
                "{name} already submitted its report for {month} on {date} ({id})"
            ),
        )
        .hint(text!("确要再登记一份，加 --again", "to record another, add --again"))
        .fail();
    }
    let zero = matches.get_flag("zero");
    let held = records_in_month(search, asked, township)?;
    let mut faults = Vec::new();
    if zero && !held.is_empty() {
        faults.push(not_zero(name, month, &held));
    }
    if !zero && held.is_empty() {
        let what = text!(
            "{name} {month} 没有任何记录，也不是零报告",
            "{name} has no records in {month}, and this is not a zero report"
        );
        faults.push(
            Fault::warning("unsorted", what)
                .hint(text!("确无进展的，加 --zero", "if there was nothing to report, add --zero")),
        );
    }
    if asked.date <= month.last() {
        let (date, last) = (asked.date, month.last());
        let what = text!(
            "{name}：{month} 月报报送于 {date}，当月到 {last} 才结束",
            "{name}: report for {month} submitted on {date}, before the month ended"
        );
        faults.push(Fault::warning("unsorted", what).hint(text!(
            "月底前如有新的进展，须重新报送",
            "if anything else happens that month, submit the report again"
        )));
    }
    let cells = cells(reader, asked, zero, matches)?;
    faults.extend(reader.fits(township, &cells)?);
    let faults = Faults::unless(faults.clone(), || faults)?;
    draft.row(county, kind, township, asked.date.year(), &draft.stamp.entry(Id::random(), cells, ""));
    Ok((zero, faults))
}

fn cells(reader: &EntryReader<'_>, asked: &SubmissionRequest, zero: bool, matches: &ArgMatches) -> Result<Vec<String>> {
    let (kind, rule) = (reader.kind, &asked.rule);
    let mut given: Vec<(usize, String)> = vec![(0, asked.date.to_string())];
    given.extend(kind.field(&rule.month_field).map(|field| (field, asked.month.to_string())));
    let zero_field = rule.zero_field.as_deref().and_then(|name| kind.field(name));
    given.extend(zero_field.map(|field| (field, zero.to_string())));
    let taken: Vec<usize> = given.iter().map(|(field, _)| *field).collect();
    for (at, field) in kind.fields.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
        given.extend(options::option_value(matches, field).map(|text| (at, text.clone())));
    }
    let given: Vec<(usize, &str)> = given.iter().map(|(field, text)| (*field, text.as_str())).collect();
    let read = reader.read(&[], &given);
    if read.faults.iter().any(|fault| fault.level == Level::Error) {
        return Err(Faults(read.faults));
    }
    reader.complete(read.cells)
}

/// What a township has on record in the month, of the kinds that the plan counts.
fn records_in_month(search: &Search<'_>, asked: &SubmissionRequest, township: usize) -> Result<Vec<Text>> {
    let month = asked.month;
    let found = search.each(
        |ledger| ledger.township == township && ledger.year == month.year && asked.kinds.contains(&ledger.kind),
        |_, source| {
            let all = records(source, None)?.into_iter();
            let of = all.filter(|record| {
                record.state == RecordState::Live && record.date().is_some_and(|date| date.month() == month)
            });
            let title = &source.kind.title;
            Ok(of
                .map(|record| {
                    let (id, label) = (record.id, record.display_label(source.kind));
                    text!("{title} {label}（{id}）", "{title} {label} ({id})", title, label)
                })
                .collect())
        },
    )?;
    Ok(found)
}

fn send_back(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let reason = parse::plain_text(matches.get_one::<String>("reason").map_or("", String::as_str))?;
    if reason.is_empty() {
        return Fault::usage("unsorted", text!("没有写明退回的原因", "no reason given for returning it"))
            .hint(text!("加上 --reason 原因", "add --reason REASON"))
            .fail();
    }
    let lines = write(call, matches, |county, draft, call| {
        let asked = SubmissionRequest::read(county, call, matches)?;
        let kinds = county.kinds(None)?;
        let kind = kinds.find(&asked.rule.kind)?;
        let search = Search::new(county, &kinds, call.world.threads);
        let field = asked.rule.returned_field.as_deref().and_then(|name| kind.field(name));
        let Some(field) = field else {
            return Fault::usage(
                "unsorted",
                text!("方案没有写明退回字段（returned_field）", "the plan does not set returned_field"),
            )
            .fail();
        };
        let (mut lines, mut faults) = (Vec::new(), Vec::new());
        for &township in &asked.townships {
            let (name, month) = (&county.in_order()[township].name, asked.month);
            let reports = asked.reports(&search, kind, township)?;
            let standing: Vec<_> = reports.iter().filter(|(_, report)| !asked.returned(kind, report)).collect();
            if standing.is_empty() {
                let word = shell_word(name);
                let hint = text!("用 culture status --township {word} 查看", "see culture status --township {word}");
                let what = if let Some((_, report)) = reports.last() {
                    let day = &report.values[field];
                    text!(
                        "{name} {month} 月报已于 {day} 退回，还没有重新报送",
                        "{name}'s report for {month} was returned on {day} and has not been resubmitted"
                    )
                } else {
                    text!("{name}没有可退回的 {month} 月报", "{name} has no report for {month} to return")
                };
                faults.push(Fault::usage("unsorted", what).hint(hint));
            }
            for (year, report) in standing {
                let mut values = report.values.clone();
                values[field] = asked.date.to_string();
                draft.row(county, kind, township, *year, &draft.stamp.next(report, RecordState::Live, values, &reason));
                let id = report.id;
                lines.push(text!(
                    "已退回{name} {month} 月报（{id}），重新报送前按未报处理",
                    "returned {name}'s report for {month} ({id}); it counts as missing until resubmitted"
                ));
            }
        }
        Faults::unless(faults, || lines)
    })?;
    for line in &lines {
        call.acknowledge(line)?;
    }
    Ok(Exit::Done)
}
