//! `culture plan show|new|check|adjust|apportion`: the year's plan.

mod adjust;
mod apportion;

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional, required, text};
use super::writing::{WriteArgs, write};
use crate::base::fault::{Exit, Fault, Level};
use crate::base::paths::DataPath;
use crate::base::text::Text;
use crate::county::plan_edits::{all_versions, shares};
use crate::county::view::{Viewpoint, parse_year};
use crate::render::OutputFormat;
use crate::report::settings;
use crate::schema::plan::edit;
use anyhow::Result;
use clap::{ArgGroup, ArgMatches, Command};

/// `plan`
pub(super) const VERB: Verb = Verb {
    name: "plan",
    about: Text::new("查看、检查、调整、分解实施方案", "Show, check, adjust and apportion the plan"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let below = |name: &'static str, about: Text| Command::new(name).about(about.say(lang).to_owned());
    let year = |help: Text| positional(lang, "year", &Text::new("年份", "YEAR"), &help);
    let today = |command: Command| command.arg(options::today(lang));
    let from = option(
        lang,
        "from",
        &Text::new("年份", "YEAR"),
        &Text::new("照搬哪一年的（默认最近一年）", "Year to copy from (default: the latest)"),
    );
    let file = Text::new("文件", "FILE");
    let indicator = Text::new("指标代号，见 culture plan show", "Indicator (see culture plan show)");
    // `--by` says here what the split goes by; who writes is not kept with a plan.
    let by = option(
        lang,
        "by",
        &Text::new("依据", "WHAT"),
        &Text::new("按人口：population", "Split by this weight: population"),
    )
    .value_parser(["population"]);
    let apportion = below("apportion", Text::new("把一项任务分解到各单位", "Split a target among the townships"))
        .arg(positional(lang, "indicator", &Text::new("指标", "INDICATOR"), &indicator).required(true))
        .arg(flag(lang, "equal", &Text::new("平均分解", "Split equally")))
        .arg(by)
        .arg(option(
            lang,
            "weights",
            &file,
            &Text::new("权重表：每行 单位,权重", "Weights: a file of lines township,weight"),
        ))
        .group(ArgGroup::new("how").args(["equal", "by", "weights"]).required(true))
        .arg(flag(lang, "with-county-units", &Text::new("县直单位也参加分解", "Include county units")))
        .arg(options::dry_run(lang))
        .arg(options::plan(lang));
    let apportion = options::unsigned_writing(lang, apportion);
    Ok(command
        .subcommand_required(true)
        .subcommand(today(
            below("show", Text::new("查看方案", "Show a plan"))
                .arg(year(Text::new("哪一年", "Year of the plan")))
                .arg(options::known(lang))
                .args(options::shown(lang)),
        ))
        .subcommand(options::writing(
            lang,
            below("new", Text::new("照往年方案新建", "Create a new plan from an earlier one"))
                .arg(year(Text::new("新方案的年份", "Year of the new plan")).required(true))
                .arg(from),
        ))
        .subcommand(today(
            below("check", Text::new("检查方案", "Check a plan")).arg(year(Text::new("哪一年", "Year of the plan"))),
        ))
        .subcommand(adjust::arguments(lang))
        .subcommand(today(apportion)))
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    match matches.subcommand() {
        Some(("show", matches)) => show(call, &PlanShowArgs::read(matches)),
        Some(("new", matches)) => new(call, &NewArgs::read(matches)),
        Some(("check", matches)) => check(call, &year_point(matches)),
        Some(("adjust", matches)) => adjust::run(call, matches),
        Some((_, matches)) => apportion::run(call, matches),
        None => Fault::usage("wrong-arguments", text!("没有写明命令", "no command given")).fail(),
    }
}

/// The plan of the year that is named as an argument, else that of the as-of day.
fn year_point(matches: &ArgMatches) -> Viewpoint {
    Viewpoint { plan: text(matches, "year"), ..options::day_point(matches) }
}

/// What is asked of `plan show`.
struct PlanShowArgs {
    point: Viewpoint,
    format: OutputFormat,
}

impl PlanShowArgs {
    fn read(matches: &ArgMatches) -> PlanShowArgs {
        PlanShowArgs {
            point: Viewpoint { known: text(matches, "known"), ..year_point(matches) },
            format: options::requested_format(matches),
        }
    }
}

fn show(call: &mut Call<'_>, args: &PlanShowArgs) -> Result<Exit> {
    let report = call.look(&args.point, |view| {
        let plan = &view.plan()?.plan;
        Ok(settings::plan(plan, &all_versions(view.county, view.plan_year()?)?).seen_by(view.county.public))
    })?;
    call.say(&report, args.format)?;
    Ok(Exit::Done)
}

/// What is asked of `plan new`.
struct NewArgs {
    year: String,
    /// After which year's plan; none: the latest.
    from: Option<String>,
    writing: WriteArgs,
}

impl NewArgs {
    fn read(matches: &ArgMatches) -> NewArgs {
        NewArgs { year: required(matches, "year"), from: text(matches, "from"), writing: WriteArgs::read(matches) }
    }
}

fn new(call: &mut Call<'_>, args: &NewArgs) -> Result<Exit> {
    let year = parse_year(&args.year)?;
    let from = write(call, &args.writing, &Viewpoint::default(), |view, draft, _| {
        let county = view.county;
        if county.plan_years().contains(&year) {
            return Fault::usage(
                "plan-exists",
                text!("已有 {year} 年的实施方案", "there is already a plan for {year}"),
            )
            .hint(text!("查看：culture plan show {year}", "see culture plan show {year}"))
            .fail();
        }
        let from = match &args.from {
            Some(text) => parse_year(text)?,
            None => county.plan_years().last().copied().ok_or_else(|| {
                Fault::new("missing-plan", text!("没有可照搬的方案", "there is no plan to copy from"))
            })?,
        };
        county.plan(from, None)?;
        let path = DataPath::Plan { year, version: 1 }.to_string();
        draft.put(path, edit::move_to_year(&county.plan_text(from, None)?.0, from, year)?);
        Ok(from)
    })?;
    call.acknowledge(&text!(
        "已照 {from} 年方案新建 plans/{year}.toml，日期均移到 {year} 年",
        "created plans/{year}.toml from the {from} plan, with its dates moved to {year}"
    ))?;
    call.acknowledge(&text!(
        "请按正式文件核对任务数、日期和依据，再运行 culture plan check {year}",
        "compare targets, dates and clauses with the official document, then run culture plan check {year}"
    ))?;
    Ok(Exit::Done)
}

fn check(call: &mut Call<'_>, point: &Viewpoint) -> Result<Exit> {
    let (year, faults, lines) = call.look(point, |view| {
        let (faults, lines) = shares(&view.plan()?.plan, view.county.in_order());
        Ok((view.plan_year()?, faults, lines))
    })?;
    for line in &lines {
        call.print(line)?;
    }
    call.warn(&faults);
    if faults.iter().any(|fault| fault.level == Level::Error) {
        return Ok(Exit::Found);
    }
    call.print(&text!("{year} 年实施方案可用", "the {year} plan is valid"))?;
    Ok(Exit::Done)
}
