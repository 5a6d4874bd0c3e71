//! The rows that were refused, written to a workbook as they came, to be sent back.

use super::rows::Refused;
use crate::cli::frame::Call;
use crate::fault::Result;
use crate::render;
use crate::report::{Block, Report};
use crate::store::write_out;
use crate::table::{Cell, Column, Table, Tone};
use crate::text::{Lang, Text};

/// Writes the rows refused as they came, with why in a red column, to be sent back (退回修改清单).
pub(super) fn send_back(call: &Call<'_>, file: &str, refused: &[Refused]) -> Result<()> {
    let mut reports: Vec<(String, Report)> = Vec::new();
    for row in refused {
        let same = |report: &(String, Report)| {
            let Some(Block::Table(table)) = report.1.blocks.first() else { return false };
            table.columns.iter().skip(1).map(|column| column.title.zh.as_ref()).eq(row.headings.iter())
        };
        if !reports.last().is_some_and(same) {
            let number = reports.len() + 1;
            let name = text!("退回修改{number}", "sent back {number}");
            reports.push((name.say(call.lang).to_owned(), empty(row)));
        }
        if let Some((_, report)) = reports.last_mut()
            && let Some(Block::Table(table)) = report.blocks.first_mut()
        {
            table.rows.push(returned(row, table.columns.len()));
        }
    }
    let sheets: Vec<(&str, &Report)> = reports.iter().map(|(name, report)| (name.as_str(), report)).collect();
    let bytes = render::workbook(&sheets, call.world.now.day(), call.lang)?;
    write_out(&call.world.dir.join(file), &bytes)
}

fn empty(row: &Refused) -> Report {
    let mut columns = vec![Column::new("why", Text::new("退回原因", "why it is sent back"))];
    columns.extend(row.headings.iter().map(|heading| Column::new(heading.clone(), Text::same(heading))));
    let table = Table { title: Text::default(), columns, rows: Vec::new() };
    Report { title: Text::default(), blocks: vec![Block::Table(table)], json: None }
}

fn returned(row: &Refused, width: usize) -> Vec<Cell> {
    let reasons = row.faults.iter().map(|fault| match &fault.hint {
        Some(hint) => {
            let what = &fault.what;
            text!("{what}（{hint}）", "{what} ({hint})", what, hint)
        }
        None => fault.what.clone(),
    });
    let reasons: Vec<Text> = reasons.collect();
    let joined = |lang: Lang| reasons.iter().map(|reason| reason.say(lang)).collect::<Vec<_>>().join("; ");
    let why = Text::owned(joined(Lang::Zh), joined(Lang::En));
    let mut cells = vec![Cell::Token { token: "refused".to_owned(), text: why, tone: Tone::Bad }];
    cells.extend(row.original.iter().map(|cell| Cell::Text(cell.clone())));
    cells.resize(width, Cell::None);
    cells
}
