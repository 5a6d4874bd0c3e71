//! The rows that were refused, as they came, and why: a table for each that they came from, to be mended and sent back,
//! which an import takes again as it is.

use super::request::ImportRequest;
use crate::base::fault::Fault;
use crate::base::text::{Lang, Text};
use crate::county::County;
use crate::import::SheetTable;
use crate::report::table::{Cell, Column, Table, Tone};
use crate::report::{Block, Report};
use crate::schema::kind::Kind;
use crate::schema::township::TownshipNo;
use std::sync::Arc;

/// A table that rows were refused of.
pub(crate) struct SourceTable {
    /// What its kind is called: `import all` finds the kind by the sheet's name.
    pub kind: Text,
    /// Its headings.
    pub headings: Vec<String>,
    /// What stands above it, or was asked for: whose it is, the month it is for, the day it was filled in, the day on which
    /// it was so.
    pub above: [Option<String>; 4],
}

impl SourceTable {
    /// A table of a township's, for the month and of the day that were asked for, else as it says above it.
    pub(super) fn new(
        county: &County<'_>,
        kind: &Kind,
        table: &SheetTable,
        township: Option<TownshipNo>,
        asked: &ImportRequest<'_>,
    ) -> SourceTable {
        let township = township.map(|township| county.in_order()[township].name.clone());
        let month = asked.month.map(|month| month.to_string()).or_else(|| table.month.clone());
        let as_of = asked.on.map(|day| day.to_string()).or_else(|| table.as_of.clone());
        SourceTable {
            kind: kind.title.clone(),
            headings: table.heading_row.clone(),
            above: [township, month, table.date.clone(), as_of],
        }
    }
}

/// A row that cannot be taken.
pub(crate) struct RejectedRow {
    /// Its table.
    pub from: Arc<SourceTable>,
    /// Its row or line there, from 1.
    pub line: usize,
    /// Its cells as they came.
    pub original: Vec<String>,
    /// Why.
    pub faults: Vec<Fault>,
}

/// What stands above a table that is sent back, as it is understood when it comes again.
const ABOVE: [Text; 4] = [
    Text::new("填报单位", "Township"),
    Text::new("填报月份", "Month"),
    Text::new("填报日期", "Submitted"),
    Text::new("截至日期", "As of"),
];

/// The rows refused with why, as they are sent back: for each table the title of its kind, and its rows.
pub(crate) fn rejects_report(refused: &[RejectedRow]) -> Vec<(Text, Report)> {
    let mut tables: Vec<(&Arc<SourceTable>, Vec<&RejectedRow>)> = Vec::new();
    for row in refused {
        match tables.iter_mut().find(|(sent, _)| Arc::ptr_eq(sent, &row.from)) {
            Some((_, rows)) => rows.push(row),
            None => tables.push((&row.from, vec![row])),
        }
    }
    tables.iter().map(|(sent, rows)| (sent.kind.clone(), report(sent, rows))).collect()
}

fn report(sent: &SourceTable, refused: &[&RejectedRow]) -> Report {
    // The line stands first: a reason that begins 备注： would be taken for the end of the table.
    let mut columns = vec![
        Column::new("line", Text::new("原行号", "line no.")),
        Column::new("why", Text::new("退回原因", "reason for return")),
    ];
    columns.extend(sent.headings.iter().map(|heading| Column::new(heading.clone(), Text::same(heading))));
    let rows = refused.iter().map(|row| returned_row(row, columns.len())).collect();
    let kind = &sent.kind;
    let mut blocks: Vec<Block> = ABOVE
        .iter()
        .zip(&sent.above)
        .filter_map(|(label, value)| {
            let value = value.as_ref()?;
            Some(Block::Line(text!("{label}：{value}", "{label}: {value}", label)))
        })
        .collect();
    blocks.push(Block::Line(Text::new(
        "请按“退回原因”改正后发回本表；不要改动表头",
        "Please correct what is listed under “reason for return” and send this sheet back; do not change the headings",
    )));
    blocks.push(Block::Table(Table { title: Text::default(), columns, rows }));
    Report { title: text!("{kind}退回修改清单", "{kind}: returned rows", kind), blocks, json: None }
}

fn returned_row(row: &RejectedRow, width: usize) -> Vec<Cell> {
    let reasons = row.faults.iter().map(|fault| match &fault.hint {
        Some(hint) => {
            let what = &fault.what;
            text!("{what}（{hint}）", "{what} ({hint})", what, hint)
        }
        None => fault.what.clone(),
    });
    let reasons: Vec<Text> = reasons.collect();
    let joined = |lang: Lang| reasons.iter().map(|reason| reason.say(lang)).collect::<Vec<_>>().join("\n");
    let why = Text::owned(joined(Lang::Zh), joined(Lang::En));
    let line = Cell::Number(i64::try_from(row.line).expect("a sheet has fewer rows than a number can say"));
    let mut cells = vec![line, Cell::Token { token: "refused".to_owned(), text: why, tone: Tone::Bad }];
    cells.extend(row.original.iter().map(|cell| Cell::Text(cell.clone())));
    cells.resize(width, Cell::None);
    cells
}
