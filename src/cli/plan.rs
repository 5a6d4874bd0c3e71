//! `culture plan show|new|check|adjust|apportion`: the year's plan.

mod adjust;

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional};
use super::writing::write;
use crate::base::day::Year;
use crate::base::fault::{Exit, Fault, Faults, Level, Result};
use crate::base::paths::DataPath;
use crate::base::text::Text;
use crate::county::county::{County, text_of};
use crate::report::settings;
use crate::report::table::{Cell, Column, Table};
use crate::report::{Block, Report};
use crate::schema::plan::apportion::largest_remainder;
use crate::schema::plan::{Indicator, Plan, edit};
use crate::schema::township::{Township, TownshipKind};
use crate::store::read_in;
use clap::{Arg, ArgGroup, ArgMatches, Command};

/// The verb.
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
    let plan = || option(lang, "plan", &Text::new("年份", "YEAR"), &Text::new("哪一年的方案", "Year of the plan"));
    let today = |command: Command| command.arg(options::today(lang));
    let from = option(
        lang,
        "from",
        &Text::new("年份", "YEAR"),
        &Text::new("照搬哪一年的（默认最近一年）", "Year to copy from (default: the latest)"),
    );
    let file = Text::new("文件", "FILE");
    let indicator = Text::new("指标代号，见 culture plan show", "Indicator (see culture plan show)");
    let by = option(
        lang,
        "by",
        &Text::new("依据", "WHAT"),
        &Text::new("按人口：population", "Split by this weight: population"),
    )
    .value_parser(["population"]);
    // `--by` says here what the split goes by; who writes is not kept with a plan.
    let wait: Arg = option(
        lang,
        "wait",
        &Text::new("秒", "SECONDS"),
        &Text::new("他人正在写入时最多等几秒", "How long to wait for another command"),
    )
    .value_parser(clap::value_parser!(u64));
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
        .arg(flag(lang, "dry-run", &Text::new("只看结果，不写入", "Show the outcome without writing anything")))
        .arg(wait)
        .arg(plan());
    Ok(command
        .subcommand_required(true)
        .subcommand(today(
            below("show", Text::new("查看方案", "Show a plan"))
                .arg(year(Text::new("哪一年", "Year of the plan")))
                .arg(options::known(lang))
                .arg(options::format(lang)),
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
        Some(("show", matches)) => show(call, matches),
        Some(("new", matches)) => new(call, matches),
        Some(("check", matches)) => check(call, matches),
        Some(("adjust", matches)) => adjust::run(call, matches),
        Some((_, matches)) => apportion(call, matches),
        None => Fault::usage("unsorted", text!("没有写明命令", "no command given")).fail(),
    }
}

/// The year given, else that of the as-of day's plan.
fn requested_year(
    county: &County<'_>,
    call_now: crate::base::day::Instant,
    matches: &ArgMatches,
    name: &str,
) -> Result<Year> {
    if let Some(text) = matches.get_one::<String>(name) {
        return year_of(text);
    }
    let today = county.as_of(matches.get_one("today"), call_now)?;
    county.some_plan_year(today)
}

fn year_of(text: &str) -> Result<Year> {
    Year::from_iso(text.trim().as_bytes()).ok_or_else(|| {
        Fault::usage("unsorted", text!("“{text}”不是年份", "“{text}” is not a year"))
            .hint(text!("请写四位数字的年份", "write it like 2018"))
            .into()
    })
}

fn show(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let now = call.world.now;
    let report = call.look(|county| {
        let year = requested_year(county, now, matches, "year")?;
        let known = options::known_at(county, matches, county.as_of(matches.get_one("today"), now)?)?;
        let (plan, _) = county.plan(year, known)?;
        Ok(settings::plan(&plan, &versions(county, year)?))
    })?;
    call.say(&report, options::requested_format(matches))?;
    Ok(Exit::Done)
}

/// All versions of a year's plan, with their paths.
fn versions(county: &County<'_>, year: Year) -> Result<Vec<(String, Plan)>> {
    let read = |path: &str| Ok((path.to_owned(), Plan::read(path, &text_of(county.snapshot, path)?)?.into_unchecked()));
    county.plan_versions(year).map(|(_, path)| read(path)).collect()
}

fn new(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let year = year_of(matches.get_one::<String>("year").map_or("", String::as_str))?;
    let from = write(call, matches, |county, draft, _| {
        if county.plan_years().contains(&year) {
            return Fault::usage("unsorted", text!("已有 {year} 年的实施方案", "there is already a plan for {year}"))
                .hint(text!("查看：culture plan show {year}", "see culture plan show {year}"))
                .fail();
        }
        let latest = || county.plan_years().last().copied();
        let from = match matches.get_one::<String>("from") {
            Some(text) => year_of(text)?,
            None => latest()
                .ok_or_else(|| Fault::new("unsorted", text!("没有可照搬的方案", "there is no plan to copy from")))?,
        };
        county.plan(from, None)?;
        draft.put(
            DataPath::Plan { year, version: 1 }.to_string(),
            edit::move_to_year(&county.plan_text(from, None)?.0, from, year)?,
        );
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

fn check(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let now = call.world.now;
    let (year, faults, lines) = call.look(|county| {
        let year = requested_year(county, now, matches, "year")?;
        let (plan, _) = county.plan(year, None)?;
        let (faults, lines) = shares(&plan, county.in_order());
        Ok((year, faults, lines))
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

/// What is wrong with the shares, and what they sum to. Above the target is allowed: 分解合计 66/目标 60.
fn shares(plan: &Plan, townships: &[Township]) -> (Vec<Fault>, Vec<Text>) {
    let (mut faults, mut lines) = (Vec::new(), Vec::new());
    for indicator in &plan.indicators {
        let (id, title) = (&indicator.id, &indicator.title);
        for (share, _) in indicator.shares.iter().filter(|(id, _)| !townships.iter().any(|one| one.id == *id)) {
            faults.push(
                Fault::new(
                    "unsorted",
                    text!(
                        "{title}：分解到了不存在的单位 {share}",
                        "{title}: a share is assigned to “{share}”, which is not a township",
                        title
                    ),
                )
                .hint(text!(
                    "改正 [indicator.shares]，或先添加该单位",
                    "correct [indicator.shares], or add the township"
                )),
            );
        }
        let (Some(target), false) = (indicator.target, indicator.shares.is_empty()) else { continue };
        let (sum, year): (u64, Year) = (indicator.shares.iter().map(|(_, share)| share).sum(), plan.year);
        lines.push(text!("{title}：任务 {target}，分解合计 {sum}", "{title}: shares {sum} of target {target}", title));
        if sum < target {
            let lacking = target - sum;
            faults.push(
                Fault::warning(
                    "unsorted",
                    text!(
                        "{title}：分解合计比任务数少 {lacking}",
                        "{title}: the shares add up to {lacking} less than the target",
                        title
                    ),
                )
                .hint(text!(
                    "重新分解：culture plan apportion {id} --plan {year} --equal",
                    "split it again: culture plan apportion {id} --plan {year} --equal"
                )),
            );
        }
    }
    (faults, lines)
}

/// A split of one target.
struct Apportionment {
    table: Report,
    year: Year,
}

fn apportion(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let now = call.world.now;
    let weights = match matches.get_one::<String>("weights") {
        Some(file) => Some((file.clone(), read_in(&call.world.dir.join(file), 1 << 20, 1)?)),
        None => None,
    };
    let id = matches.get_one::<String>("indicator").cloned().unwrap_or_default();
    if matches.get_flag("dry-run") {
        let split = call.look(|county| Ok(apportion_target(county, now, matches, &id, weights.as_ref())?.0))?;
        call.say(&split.table, crate::render::OutputFormat::Table)?;
        call.print(&text!("未写入（--dry-run）", "nothing written (--dry-run)"))?;
        return Ok(Exit::Done);
    }
    let (split, path) = write(call, matches, |county, draft, _| {
        let (split, shares) = apportion_target(county, now, matches, &id, weights.as_ref())?;
        let (text, path) = county.plan_text(split.year, None)?;
        adjust::open_to_edits(county, split.year, &path)?;
        draft.put(path.clone(), edit::set_shares(&text, &id, &shares)?);
        Ok((split, path))
    })?;
    call.say(&split.table, crate::render::OutputFormat::Table)?;
    call.acknowledge(&text!("已写入 {path}", "wrote {path}"))?;
    Ok(Exit::Done)
}

fn apportion_target(
    county: &County<'_>,
    now: crate::base::day::Instant,
    matches: &ArgMatches,
    id: &str,
    weights: Option<&(String, Vec<u8>)>,
) -> Result<(Apportionment, Vec<(String, u64)>)> {
    let year = requested_year(county, now, matches, "plan")?;
    let (plan, _) = county.plan(year, None)?;
    let indicator = indicator_named(&plan, id)?;
    let Some(target) = indicator.target else {
        let title = &indicator.title;
        return Fault::usage(
            "unsorted",
            text!("“{title}”没有任务数，无可分解", "“{title}” has no target to split", title),
        )
        .hint(text!("有任务数的指标见：culture plan show", "see the targets with culture plan show"))
        .fail();
    };
    let with_units = matches.get_flag("with-county-units");
    let takes = |township: &&Township| {
        (with_units || township.kind != TownshipKind::CountyUnit) && township.active_on(year.last())
    };
    let townships: Vec<&Township> = county.townships.iter().filter(takes).collect();
    if townships.is_empty() {
        return Fault::usage("unsorted", text!("没有可分解的单位", "there are no townships to split it among"))
            .hint(text!("先添加：culture township add …", "add them: culture township add …"))
            .fail();
    }
    let weights = match weights {
        Some((file, bytes)) => weights_from_file(county, &townships, file, bytes)?,
        None if matches.contains_id("by") => populations(&townships)?,
        None => vec![1; townships.len()],
    };
    let parts = largest_remainder(target, &weights);
    let shares: Vec<(String, u64)> = townships.iter().map(|township| township.id.clone()).zip(parts).collect();
    let table = table(indicator, target, &townships, &weights, &shares);
    Ok((Apportionment { table, year }, shares))
}

fn indicator_named<'p>(plan: &'p Plan, id: &str) -> Result<&'p Indicator> {
    if let Some(indicator) = plan.indicators.iter().find(|indicator| indicator.id == id) {
        return Ok(indicator);
    }
    let all: Vec<Text> = plan.indicators.iter().map(|indicator| Text::same(&indicator.id)).collect();
    let list = Text::list(&all);
    Fault::usage("unsorted", text!("没有指标“{id}”", "unknown indicator “{id}”"))
        .hint(text!("现有：{list}", "choose from: {list}", list))
        .fail()
}

fn populations(townships: &[&Township]) -> Result<Vec<u64>> {
    let without: Vec<Text> =
        townships.iter().filter(|township| township.population.is_none()).map(|one| Text::same(&one.name)).collect();
    if !without.is_empty() {
        let list = Text::list(&without);
        return Fault::usage("unsorted", text!("缺少人口数：{list}", "population unknown: {list}", list))
            .hint(text!(
                "补上：culture township edit 单位 --population 人数",
                "set it with culture township edit TOWNSHIP --population N"
            ))
            .fail();
    }
    Ok(townships.iter().map(|township| township.population.unwrap_or(0)).collect())
}

/// Weights out of a file: a township and a whole number on each line; who is not listed has none.
fn weights_from_file(county: &County<'_>, townships: &[&Township], file: &str, bytes: &[u8]) -> Result<Vec<u64>> {
    let mut weights = vec![0; townships.len()];
    let (mut faults, mut start) = (Vec::new(), 0);
    for line in bytes.split(|&b| b == b'\n') {
        let place = || crate::base::fault::Place::in_text(file, bytes, start..start + line.len());
        let text = String::from_utf8_lossy(line);
        let text = text.trim().trim_start_matches('\u{feff}');
        if !text.is_empty() {
            match parse_weight(county, townships, text) {
                Ok((at, weight)) => weights[at] = weight,
                Err(Faults(found)) => faults.extend(found.into_iter().map(|fault| fault.at(place()))),
            }
        }
        start += line.len() + 1;
    }
    if faults.is_empty() && weights.iter().all(|weight| *weight == 0) {
        return Fault::usage("unsorted", text!("权重表里没有大于 0 的权重", "no weight in the file is greater than 0"))
            .at(crate::base::fault::Place::file(file))
            .hint(text!("每行写 单位,权重，如 城关镇,3", "write township,weight on each line, e.g. 城关镇,3"))
            .fail();
    }
    Faults::unless(faults, || weights)
}

fn parse_weight(county: &County<'_>, townships: &[&Township], line: &str) -> Result<(usize, u64)> {
    let parts = line.rsplit_once([',', '，', '\t']).and_then(|(who, weight)| Some((who, weight.trim().parse().ok()?)));
    let Some((who, weight)) = parts else {
        return Fault::usage("unsorted", text!("应为“单位,权重”", "expected township,weight"))
            .hint(text!("如：城关镇,3", "e.g. 城关镇,3"))
            .fail();
    };
    let township = county.townships.find(who.trim())?;
    let name = &township.name;
    let place = townships.iter().position(|one| one.id == township.id);
    place.map(|at| (at, weight)).ok_or_else(|| {
        Fault::usage("unsorted", text!("{name}不参加分解", "{name} does not take a share"))
            .hint(text!("县直单位参加：加 --with-county-units", "to include county units, add --with-county-units"))
            .into()
    })
}

fn table(
    indicator: &Indicator,
    target: u64,
    townships: &[&Township],
    weights: &[u64],
    shares: &[(String, u64)],
) -> Report {
    let number = |number: u64| i64::try_from(number).map_or(Cell::None, Cell::Number);
    let row = |at: usize| {
        let before = indicator.shares.iter().find(|(id, _)| *id == shares[at].0).map(|(_, share)| *share);
        let before = before.map_or(Cell::None, number);
        vec![Cell::Text(townships[at].name.clone()), number(weights[at]), before, number(shares[at].1)]
    };
    let mut rows: Vec<Vec<Cell>> = (0..shares.len()).map(row).collect();
    rows.push(vec![Cell::Said(Text::new("合计", "total")), number(weights.iter().sum()), Cell::None, number(target)]);
    let columns = vec![
        Column::new("township", Text::new("填报单位", "township")),
        Column::new("weight", Text::new("权重", "weight")),
        Column::new("before", Text::new("原分解", "previous")),
        Column::new("share", Text::new("分解任务", "share")),
    ];
    let title = &indicator.title;
    Report {
        title: text!("{title}：分解 {target}", "{title}: {target}, split", title),
        blocks: vec![Block::Table(Table { title: Text::default(), columns, rows })],
        json: None,
    }
}
