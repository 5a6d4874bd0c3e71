//! `culture sample KIND`: which records to look at on site, drawn so that anyone can draw them again.

use super::frame::{Call, Delivery, Verb};
use super::options::{self, flag, option, required};
use crate::base::fault::{Exit, Fault, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::county::entry::EntryReader;
use crate::county::search::Labels;
use crate::county::selection::{RecordFilter, SelectionAsked};
use crate::county::view::{View, Viewpoint};
use crate::figures::sample::{SampleSize, digest, draw};
use crate::report::Report;
use crate::report::records::OwnedRecord;
use crate::report::sample::Sample;
use crate::schema::kind::Kind;
use crate::schema::record::Revision;
use clap::{ArgMatches, Command, value_parser};
use std::collections::HashMap;

/// `sample`
pub(super) const VERB: Verb = Verb {
    name: "sample",
    about: Text::new("随机抽取待抽查的记录，结果可验证", "Draw a repeatable sample for on-site checks"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let kind = options::kind(lang).required(true);
    let size = option(lang, "size", &Text::new("条数", "N"), &Text::new("抽多少条", "Number of records to draw"));
    let each = Text::new("每个单位各抽这么多条", "Draw that many from each township");
    let seed = Text::new("随机数：事先公布的一串字，如会议名称", "Seed: any phrase made public beforehand");
    let seed = option(lang, "seed", &Text::new("文字", "TEXT"), &seed).required(true);
    let command = command
        .arg(kind)
        .arg(size.short('n').required(true).value_parser(value_parser!(u64).range(1..)))
        .arg(flag(lang, "per-township", &each))
        .arg(seed)
        .arg(options::township(lang));
    Ok(options::day_options(lang, command)
        .arg(options::condition(lang))
        .arg(options::known(lang))
        .arg(options::today(lang))
        .arg(options::format(lang))
        .arg(options::output(lang)))
}

/// What is asked of `sample`.
struct SampleArgs {
    kind: String,
    point: Viewpoint,
    selection: SelectionAsked,
    size: SampleSize,
    seed: String,
    delivery: Delivery,
}

impl SampleArgs {
    fn read(matches: &ArgMatches) -> SampleArgs {
        let size = *matches.get_one::<u64>("size").expect("clap refuses a command without its size");
        SampleArgs {
            kind: required(matches, "kind"),
            point: options::records_point(matches),
            selection: options::selection(matches),
            size: if matches.get_flag("per-township") { SampleSize::OfEach(size) } else { SampleSize::InAll(size) },
            seed: required(matches, "seed").trim().to_owned(),
            delivery: options::delivery(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = SampleArgs::read(matches);
    let (report, today) = call.look(&args.point, |view| Ok((draw_sample(view, &args)?, view.today)))?;
    call.style.made = today;
    call.deliver(&report, &args.delivery)?;
    Ok(Exit::Done)
}

fn draw_sample(view: &View<'_>, args: &SampleArgs) -> Result<Report> {
    let kind = view.kinds()?.find(&args.kind)?;
    let search = view.search()?;
    let reader = EntryReader::new(&search, kind, view.today);
    let found = RecordFilter::read(&reader, view.township, &args.selection)?.select(&search, kind, view.known)?;
    if found.is_empty() {
        return nothing_to_draw(kind);
    }
    let seed = args.seed.as_str();
    if seed.is_empty() {
        return Fault::usage("empty-text", text!("随机数是空的", "the seed is empty"))
            .hint(text!(
                "写一串事先公布的字，如 --seed 年度验收会",
                "use a phrase made public beforehand, e.g. --seed 'acceptance 2018'"
            ))
            .fail();
    }
    let townships = view.county.in_order();
    let mut held = vec![Vec::new(); townships.len()];
    for one in &found {
        held[one.township].push(one.revision.id);
    }
    let mut records: HashMap<Id, Revision> = found.into_iter().map(|one| (one.revision.id, one.revision)).collect();
    let mut kept = Vec::new();
    for (township, ids) in townships.iter().zip(draw(&held, args.size, seed)) {
        for revision in ids.iter().filter_map(|id| records.remove(id)) {
            kept.push(OwnedRecord { township, revision, late: None });
        }
    }
    let labels = Labels::new(&search);
    let population = held.iter().flatten().copied();
    let sample = Sample {
        kind,
        seed,
        size: args.size,
        drawn: &kept,
        of: population.clone().count(),
        digest: digest(population),
    };
    Ok(sample.report(&|field, value| labels.of(field, value)))
}

fn nothing_to_draw<T>(kind: &Kind) -> Result<T> {
    let title = &kind.title;
    Fault::usage("no-records", text!("没有可抽的{title}", "there are no {title} records to draw from", title))
        .hint(text!(
            "放宽条件；查看：culture list {id}",
            "widen the selection; see culture list {id}",
            id = Text::same(&kind.id)
        ))
        .fail()
}
