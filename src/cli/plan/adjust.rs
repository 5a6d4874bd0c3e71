//! `culture plan adjust`: the next version of a year's plan. The ones before it stay as they are.

use super::{indicator_named, shares, year_of};
use crate::base::day::{Day, Instant, Year};
use crate::base::fault::{Exit, Fault, Result};
use crate::base::paths::DataPath;
use crate::base::text::{Lang, Text};
use crate::cli::frame::Call;
use crate::cli::options::{self, option, positional};
use crate::cli::writing::write;
use crate::county::county::County;
use crate::county::draft::ChangeDraft;
use crate::report::settings::changes;
use crate::schema::parse::{self, plain_text};
use crate::schema::plan::{Adjustment, Plan, edit};
use crate::schema::record::{decimal, decimal_text};
use clap::{ArgAction, ArgMatches, Command};

pub(super) fn arguments(lang: Lang) -> Command {
    let (value, about) =
        (Text::new("年份", "YEAR"), Text::new("调整方案，另成一版", "Adjust the plan in a new version"));
    let year = positional(lang, "year", &value, &Text::new("哪一年的方案", "Year of the plan")).required(true);
    let document = Text::new("调整所依据的文件", "Number of the adjusting document");
    let document = option(lang, "document", &Text::new("文号", "NUMBER"), &document).required(true);
    let reason = Text::new("调整原因", "Reason for the adjustment");
    let reason = option(lang, "reason", &Text::new("原因", "REASON"), &reason).required(true);
    let issued = Text::new("印发日期（默认今天）", "Date of issue (default: today)");
    let issued = option(lang, "issued", &Text::new("日期", "DATE"), &issued);
    let target = Text::new("调整后的任务数，可多次写", "New target (repeatable)");
    let target = option(lang, "target", &Text::new("指标=数", "INDICATOR=N"), &target).action(ArgAction::Append);
    let budget = Text::new("调整后的预算，可多次写", "New budget (repeatable)");
    let budget = option(lang, "budget", &Text::new("科目=金额", "HEADING=AMOUNT"), &budget).action(ArgAction::Append);
    let command = Command::new("adjust").about(about.say(lang).to_owned()).arg(year).arg(document).arg(reason);
    options::writing(lang, command.arg(issued).arg(target).arg(budget).arg(options::today(lang)))
}

pub(super) fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let now = call.world.now;
    let (path, plan, faults) = write(call, matches, |county, draft, _| {
        let (path, plan) = draft_version(county, draft, matches, now)?;
        let (faults, _) = shares(&plan, county.in_order());
        Ok((path, plan, faults))
    })?;
    let Adjustment { document, issued, .. } = plan.adjustment.as_ref().ok_or_else(missing_basis)?;
    call.acknowledge(&text!(
        "已生成 {path}（{document}，{issued} 印发），原方案不变",
        "created {path} ({document}, issued {issued}); the previous version is kept"
    ))?;
    for line in changes(&plan) {
        call.acknowledge(&line)?;
    }
    call.acknowledge(&text!(
        "其余调整（分解、日期）直接改 {path}，下次定稿前都可以改",
        "make any other adjustments directly in {path} before the next closing"
    ))?;
    call.warn(&faults);
    Ok(Exit::Done)
}

fn missing_basis() -> Fault {
    Fault::new("unsorted", text!("方案没有写明调整依据", "the plan does not say what it was adjusted by"))
}

/// Drafts the next version: its path, and what it says.
fn draft_version(
    county: &County<'_>,
    draft: &mut ChangeDraft,
    matches: &ArgMatches,
    now: Instant,
) -> Result<(String, Plan)> {
    let word = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let year = year_of(word("year"))?;
    let (text, _) = county.plan_text(year, None)?;
    let (before, kinds) = county.plan(year, None)?;
    let adjustment = Adjustment {
        document: required_text(word("document"), &text!("没有写明文号", "no document given"))?,
        reason: required_text(word("reason"), &text!("没有写明原因", "no reason given"))?,
        issued: issue_day(county, &before, matches, now)?,
        by: Some(draft.stamp.by.clone()),
    };
    let words = |name: &str| matches.get_many::<String>(name).into_iter().flatten();
    let targets = words("target").map(|word| target(&before, word)).collect::<Result<Vec<_>>>()?;
    let budgets = words("budget").map(|word| budget(&before, word)).collect::<Result<Vec<_>>>()?;
    let text = edit::adjust(&text, &adjustment, &targets, &budgets)?;
    let number = county.plan_versions(year).last().map_or(1, |(number, _)| number);
    let path = DataPath::Plan { year, version: number + 1 }.to_string();
    let mut plan = Plan::load(&path, &text, &kinds)?;
    plan.first = Some(before.first.clone().unwrap_or_else(|| Box::new(before)));
    draft.put(path.clone(), text);
    Ok((path, plan))
}

fn required_text(text: &str, lacking: &Text) -> Result<String> {
    let text = plain_text(text)?;
    if text.is_empty() { Fault::usage("unsorted", lacking.clone()).fail() } else { Ok(text) }
}

/// The day of issue: not after today, and not before the version that it adjusts.
fn issue_day(county: &County<'_>, before: &Plan, matches: &ArgMatches, now: Instant) -> Result<Day> {
    let today = county.as_of(matches.get_one("today"), now)?;
    let Some(word) = matches.get_one::<String>("issued") else { return Ok(today) };
    let issued = parse::day(word, today, before.year)?;
    if issued > today {
        return Fault::usage(
            "unsorted",
            text!("{issued} 还没有到（今天 {today}）", "{issued} is in the future (today is {today})"),
        )
        .hint(text!("印发之后再调整", "adjust the plan once the document is issued"))
        .fail();
    }
    if let Some(earlier) = before.issued_on().filter(|earlier| *earlier > issued) {
        let what = text!(
            "{issued} 早于上一版的印发日期 {earlier}",
            "{issued} is before the previous version was issued ({earlier})"
        );
        return Fault::usage("unsorted", what).hint(text!("请核对印发日期", "check the date of issue")).fail();
    }
    Ok(issued)
}

fn split_assignment<'w>(word: &'w str, example: &Text) -> Result<(&'w str, &'w str)> {
    word.split_once(['=', '＝']).map(|(what, value)| (what.trim(), value.trim())).ok_or_else(|| {
        Fault::usage("unsorted", text!("“{word}”里没有等号", "no equals sign in “{word}”")).hint(example.clone()).into()
    })
}

fn target(plan: &Plan, word: &str) -> Result<(String, u64)> {
    let example = text!("写成 performances=66", "write performances=66");
    let (id, number) = split_assignment(word, &example)?;
    let indicator = indicator_named(plan, id)?;
    match number.parse::<u64>() {
        Ok(target) if target > 0 => Ok((indicator.id.clone(), target)),
        Ok(_) | Err(_) => {
            let what = text!(
                "任务数应为大于 0 的整数，不能是“{number}”",
                "invalid target “{number}”: expected a whole number above 0"
            );
            Fault::usage("unsorted", what).hint(example).fail()
        }
    }
}

fn budget(plan: &Plan, word: &str) -> Result<(String, String)> {
    let example = text!("写成 performances=66000.00", "write performances=66000.00");
    let (heading, amount) = split_assignment(word, &example)?;
    if !plan.expenditure.iter().any(|one| one.heading == heading) {
        let all: Vec<Text> = plan.expenditure.iter().map(|one| Text::same(&one.heading)).collect();
        let list = Text::list(&all);
        return Fault::usage(
            "unsorted",
            text!("方案里没有支出科目“{heading}”", "the plan has no budget heading “{heading}”"),
        )
        .hint(text!("科目有：{list}", "choose from: {list}", list))
        .fail();
    }
    let Some(fen) = decimal(amount.as_bytes(), 2).filter(|fen| *fen >= 0) else {
        let what =
            text!("“{amount}”不是金额，最多两位小数", "invalid amount “{amount}”: expected at most two decimals");
        return Fault::usage("unsorted", what).hint(example).fail();
    };
    Ok((heading.to_owned(), decimal_text(fen, 2)))
}

/// Refuses to edit a version by which a month was closed.
///
/// # Errors
/// There is such a closing, or one cannot be read.
pub(super) fn open_to_edits(county: &County<'_>, year: Year, path: &str) -> Result<()> {
    let Some(closing) = crate::county::closings::counted_by(county, path)? else { return Ok(()) };
    Fault::usage(
        "unsorted",
        text!("{path} 已有定稿（{closing}）为依据，不再改动", "{path} is the basis of {closing} and cannot be changed"),
    )
    .hint(text!(
        "另成一版再改：culture plan adjust {year} --document 文号 --reason 原因",
        "create a new version: culture plan adjust {year} --document NUMBER --reason REASON"
    ))
    .fail()
}
