//! Monthly reports: recorded as they come in, and sent back.

use super::draft::ChangeDraft;
use super::entry::EntryReader;
use super::fields::FieldValues;
use super::search::Search;
use super::view::View;
use crate::base::advice::shell_word;
use crate::base::day::{Day, Month, Year};
use crate::base::fault::{Fault, Faults, Level, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::ledger::{AsOf, records};
use crate::schema::kind::{FieldNo, Kind};
use crate::schema::parse;
use crate::schema::plan::{MonthlyReporting, Plan};
use crate::schema::record::{RecordState, Revision};
use crate::schema::township::TownshipNo;

/// Of which month and of whom a report is asked for, as typed.
#[derive(Clone, Debug)]
pub(crate) struct SubmissionAsked {
    /// The month.
    pub of: String,
    /// The townships.
    pub townships: Vec<String>,
    /// The day on which it came, or is sent back; none: today.
    pub date: Option<String>,
}

/// What a report that comes in says, as typed.
#[derive(Clone, Debug)]
pub(crate) struct SubmissionContent {
    /// There was nothing to report.
    pub zero: bool,
    /// It is recorded even if it was handed in already.
    pub again: bool,
    /// The fields that have options of their own.
    pub fields: FieldValues,
}

/// What was asked of either verb, with words read.
struct SubmissionRequest<'a> {
    plan: &'a Plan,
    rule: &'a MonthlyReporting,
    month: Month,
    townships: Vec<TownshipNo>,
    date: Day,
}

impl<'a> SubmissionRequest<'a> {
    fn read(view: &'a View<'_>, args: &SubmissionAsked) -> Result<SubmissionRequest<'a>> {
        let county = view.county;
        let plan = &view.plan()?.plan;
        let month = parse::month(&args.of, view.today, plan.year)?;
        let date = match &args.date {
            Some(text) => parse::day(text, view.today, plan.year)?,
            None => view.today,
        };
        let townships = args.townships.iter().map(|word| county.township_named(word)).collect::<Result<_>>()?;
        let Some(rule) = &plan.monthly else {
            let year = plan.year;
            return Fault::usage(
                "no-monthly-reports",
                text!("{year} 年方案没有规定月报", "the {year} plan does not ask for monthly reports"),
            )
            .fail();
        };
        Ok(SubmissionRequest { plan, rule, month, townships, date })
    }

    /// Whether the plan counts records of a kind.
    fn counts(&self, kind: &str) -> bool {
        self.plan.indicators.iter().any(|indicator| indicator.kind == kind)
    }

    /// The live reports of the month by a township, with the years of their ledgers.
    fn reports(&self, search: &Search<'_>, kind: &Kind, township: TownshipNo) -> Result<Vec<(Year, Revision)>> {
        let month = self.month.to_string();
        let field = kind.field(&self.rule.month_field).expect("a plan names fields that its kinds have");
        search.each(
            |ledger| ledger.kind == kind.id && ledger.township == township,
            |ledger, source| {
                let all = records(source, AsOf::LATEST)?.into_iter();
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

/// Drafts the reports of all townships that are named; says what was recorded, and what is worth saying.
///
/// # Errors
/// Everything that is wrong with any of them.
pub(crate) fn submit(
    view: &View<'_>,
    draft: &mut ChangeDraft,
    asked: &SubmissionAsked,
    content: &SubmissionContent,
) -> Result<(Vec<Text>, Vec<Fault>)> {
    let asked = SubmissionRequest::read(view, asked)?;
    let search = view.search()?;
    let kind = search.kinds.find(&asked.rule.kind)?;
    let reader = EntryReader::new(&search, kind, view.today);
    let mut lines = Vec::new();
    let mut faults = Vec::new();
    for &township in &asked.townships {
        let name = &view.county.in_order()[township].name;
        match submit_report(&reader, &asked, township, content, draft) {
            Ok(warnings) => {
                faults.extend(warnings);
                let month = asked.month;
                let date = asked.date;
                lines.push(if content.zero {
                    text!("已登记{name} {month} 零报告（{date}）", "recorded {name}'s zero report for {month} ({date})")
                } else {
                    text!("已登记{name} {month} 月报（{date}）", "recorded {name}'s report for {month} ({date})")
                });
            }
            Err(Faults(found)) => faults.extend(found),
        }
    }
    Faults::unless(faults.clone(), || (lines, faults))
}

/// A township that says zero of a month in which it has records.
fn not_zero(name: &str, month: Month, held: &[Text]) -> Fault {
    let count = Text::count(held.len(), "record", "records");
    let list = Text::list(held.iter().take(6));
    Fault::usage(
        "not-zero",
        text!(
            "{name} {month} 有 {count} 条记录，不能零报告",
            "{name} has {count} in {month}: this cannot be a zero report",
            count
        ),
    )
    .hint(text!("去掉 --zero；记录有：{list}", "leave out --zero; records: {list}", list))
}

/// One township's report; says what is worth saying of it.
fn submit_report(
    reader: &EntryReader<'_>,
    asked: &SubmissionRequest<'_>,
    township: TownshipNo,
    content: &SubmissionContent,
    draft: &mut ChangeDraft,
) -> Result<Vec<Fault>> {
    let kind = reader.kind;
    let search = reader.search;
    let name = &search.county.in_order()[township].name;
    let month = asked.month;
    let before = asked.reports(search, kind, township)?;
    if !content.again
        && let Some((_, report)) = before.iter().find(|(_, report)| !asked.returned(kind, report))
    {
        let id = report.id;
        let date = &report.values[FieldNo::DATE];
        return Fault::usage(
            "reported-already",
            text!(
                "{name} {month} 月报已于 {date} 报过（{id}）",
                "{name} already submitted its report for {month} on {date} ({id})"
            ),
        )
        .hint(text!("确要再登记一份，加 --again", "to record another, add --again"))
        .fail();
    }
    let held = records_in_month(search, asked, township)?;
    let mut faults = Vec::new();
    if content.zero && !held.is_empty() {
        faults.push(not_zero(name, month, &held));
    }
    if !content.zero && held.is_empty() {
        faults.push(nothing_to_report(name, month));
    }
    if asked.date <= month.last() {
        faults.push(reported_early(name, month, asked.date));
    }
    let cells = cells(reader, asked, content)?;
    faults.extend(reader.fits(township, &cells)?);
    let faults = Faults::unless(faults.clone(), || faults)?;
    draft.row(search.county, kind, township, asked.date.year(), &draft.stamp.entry(Id::random(), cells, ""));
    Ok(faults)
}

/// A township that has no records in a month of which it does not say zero.
fn nothing_to_report(name: &str, month: Month) -> Fault {
    let what = text!(
        "{name} {month} 没有任何记录，也不是零报告",
        "{name} has no records in {month}, and this is not a zero report"
    );
    let hint = text!("确无进展的，加 --zero", "if there was nothing to report, add --zero");
    Fault::warning("no-records", what).hint(hint)
}

/// A month that is reported before it ends.
fn reported_early(name: &str, month: Month, date: Day) -> Fault {
    let last = month.last();
    let what = text!(
        "{name}：{month} 月报报送于 {date}，当月到 {last} 才结束",
        "{name}: report for {month} submitted on {date}, before the month ended"
    );
    let hint = text!("月底前如有新的进展，须重新报送", "if anything else happens that month, submit the report again");
    Fault::warning("reported-early", what).hint(hint)
}

fn cells(reader: &EntryReader<'_>, asked: &SubmissionRequest<'_>, content: &SubmissionContent) -> Result<Vec<String>> {
    let kind = reader.kind;
    let rule = asked.rule;
    let date = asked.date.to_string();
    let month = asked.month.to_string();
    let zero = content.zero.to_string();
    let mut given: Vec<(FieldNo, &str)> = vec![(FieldNo::DATE, &date)];
    given.extend(kind.field(&rule.month_field).map(|field| (field, month.as_str())));
    let zero_field = rule.zero_field.as_deref().and_then(|name| kind.field(name));
    given.extend(zero_field.map(|field| (field, zero.as_str())));
    let taken: Vec<FieldNo> = given.iter().map(|(field, _)| *field).collect();
    given.extend(content.fields.of(kind).filter(|(at, _)| !taken.contains(at)));
    let read = reader.read(&[], &given);
    if read.faults.iter().any(|fault| fault.level == Level::Error) {
        return Err(Faults(read.faults));
    }
    reader.complete(read.cells)
}

/// What a township has on record in the month, of the kinds that the plan counts.
fn records_in_month(search: &Search<'_>, asked: &SubmissionRequest<'_>, township: TownshipNo) -> Result<Vec<Text>> {
    let month = asked.month;
    let found = search.each(
        |ledger| ledger.township == township && ledger.year == month.year && asked.counts(&ledger.kind),
        |_, source| {
            let all = records(source, AsOf::LATEST)?.into_iter();
            let of = all.filter(|record| {
                record.state == RecordState::Live && record.date().is_some_and(|date| date.month() == month)
            });
            let title = &source.kind.title;
            Ok(of
                .map(|record| {
                    let id = record.id;
                    let label = record.display_label(source.kind);
                    text!("{title} {label}（{id}）", "{title} {label} ({id})", title, label)
                })
                .collect())
        },
    )?;
    Ok(found)
}

/// Drafts the revisions by which reports are sent back; says which.
///
/// # Errors
/// A township that is named has no report that stands.
pub(crate) fn send_back(
    view: &View<'_>,
    draft: &mut ChangeDraft,
    asked: &SubmissionAsked,
    reason: &str,
) -> Result<Vec<Text>> {
    let asked = SubmissionRequest::read(view, asked)?;
    let search = view.search()?;
    let kind = search.kinds.find(&asked.rule.kind)?;
    let Some(field) = asked.rule.returned_field.as_deref().and_then(|name| kind.field(name)) else {
        return Fault::usage(
            "no-returned-field",
            text!("方案没有写明退回字段（returned_field）", "the plan does not set returned_field"),
        )
        .fail();
    };
    let month = asked.month;
    let mut lines = Vec::new();
    let mut faults = Vec::new();
    for &township in &asked.townships {
        let name = &view.county.in_order()[township].name;
        let reports = asked.reports(&search, kind, township)?;
        let standing: Vec<_> = reports.iter().filter(|(_, report)| !asked.returned(kind, report)).collect();
        if standing.is_empty() {
            let day = reports.last().map(|(_, report)| report.values[field].as_str());
            faults.push(nothing_to_send_back(name, month, day));
        }
        for (year, report) in standing {
            let mut values = report.values.clone();
            values[field] = asked.date.to_string();
            let next = draft.stamp.next(report, RecordState::Live, values, reason);
            draft.row(view.county, kind, township, *year, &next);
            let id = report.id;
            lines.push(text!(
                "已退回{name} {month} 月报（{id}），重新报送前按未报处理",
                "returned {name}'s report for {month} ({id}); it counts as missing until resubmitted"
            ));
        }
    }
    Faults::unless(faults, || lines)
}

/// A township of which no report stands; `returned`: the day on which its last one was sent back.
fn nothing_to_send_back(name: &str, month: Month, returned: Option<&str>) -> Fault {
    let what = if let Some(day) = returned {
        text!(
            "{name} {month} 月报已于 {day} 退回，还没有重新报送",
            "{name}'s report for {month} was returned on {day} and has not been resubmitted"
        )
    } else {
        text!("{name}没有可退回的 {month} 月报", "{name} has no report for {month} to return")
    };
    let word = shell_word(name);
    let hint = text!("用 culture status --township {word} 查看", "see culture status --township {word}");
    Fault::usage("nothing-to-send-back", what).hint(hint)
}
