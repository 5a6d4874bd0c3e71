//! `culture sample KIND`: which records to look at on site, drawn so that anyone can draw them again.

use super::frame::{Call, Delivery, Verb};
use super::options::{self, flag, option, required};
use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::county::sample::{SampleAsked, draw_sample};
use crate::county::view::Viewpoint;
use crate::figures::sample::SampleSize;
use anyhow::Result;
use clap::{ArgMatches, Command, value_parser};

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
        .args(options::shown(lang))
        .args(options::output(lang)))
}

/// What is asked of `sample`.
struct SampleArgs {
    asked: SampleAsked,
    point: Viewpoint,
    delivery: Delivery,
}

impl SampleArgs {
    fn read(matches: &ArgMatches) -> SampleArgs {
        let size = *matches.get_one::<u64>("size").expect("clap refuses a command without its size");
        SampleArgs {
            asked: SampleAsked {
                kind: required(matches, "kind"),
                selection: options::selection(matches),
                size: if matches.get_flag("per-township") { SampleSize::OfEach(size) } else { SampleSize::InAll(size) },
                seed: required(matches, "seed").trim().to_owned(),
            },
            point: options::records_point(matches),
            delivery: options::delivery(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = SampleArgs::read(matches);
    let (report, today) = call.look(&args.point, |view| Ok((draw_sample(view, &args.asked)?, view.today)))?;
    call.style.made = today;
    call.deliver(&report, &args.delivery)?;
    Ok(Exit::Done)
}
