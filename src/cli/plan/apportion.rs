//! `culture plan apportion`: a target split over the townships.

use crate::base::fault::{self, Exit, Fault, Faults, Place};
use crate::base::text::Text;
use crate::cli::frame::Call;
use crate::cli::options::{self, required, text};
use crate::cli::writing::{WriteArgs, write};
use crate::county::County;
use crate::county::plan_edits::{indicator_named, open_to_edits};
use crate::county::view::{View, Viewpoint};
use crate::render::OutputFormat;
use crate::report::Report;
use crate::report::settings::apportionment;
use crate::schema::plan::apportion::largest_remainder;
use crate::schema::plan::edit;
use crate::schema::township::{Township, TownshipKind};
use crate::store::read_in;
use anyhow::Result;
use clap::ArgMatches;

/// What is asked of `plan apportion`.
struct ApportionArgs {
    indicator: String,
    by: ApportionBasis,
    /// County units take a share too.
    with_county_units: bool,
    dry_run: bool,
    point: Viewpoint,
    writing: WriteArgs,
}

/// What a split goes by.
enum ApportionBasis {
    Equal,
    Population,
    /// The weights in a file.
    Weights(String),
}

impl ApportionArgs {
    fn read(matches: &ArgMatches) -> ApportionArgs {
        let by = match text(matches, "weights") {
            Some(file) => ApportionBasis::Weights(file),
            None if matches.get_flag("equal") => ApportionBasis::Equal,
            None => ApportionBasis::Population,
        };
        ApportionArgs {
            indicator: required(matches, "indicator"),
            by,
            with_county_units: matches.get_flag("with-county-units"),
            dry_run: matches.get_flag("dry-run"),
            point: Viewpoint { plan: text(matches, "plan"), ..options::day_point(matches) },
            writing: WriteArgs::unsigned(matches),
        }
    }
}

/// A file of weights, with its bytes.
struct WeightsFile {
    name: String,
    bytes: Vec<u8>,
}

/// A split of one target.
struct Apportionment {
    table: Report,
    shares: Vec<(String, u64)>,
}

pub(super) fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = ApportionArgs::read(matches);
    let weights = match &args.by {
        ApportionBasis::Weights(name) => {
            let bytes = read_in(&call.world.dir.join(name), 1 << 20, 1)?;
            Some(WeightsFile { name: name.clone(), bytes })
        }
        ApportionBasis::Equal | ApportionBasis::Population => None,
    };
    if args.dry_run {
        let split = call.look(&args.point, |view| apportion(view, &args, weights.as_ref()))?;
        call.say(&split.table, OutputFormat::Table)?;
        call.print(&text!("未写入（--dry-run）", "nothing written (--dry-run)"))?;
        return Ok(Exit::Done);
    }
    let (table, path) = write(call, &args.writing, &args.point, |view, draft, _| {
        let split = apportion(view, &args, weights.as_ref())?;
        let year = view.plan_year()?;
        let (text, path) = view.county.plan_text(year, None)?;
        open_to_edits(view.county, year, &path)?;
        draft.put(path.clone(), edit::set_shares(&text, &args.indicator, &split.shares)?);
        Ok((split.table, path))
    })?;
    call.say(&table, OutputFormat::Table)?;
    call.acknowledge(&text!("已写入 {path}", "wrote {path}"))?;
    Ok(Exit::Done)
}

fn apportion(view: &View<'_>, args: &ApportionArgs, file: Option<&WeightsFile>) -> fault::Result<Apportionment> {
    let county = view.county;
    let year = view.plan_year()?;
    let indicator = indicator_named(&view.plan()?.plan, &args.indicator)?;
    let Some(target) = indicator.target else {
        let title = &indicator.title;
        return Fault::usage(
            "no-target",
            text!("“{title}”没有任务数，无可分解", "“{title}” has no target to split", title),
        )
        .hint(text!("有任务数的指标见：culture plan show", "see the targets with culture plan show"))
        .fail();
    };
    let takes = |township: &&Township| {
        (args.with_county_units || township.kind != TownshipKind::CountyUnit) && township.active_on(year.last())
    };
    let townships: Vec<&Township> = county.townships.iter().filter(takes).collect();
    if townships.is_empty() {
        return Fault::usage("no-township", text!("没有可分解的单位", "there are no townships to split it among"))
            .hint(text!("先添加：culture township add …", "add them: culture township add …"))
            .fail();
    }
    let weights = match (file, &args.by) {
        (Some(file), _) => weights_from_file(county, &townships, &file.name, &file.bytes)?,
        (None, ApportionBasis::Population) => populations(&townships)?,
        (None, ApportionBasis::Equal | ApportionBasis::Weights(_)) => vec![1; townships.len()],
    };
    let parts = largest_remainder(target, &weights);
    let shares: Vec<(String, u64)> = townships.iter().map(|township| township.id.clone()).zip(parts).collect();
    Ok(Apportionment { table: apportionment(indicator, target, &townships, &weights, &shares), shares })
}

fn populations(townships: &[&Township]) -> fault::Result<Vec<u64>> {
    let without: Vec<Text> =
        townships.iter().filter(|township| township.population.is_none()).map(|one| Text::same(&one.name)).collect();
    if !without.is_empty() {
        let list = Text::list(&without);
        return Fault::usage("missing-population", text!("缺少人口数：{list}", "population unknown: {list}", list))
            .hint(text!(
                "补上：culture township edit 单位 --population 人数",
                "set it with culture township edit TOWNSHIP --population N"
            ))
            .fail();
    }
    Ok(townships.iter().filter_map(|township| township.population).collect())
}

/// Weights out of a file: a township and a whole number on each line; who is not listed has none.
fn weights_from_file(
    county: &County<'_>,
    townships: &[&Township],
    file: &str,
    bytes: &[u8],
) -> fault::Result<Vec<u64>> {
    let mut weights = vec![0; townships.len()];
    let mut faults = Vec::new();
    let mut start = 0;
    for line in bytes.split(|&b| b == b'\n') {
        let place = || Place::in_text(file, bytes, start..start + line.len());
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
        return Fault::usage(
            "no-weight",
            text!("权重表里没有大于 0 的权重", "no weight in the file is greater than 0"),
        )
        .at(Place::file(file))
        .hint(text!("每行写 单位,权重，如 城关镇,3", "write township,weight on each line, e.g. 城关镇,3"))
        .fail();
    }
    Faults::unless(faults, || weights)
}

fn parse_weight(county: &County<'_>, townships: &[&Township], line: &str) -> fault::Result<(usize, u64)> {
    let parts = line.rsplit_once([',', '，', '\t']).and_then(|(who, weight)| Some((who, weight.trim().parse().ok()?)));
    let Some((who, weight)) = parts else {
        return Fault::usage("unreadable-weight", text!("应为“单位,权重”", "expected township,weight"))
            .hint(text!("如：城关镇,3", "e.g. 城关镇,3"))
            .fail();
    };
    let township = county.townships.find(who.trim())?;
    let name = &township.name;
    let place = townships.iter().position(|one| one.id == township.id);
    place.map(|at| (at, weight)).ok_or_else(|| {
        Fault::usage("no-share", text!("{name}不参加分解", "{name} does not take a share"))
            .hint(text!("县直单位参加：加 --with-county-units", "to include county units, add --with-county-units"))
            .into()
    })
}
