//! `culture plan adjust`: the next version of a year's plan. The ones before it stay as they are.

use crate::base::day::Day;
use crate::base::fault::{self, Exit, Fault};
use crate::base::paths::DataPath;
use crate::base::text::{Lang, Text};
use crate::cli::frame::Call;
use crate::cli::options::{self, option, positional, required, text, texts};
use crate::cli::writing::{WriteArgs, write};
use crate::county::draft::ChangeDraft;
use crate::county::plan_edits::{indicator_named, shares};
use crate::county::plans::YearPlan;
use crate::county::view::{View, Viewpoint, parse_year};
use crate::report::settings::changes;
use crate::schema::parse::{self, plain_text};
use crate::schema::plan::{Adjustment, Plan, edit};
use crate::schema::record::{decimal, decimal_text};
use anyhow::Result;
use clap::{ArgAction, ArgMatches, Command};

pub(super) fn arguments(lang: Lang) -> Command {
    let value = Text::new("年份", "YEAR");
    let about = Text::new("调整方案，另成一版", "Adjust the plan in a new version");
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

/// What is asked of `plan adjust`.
struct AdjustArgs {
    year: String,
    document: String,
    reason: String,
    /// The day of issue; none: today.
    issued: Option<String>,
    targets: Vec<String>,
    budgets: Vec<String>,
    point: Viewpoint,
    writing: WriteArgs,
}

impl AdjustArgs {
    fn read(matches: &ArgMatches) -> AdjustArgs {
        AdjustArgs {
            year: required(matches, "year"),
            document: required(matches, "document"),
            reason: required(matches, "reason"),
            issued: text(matches, "issued"),
            targets: texts(matches, "target"),
            budgets: texts(matches, "budget"),
            point: options::day_point(matches),
            writing: WriteArgs::read(matches),
        }
    }
}

/// The version that was drafted.
struct DraftedVersion {
    path: String,
    plan: Plan,
    adjustment: Adjustment,
    faults: Vec<Fault>,
}

pub(super) fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = AdjustArgs::read(matches);
    let drafted = write(call, &args.writing, &args.point, |view, draft, _| draft_version(view, draft, &args))?;
    let path = &drafted.path;
    let Adjustment { document, issued, .. } = &drafted.adjustment;
    call.acknowledge(&text!(
        "已生成 {path}（{document}，{issued} 印发），原方案不变",
        "created {path} ({document}, issued {issued}); the previous version is kept"
    ))?;
    for line in changes(&drafted.plan) {
        call.acknowledge(&line)?;
    }
    call.acknowledge(&text!(
        "其余调整（分解、日期）直接改 {path}，下次定稿前都可以改",
        "make any other adjustments directly in {path} before the next closing"
    ))?;
    call.warn(&drafted.faults);
    Ok(Exit::Done)
}

/// Drafts the next version: where it is, and what it says.
fn draft_version(view: &View<'_>, draft: &mut ChangeDraft, args: &AdjustArgs) -> fault::Result<DraftedVersion> {
    let county = view.county;
    let year = parse_year(&args.year)?;
    let (text, _) = county.plan_text(year, None)?;
    let YearPlan { plan: before, kinds } = county.plan(year, None)?;
    let adjustment = Adjustment {
        document: required_text(&args.document, &text!("没有写明文号", "no document given"))?,
        reason: required_text(&args.reason, &text!("没有写明原因", "no reason given"))?,
        issued: issue_day(&before, args.issued.as_deref(), view.today)?,
        by: Some(draft.stamp.by.clone()),
    };
    let targets = args.targets.iter().map(|word| target(&before, word)).collect::<fault::Result<Vec<_>>>()?;
    let budgets = args.budgets.iter().map(|word| budget(&before, word)).collect::<fault::Result<Vec<_>>>()?;
    let text = edit::adjust(&text, &adjustment, &targets, &budgets)?;
    let (last, _) = county.plan_versions(year).last().expect("a plan that was read has a version");
    let path = DataPath::Plan { year, version: last + 1 }.to_string();
    let mut plan = Plan::load(&path, &text, &kinds)?;
    plan.first = match before.first {
        Some(first) => Some(first),
        None => Some(Box::new(before)),
    };
    draft.put(path.clone(), text);
    let (faults, _) = shares(&plan, county.in_order());
    Ok(DraftedVersion { path, plan, adjustment, faults })
}

fn required_text(text: &str, lacking: &Text) -> fault::Result<String> {
    let text = plain_text(text)?;
    if text.is_empty() { Fault::usage("empty-text", lacking.clone()).fail() } else { Ok(text) }
}

/// The day of issue: not after today, and not before the version that it adjusts.
fn issue_day(before: &Plan, word: Option<&str>, today: Day) -> fault::Result<Day> {
    let Some(word) = word else { return Ok(today) };
    let issued = parse::day(word, today, before.year)?;
    if issued > today {
        return Fault::usage(
            "future-date",
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
        return Fault::usage("date-order", what).hint(text!("请核对印发日期", "check the date of issue")).fail();
    }
    Ok(issued)
}

fn split_assignment<'w>(word: &'w str, example: &Text) -> fault::Result<(&'w str, &'w str)> {
    word.split_once(['=', '＝']).map(|(what, value)| (what.trim(), value.trim())).ok_or_else(|| {
        Fault::usage("missing-equals-sign", text!("“{word}”里没有等号", "no equals sign in “{word}”"))
            .hint(example.clone())
            .into()
    })
}

fn target(plan: &Plan, word: &str) -> fault::Result<(String, u64)> {
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
            Fault::usage("unreadable-number", what).hint(example).fail()
        }
    }
}

fn budget(plan: &Plan, word: &str) -> fault::Result<(String, String)> {
    let example = text!("写成 performances=66000.00", "write performances=66000.00");
    let (heading, amount) = split_assignment(word, &example)?;
    if !plan.expenditure.iter().any(|one| one.heading == heading) {
        let all: Vec<Text> = plan.expenditure.iter().map(|one| Text::same(&one.heading)).collect();
        let list = Text::list(&all);
        return Fault::usage(
            "unknown-heading",
            text!("方案里没有支出科目“{heading}”", "the plan has no budget heading “{heading}”"),
        )
        .hint(text!("科目有：{list}", "choose from: {list}", list))
        .fail();
    }
    let Some(fen) = decimal(amount.as_bytes(), 2).filter(|fen| *fen >= 0) else {
        let what =
            text!("“{amount}”不是金额，最多两位小数", "invalid amount “{amount}”: expected at most two decimals");
        return Fault::usage("unreadable-number", what).hint(example).fail();
    };
    Ok((heading.to_owned(), decimal_text(fen, 2)))
}
