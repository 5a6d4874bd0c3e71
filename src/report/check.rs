//! What a check found, as a table and in one line.

use super::table::{Cell, Column, Table, Tone};
use super::{Block, Report};
use crate::base::fault::{Fault, Level};
use crate::base::text::Text;

/// What was found, and in how much.
#[derive(Debug)]
pub struct CheckOutcome {
    /// Errors first, then by place.
    pub faults: Vec<Fault>,
    /// How many townships there are.
    pub townships: usize,
    /// How many ledgers were read.
    pub ledgers: usize,
    /// How many rows they have.
    pub rows: usize,
}

impl CheckOutcome {
    /// How many faults there are of a level.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.faults.iter().filter(|fault| fault.level == level).count()
    }

    /// What was found, in one line.
    #[must_use]
    pub fn last_line(&self) -> Text {
        let errors = self.count(Level::Error);
        let warnings = self.count(Level::Warning);
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

    /// The faults as a table.
    #[must_use]
    pub fn report(&self) -> Report {
        let columns = [
            ("level", Text::new("级别", "level")),
            ("file", Text::new("文件", "file")),
            ("line", Text::new("行", "line")),
            ("column", Text::new("列", "column")),
            ("what", Text::new("问题", "problem")),
            ("hint", Text::new("办法", "help")),
            ("code", Text::new("代码", "code")),
            ("field", Text::new("字段", "field")),
        ];
        let columns = columns.into_iter().map(|(key, title)| Column::new(key, title)).collect();
        let rows = self.faults.iter().map(fault_row).collect();
        Report { blocks: vec![Block::Table(Table { columns, rows, ..Table::default() })], ..Report::default() }
    }
}

/// A line or a column; 0 where there is none.
fn place_cell(number: usize) -> Cell {
    if number == 0 { Cell::None } else { Cell::count(number) }
}

fn fault_row(fault: &Fault) -> Vec<Cell> {
    let (token, tone) = match fault.level {
        Level::Error => ("error", Tone::Bad),
        Level::Warning => ("warning", Tone::Warn),
    };
    let level = Cell::Token { token: token.to_owned(), text: fault.level.word(), tone };
    let (file, line, column) = match &fault.place {
        Some(place) => (Cell::Text(place.file.clone()), place_cell(place.line), place_cell(place.column)),
        None => (Cell::None, Cell::None, Cell::None),
    };
    let hint = fault.hint.clone().map_or(Cell::None, Cell::Said);
    let code = Cell::Text(fault.code.to_owned());
    let field = fault.field.clone().map_or(Cell::None, Cell::Text);
    vec![level, file, line, column, Cell::Said(fault.what.clone()), hint, code, field]
}
