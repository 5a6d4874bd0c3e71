//! `culture report month MONTH`: the monthly summary.

use super::counting::with_status;
use super::find::{Labels, Search};
use super::frame::{Call, Verb};
use super::options::{self, positional};
use super::reported::told;
use crate::fault::{Exit, Fault, Result};
use crate::kind::Field;
use crate::text::Text;
use crate::written;
use clap::{ArgMatches, Command};

/// The verb.
pub(super) const VERB: Verb =
    Verb { name: "report", about: Text::new("生成月度汇总", "Make the monthly summary"), arguments, run };

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let about = Text::new("某月的工作汇总", "The summary of a month");
    let month = Text::new("如 2018-05、5月、上月", "Such as 2018-05");
    let month = positional(lang, "of", &Text::new("月份", "MONTH"), &month).required(true);
    let below = Command::new("month").about(about.say(lang).to_owned()).arg(month);
    let below = below.arg(options::today(lang)).arg(options::known(lang)).arg(options::format(lang));
    Ok(command.subcommand_required(true).subcommand(below.arg(options::output(lang))))
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let Some((_, matches)) = matches.subcommand() else {
        return Fault::usage(text!("没有指明命令", "no command is given")).fail();
    };
    let (now, threads) = (call.world.now, call.world.threads);
    let report = call.look(|county| {
        let today = county.as_of(matches.get_one("today"), now)?;
        let known = options::known_at(county, matches, today)?;
        let year = county.plan_year(today).unwrap_or(today.year());
        let month = written::month(matches.get_one::<String>("of").map_or("", String::as_str), today, year)?;
        if month.first() > today {
            return Fault::usage(text!("{month} 还没有开始", "{month} has not begun"))
                .hint(text!("写已过去的月份", "name a month that has begun"))
                .fail();
        }
        let kinds = county.kinds(None)?;
        let search = Search::new(county, &kinds, threads);
        let (plan, _) = county.plan(county.plan_year(month.first()).unwrap_or(month.year))?;
        let told = told(&search, &plan, month, (today, known))?;
        let labels = Labels::new(&search);
        let names = |field: &Field, value: &str| labels.of(field, value);
        with_status(county, (today, known, month), threads, |status| status.summary(month, &told, &names))
    })?;
    call.deliver(&report, options::asked_format(matches), matches.get_one("output"))?;
    Ok(Exit::Done)
}
