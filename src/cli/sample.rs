//! `culture sample KIND`: which records to look at on site, drawn so that anyone can draw them again.

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional};
use super::records::RecordFilter;
use crate::base::day::{Day, Instant};
use crate::base::fault::{Exit, Fault, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::county::county::County;
use crate::county::entry::EntryReader;
use crate::county::search::{Labels, Search};
use crate::figures::sample::{SampleSize, digest, draw};
use crate::report::Report;
use crate::report::records::OwnedRecord;
use crate::report::sample::Sample;
use crate::schema::record::Revision;
use clap::{ArgMatches, Command, value_parser};
use std::collections::HashMap;

/// The verb.
pub(super) const VERB: Verb = Verb {
    name: "sample",
    about: Text::new("随机抽取待抽查的记录，结果可验证", "Draw a repeatable sample for on-site checks"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let kind = Text::new("台账类别，见 culture kinds", "Kind of record (see culture kinds)");
    let kind = positional(lang, "kind", &Text::new("类别", "KIND"), &kind).required(true);
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

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (threads, now) = (call.world.threads, call.world.now);
    let (report, today) = call.look(|county| draw_sample(county, matches, threads, now))?;
    call.style.made = today;
    call.deliver(&report, options::requested_format(matches), matches.get_one("output"))?;
    Ok(Exit::Done)
}

fn draw_sample(county: &County<'_>, matches: &ArgMatches, threads: usize, now: Instant) -> Result<(Report, Day)> {
    let kinds = county.kinds(None)?;
    let kind = kinds.find(matches.get_one::<String>("kind").map_or("", String::as_str))?;
    let today = county.as_of(matches.get_one("today"), now)?;
    let known = options::known_at(county, matches, today)?;
    let search = Search::new(county, &kinds, threads);
    let found = RecordFilter::read(county, kind, &EntryReader::new(&search, kind, today), matches)?
        .found(&search, kind, known)?;
    if found.is_empty() {
        let title = &kind.title;
        return Fault::usage(
            "unsorted",
            text!("没有可抽的{title}", "there are no {title} records to draw from", title),
        )
        .hint(text!(
            "放宽条件；查看：culture list {id}",
            "widen the selection; see culture list {id}",
            id = Text::same(&kind.id)
        ))
        .fail();
    }
    let seed = matches.get_one::<String>("seed").map_or("", |seed| seed.trim());
    if seed.is_empty() {
        return Fault::usage("unsorted", text!("随机数是空的", "the seed is empty"))
            .hint(text!(
                "写一串事先公布的字，如 --seed 年度验收会",
                "use a phrase made public beforehand, e.g. --seed 'acceptance 2018'"
            ))
            .fail();
    }
    let size = *matches.get_one::<u64>("size").unwrap_or(&1);
    let size = if matches.get_flag("per-township") { SampleSize::OfEach(size) } else { SampleSize::InAll(size) };
    let mut held = vec![Vec::new(); county.in_order().len()];
    for (township, record) in &found {
        held[*township].push(record.id);
    }
    let mut records: HashMap<Id, Revision> = found.into_iter().map(|(_, record)| (record.id, record)).collect();
    let mut kept = Vec::new();
    for (township, ids) in county.in_order().iter().zip(draw(&held, size, seed)) {
        kept.extend(ids.iter().filter_map(|id| records.remove(id)).map(|revision| OwnedRecord {
            township,
            revision,
            late: None,
        }));
    }
    let labels = Labels::new(&search);
    let population = held.iter().flatten().copied();
    let sample = Sample { kind, seed, size, drawn: &kept, of: population.clone().count(), digest: digest(population) };
    Ok((sample.report(&|field, value| labels.of(field, value)), today))
}
