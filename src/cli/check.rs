//! `culture check`: reads everything and tells every fault; `--fix` restores the format of ledgers that another program
//! saved.

mod load;

use super::frame::{Call, Verb};
use super::options::{self, flag, option};
use crate::base::fault::{Exit, Fault, Level, Result};
use crate::base::id::Id;
use crate::base::paths::SETTINGS;
use crate::base::text::Text;
use crate::check::{Checker, EvidenceFile, LedgerFindings, restore};
use crate::ledger::Repair;
use crate::render::{OutputFormat, all_faults, level_word};
use crate::report::table::{Cell, Column, Table, Tone};
use crate::report::{Block, Report};
use crate::store::{Change, Snapshot, Store, scan};
use clap::{ArgMatches, Command, value_parser};
use load::CheckInput;
use std::time::Duration;

/// The verb.
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
    let wait = Text::new("他人正在写入时最多等几秒", "How long to wait for another command");
    let wait = option(lang, "wait", &Text::new("秒", "SECONDS"), &wait).value_parser(value_parser!(u64));
    Ok(command.arg(flag(lang, "fix", &fix)).arg(wait).arg(options::format(lang)))
}

/// What was found, and in how much.
pub(super) struct CheckOutcome {
    /// Errors first, then by place.
    pub(super) faults: Vec<Fault>,
    townships: usize,
    ledgers: usize,
    rows: usize,
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let store = call.store()?;
    let format = options::requested_format(matches);
    if matches.get_flag("fix") {
        let lines = fix(call, &store, matches)?;
        // What programs read is the findings only.
        if format == OutputFormat::Table {
            for line in lines {
                call.acknowledge(&line)?;
            }
        }
    }
    let threads = call.world.threads;
    let found = store.read(|snapshot| check_everything(snapshot, threads, Level::Warning))?;
    match format {
        OutputFormat::Table => {
            call.write(&all_faults(&found.faults, call.style))?;
            call.print(&found.last_line())?;
        }
        OutputFormat::Csv | OutputFormat::Json | OutputFormat::Markdown | OutputFormat::Xlsx | OutputFormat::Ids => {
            call.say(&found.report(), format)?;
        }
    }
    Ok(if found.count(Level::Error) > 0 { Exit::Found } else { Exit::Done })
}

/// Everything that is wrong in a county, or errors alone (of a province's records, very many can be doubtful): errors first,
/// then by place.
///
/// # Errors
/// A worker failed.
pub(super) fn check_everything(snapshot: &Snapshot, threads: usize, least: Level) -> Result<CheckOutcome> {
    let mut loaded = CheckInput::load(snapshot);
    let rules = if least == Level::Error { loaded.rules().without_doubts() } else { loaded.rules() };
    let jobs: Vec<usize> = (0..loaded.sheets.len()).collect();
    let work = |worker: &mut (Vec<LedgerFindings>, Vec<(usize, Fault)>), &at: &usize, buffer: &mut Vec<u8>| {
        let sheet = &loaded.sheets[at];
        match snapshot.read_into(&sheet.path, buffer) {
            Ok(()) => worker.0.push(rules.read(at, sheet, buffer)),
            Err(found) => worker.1.extend(found.0.into_iter().map(|fault| (at, fault))),
        }
        Ok(())
    };
    let (mut readings, mut faults, mut unread) = (Vec::new(), Vec::new(), loaded.unread.clone());
    for (some, failed) in scan(&jobs, threads, Default::default, work)? {
        readings.extend(some);
        for (at, fault) in failed {
            unread.extend(load::kind_of(&loaded.sheets[at].path));
            faults.push(fault);
        }
    }
    let mut checker = Checker::new(&rules, &loaded.sheets, unread);
    let mut files = Vec::new();
    for mut reading in readings {
        files.append(&mut reading.files);
        checker.take(reading);
    }
    faults.extend(missing_files(snapshot, files)?);
    let rows = checker.rows();
    faults.extend(checker.finish(&mut |path| snapshot.read(path).ok()));
    faults.extend(snapshot.warnings());
    let (townships, ledgers) = (loaded.townships.len(), loaded.sheets.len());
    faults.append(&mut loaded.faults);
    faults.retain(|fault| fault.level <= least);
    faults.sort_by(|one, other| (one.level, sort_key(one)).cmp(&(other.level, sort_key(other))));
    Ok(CheckOutcome { faults, townships, ledgers, rows })
}

fn sort_key(fault: &Fault) -> Option<(&str, usize, usize)> {
    fault.place.as_ref().map(|place| (place.file.as_str(), place.line, place.column))
}

/// A warning for each file that a record names and that is not there.
fn missing_files(snapshot: &Snapshot, mut files: Vec<EvidenceFile>) -> Result<Vec<Fault>> {
    let mut missing = Vec::new();
    for file in files.drain(..) {
        if !snapshot.holds(&file.path)? {
            missing.push(file.missing_fault());
        }
    }
    Ok(missing)
}

impl CheckOutcome {
    fn count(&self, level: Level) -> usize {
        self.faults.iter().filter(|fault| fault.level == level).count()
    }

    fn last_line(&self) -> Text {
        let (errors, warnings) = (self.count(Level::Error), self.count(Level::Warning));
        if errors + warnings > 0 {
            let (errors, warnings) =
                (Text::count(errors, "error", "errors"), Text::count(warnings, "warning", "warnings"));
            return text!("错误 {errors}，警告 {warnings}", "{errors}, {warnings}", errors, warnings);
        }
        text!(
            "没有发现问题（填报单位 {townships} 个，台账 {ledgers} 本，{rows} 行）",
            "no problems found ({townships}, {ledgers}, {rows})",
            townships = Text::count(self.townships, "township", "townships"),
            ledgers = Text::count(self.ledgers, "ledger", "ledgers"),
            rows = Text::count(self.rows, "row", "rows")
        )
    }

    fn report(&self) -> Report {
        let columns = [
            ("level", Text::new("级别", "level")),
            ("file", Text::new("文件", "file")),
            ("line", Text::new("行", "line")),
            ("column", Text::new("列", "column")),
            ("what", Text::new("问题", "problem")),
            ("hint", Text::new("提示", "help")),
            ("code", Text::new("代码", "code")),
            ("field", Text::new("字段", "field")),
        ];
        let columns = columns.into_iter().map(|(key, title)| Column::new(key, title)).collect();
        let rows = self.faults.iter().map(fault_row).collect();
        Report { blocks: vec![Block::Table(Table { columns, rows, ..Table::default() })], ..Report::default() }
    }
}

fn fault_row(fault: &Fault) -> Vec<Cell> {
    let number = |number: usize| match i64::try_from(number) {
        Ok(number) if number > 0 => Cell::Number(number),
        Ok(_) | Err(_) => Cell::None,
    };
    let (token, tone) = match fault.level {
        Level::Error => ("error", Tone::Bad),
        Level::Warning => ("warning", Tone::Warn),
    };
    let level = Cell::Token { token: token.to_owned(), text: level_word(fault.level), tone };
    let (file, line, column) = match &fault.place {
        Some(place) => (Cell::Text(place.file.clone()), number(place.line), number(place.column)),
        None => (Cell::None, Cell::None, Cell::None),
    };
    let hint = fault.hint.clone().map_or(Cell::None, Cell::Said);
    let code = Cell::Text(fault.code.to_owned());
    let field = fault.field.clone().map_or(Cell::None, Cell::Text);
    vec![level, file, line, column, Cell::Said(fault.what.clone()), hint, code, field]
}

/// Restores the format of every ledger that can be restored wholly, all in one commit; says what was done.
fn fix(call: &mut Call<'_>, store: &Store, matches: &ArgMatches) -> Result<Vec<Text>> {
    let seconds = matches.get_one::<u64>("wait").copied().unwrap_or(10);
    let (now, process) = (call.world.now, call.world.process);
    let writer = store.write(Duration::from_secs(seconds), "check --fix", process, now)?;
    call.warn(writer.recovered());
    let (change, repairs) = repairs(writer.snapshot())?;
    if repairs.is_empty() {
        return Ok(vec![Text::new(
            "没有可以自动恢复格式的台账",
            "no ledger has a format problem that can be repaired",
        )]);
    }
    let mut lines: Vec<Text> = writer
        .snapshot()
        .warnings()
        .into_iter()
        .filter(|fault| touches(fault, &change))
        .map(|fault| fault.what)
        .collect();
    call.warn(&writer.commit(change, Id::random(), None)?);
    let count = repairs.len();
    lines.push(text!(
        "已恢复 {count} 本台账的格式，数值未动：",
        "repaired the format of {count}; no values changed:",
        count = Text::count(count, "ledger", "ledgers")
    ));
    for (path, changes) in repairs {
        lines.push(text!("  {path}", "  {path}"));
        for Repair { remedy: done, place, .. } in changes {
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

/// A ledger and what is changed in it.
type LedgerRepairs = (String, Vec<Repair>);

/// The ledgers that read once their format is restored, as they will be, and what is changed in each.
///
/// # Errors
/// A file cannot be opened or read: then nothing is restored, for it cannot be told what else is there.
fn repairs(snapshot: &Snapshot) -> Result<(Change, Vec<LedgerRepairs>)> {
    snapshot.read(SETTINGS)?;
    let loaded = CheckInput::load(snapshot);
    let rules = loaded.rules();
    let (mut change, mut repairs) = (Change::default(), Vec::new());
    for sheet in &loaded.sheets {
        let bytes = snapshot.read(&sheet.path)?;
        if let Some((repaired, left)) = restore(rules.source(sheet, &bytes))
            && left.is_empty()
        {
            repairs.push((sheet.path.clone(), repaired.repairs));
            change.puts.insert(sheet.path.clone(), repaired.bytes);
        }
    }
    Ok((change, repairs))
}
