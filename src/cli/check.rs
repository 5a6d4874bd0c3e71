//! `culture check`: reads everything and tells every fault; `--fix` restores the format of ledgers that another program
//! saved.

use super::frame::{Call, Verb};
use super::options::{self, flag};
use super::writing::WriteArgs;
use crate::base::fault::{Exit, Fault, Level};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::county::check::{LedgerRepairs, check_everything, repairs};
use crate::ledger::Repair;
use crate::render::{OutputFormat, all_faults};
use crate::store::{Change, Store};
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `check`
pub(super) const VERB: Verb = Verb {
    name: "check",
    about: Text::new("检查全部台账和设置，逐条指出问题", "Check all ledgers and settings for problems"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let fix =
        Text::new("恢复被电子表格改乱的台账格式，不改数值", "Repair the format of ledgers saved by a spreadsheet");
    Ok(command.arg(flag(lang, "fix", &fix)).arg(options::wait(lang)).arg(options::format(lang)))
}

/// What is asked of `check`.
struct CheckArgs {
    /// The format of ledgers is restored.
    fix: bool,
    writing: WriteArgs,
    format: OutputFormat,
}

impl CheckArgs {
    fn read(matches: &ArgMatches) -> CheckArgs {
        CheckArgs {
            fix: matches.get_flag("fix"),
            writing: WriteArgs::undated(matches),
            format: options::requested_format(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = CheckArgs::read(matches);
    let store = call.store()?;
    if args.fix {
        let lines = fix(call, &store, &args.writing)?;
        // What programs read is the findings only.
        if args.format == OutputFormat::Table {
            for line in lines {
                call.acknowledge(&line)?;
            }
        }
    }
    let threads = call.world.threads;
    let now = call.world.now;
    let found = store.read(|snapshot| check_everything(snapshot, threads, Level::Warning, now))?;
    match args.format {
        OutputFormat::Table => {
            call.write(&all_faults(&found.faults, call.style))?;
            call.print(&found.last_line())?;
        }
        OutputFormat::Csv | OutputFormat::Json | OutputFormat::Markdown | OutputFormat::Xlsx | OutputFormat::Ids => {
            call.say(&found.report(), args.format)?;
        }
    }
    Ok(if found.count(Level::Error) > 0 { Exit::Found } else { Exit::Done })
}

/// Restores the format of every ledger that can be restored wholly, all in one commit; says what was done.
fn fix(call: &mut Call<'_>, store: &Store, writing: &WriteArgs) -> Result<Vec<Text>> {
    let writer = store.mend(writing.wait(), "check --fix", call.world.process, call.world.now)?;
    call.warn(writer.recovered());
    let (change, repairs) = repairs(writer.snapshot(), call.world.now)?;
    if repairs.is_empty() {
        return Ok(vec![Text::new(
            "没有可以自动恢复格式的台账",
            "no ledger has a format problem that can be repaired",
        )]);
    }
    let warnings = writer.snapshot().warnings().into_iter();
    let mut lines: Vec<Text> = warnings.filter(|fault| touches(fault, &change)).map(|fault| fault.what).collect();
    call.warn(&writer.commit(change, Id::random(), None)?);
    let count = repairs.len();
    let count = Text::count(count, "ledger", "ledgers");
    let puts_digits_back = repairs.iter().flat_map(|one| &one.repairs).any(|repair| repair.puts_digits_back);
    lines.push(if puts_digits_back {
        text!(
            "已恢复 {count} 本台账的格式，并补回丢失的 0：",
            "repaired the format of {count}, and put back zeros that were lost:",
            count
        )
    } else {
        text!("已恢复 {count} 本台账的格式，数值未动：", "repaired the format of {count}; no values changed:", count)
    });
    for LedgerRepairs { path, repairs } in repairs {
        lines.push(text!("  {path}", "  {path}"));
        for Repair { remedy: done, place, .. } in repairs {
            let line = place.line;
            lines.push(text!("    {done}（首见第 {line} 行）", "    {done} (first on line {line})", done));
        }
    }
    Ok(lines)
}

/// Whether a warning is about a file that is written.
fn touches(fault: &Fault, change: &Change) -> bool {
    fault.place.as_ref().is_some_and(|place| change.puts.contains_key(&place.file))
}
