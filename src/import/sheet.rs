//! A sheet: its rows of cells, as the file holds them, within the limits.

use super::cell::{CellAddress, SheetCell, SheetRow, letters};
use super::delimited::DelimitedText;
use super::limits::{LONGEST_CELL, MOST_CELLS, MOST_COLUMNS, MOST_ROWS};
use super::refusal::too_large;
use super::value::shown_text;
use crate::base::fault::Fault;
use crate::base::fuzzy::fold;
use crate::base::text::Text;
use crate::base::unseen::as_seen;

/// Cells shown as one: rows and columns from 0, both ends included. The value stands in the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MergedRange {
    /// The first row.
    pub top: u32,
    /// The last row.
    pub bottom: u32,
    /// The first column.
    pub left: u32,
    /// The last column.
    pub right: u32,
}

/// A sheet of a workbook, or a delimited text.
#[derive(Debug)]
pub struct Sheet<'a> {
    /// Its name; none for a delimited text.
    pub name: Option<String>,
    /// The cells shown as one.
    pub merges: Vec<MergedRange>,
    /// The columns that are not shown, from 0.
    pub hidden: Vec<u32>,
    /// Whether its dates count from 1904 and not from 1900.
    pub since_1904: bool,
    rows: SheetRows<'a>,
}

#[derive(Debug)]
enum SheetRows<'a> {
    Grid(Vec<GridRow>),
    Delimited(DelimitedText<'a>),
}

#[derive(Debug)]
struct GridRow {
    row: u32,
    /// Column and cell; none is empty.
    cells: Vec<(u32, SheetCell<'static>)>,
}

impl<'a> Sheet<'a> {
    pub(super) fn delimited(text: DelimitedText<'a>) -> Sheet<'a> {
        Sheet {
            name: None,
            merges: Vec::new(),
            hidden: Vec::new(),
            since_1904: false,
            rows: SheetRows::Delimited(text),
        }
    }

    /// How many rows have at least one cell.
    #[must_use]
    pub fn height(&self) -> usize {
        match &self.rows {
            SheetRows::Grid(rows) => rows.len(),
            SheetRows::Delimited(text) => text.len(),
        }
    }

    /// Whether it is no table at all: nothing, or a text with at most one cell in each of its rows.
    #[must_use]
    pub fn is_prose(&self) -> bool {
        let mut rows = (0..self.height()).filter_map(|at| self.row(at));
        self.name.is_some() && rows.all(|row| row.cells.iter().filter(|cell| !cell.is_blank()).count() <= 1)
    }

    /// The `at`-th of the rows that have a cell.
    pub(super) fn row(&self, at: usize) -> Option<SheetRow<'_>> {
        let mut row = SheetRow::default();
        self.read_row(at, &mut row).then_some(row)
    }

    /// The same in the room of another row; false if there is none.
    pub(super) fn read_row<'s>(&'s self, at: usize, row: &mut SheetRow<'s>) -> bool {
        row.cells.clear();
        match &self.rows {
            SheetRows::Grid(rows) => {
                let Some(found) = rows.get(at) else { return false };
                row.line = found.row;
                let width = found.cells.last().map_or(0, |&(column, _)| column as usize + 1);
                row.cells.resize(width, SheetCell::Empty);
                for (column, cell) in &found.cells {
                    if let Some(slot) = row.cells.get_mut(*column as usize) {
                        *slot = cell.borrowed();
                    }
                }
                true
            }
            SheetRows::Delimited(text) => text.read_row(at, row),
        }
    }

    /// A whole row as it came, for sending it back: as it is seen, so that it can be imported again.
    #[must_use]
    pub fn original(&self, at: usize) -> Vec<String> {
        let row = self.row(at);
        let cells = row.iter().flat_map(|row| &row.cells);
        cells.map(|cell| as_seen(&shown_text(cell, self.since_1904)).into_owned()).collect()
    }

    /// The address of a cell, as the person finds it in the file.
    pub(super) fn address(&self, line: u32, column: u32) -> CellAddress {
        CellAddress {
            line: line as usize + 1,
            column: column as usize + 1,
            grid: matches!(self.rows, SheetRows::Grid(_)),
        }
    }

    /// What a column is called: its letters in a workbook, its number in a text.
    pub(super) fn column_name(&self, column: u32) -> String {
        match &self.rows {
            SheetRows::Grid(_) => letters(column as usize + 1),
            SheetRows::Delimited(_) => (column + 1).to_string(),
        }
    }
}

/// What is left of the memory that the cells of a workbook may take, over all its sheets.
#[derive(Debug)]
pub(super) struct MemoryBudget(usize);

impl Default for MemoryBudget {
    fn default() -> MemoryBudget {
        MemoryBudget(MOST_CELLS)
    }
}

impl MemoryBudget {
    /// Takes so many bytes.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), Fault> {
        self.0 = self
            .0
            .checked_sub(bytes)
            .ok_or_else(|| too_large(text!("工作簿的内容太多", "the workbook has too much in it")))?;
        Ok(())
    }
}

/// Cells put together to a sheet, in any order, under the limits.
#[derive(Debug, Default)]
pub(super) struct Grid {
    rows: Vec<GridRow>,
    pub(super) merges: Vec<MergedRange>,
    pub(super) hidden: Vec<u32>,
}

impl Grid {
    /// Puts a cell at a row and column, from 0. Blank ones are left out, wherever they stand.
    pub(super) fn put(
        &mut self,
        row: u32,
        column: u32,
        cell: SheetCell<'static>,
        budget: &mut MemoryBudget,
    ) -> Result<(), Fault> {
        if cell.is_blank() {
            return Ok(());
        }
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            return Err(far_off(row, column));
        }
        let length = match &cell {
            SheetCell::Text(text) => text.len(),
            SheetCell::Error(text) => text.len(),
            SheetCell::Empty | SheetCell::Number(_) | SheetCell::Date(_) | SheetCell::Bool(_) => 0,
        };
        if length > LONGEST_CELL {
            return Err(too_long(row, column));
        }
        // A vector may hold twice what it needs, and each text is an allocation of its own.
        budget.take(2 * size_of::<(u32, SheetCell<'static>)>() + length)?;
        self.row(row, budget)?.push((column, cell));
        Ok(())
    }

    fn row(&mut self, row: u32, budget: &mut MemoryBudget) -> Result<&mut Vec<(u32, SheetCell<'static>)>, Fault> {
        if self.rows.last().is_none_or(|last| last.row != row) {
            budget.take(2 * size_of::<GridRow>())?;
            self.rows.push(GridRow { row, cells: Vec::new() });
        }
        let last = self.rows.len() - 1;
        Ok(&mut self.rows[last].cells)
    }

    /// Cells shown as one; those of a single cell are none.
    pub(super) fn merge(&mut self, merge: MergedRange, budget: &mut MemoryBudget) -> Result<(), Fault> {
        if merge.top > merge.bottom || merge.left > merge.right {
            return Ok(());
        }
        if merge.top < merge.bottom || merge.left < merge.right {
            budget.take(2 * size_of::<MergedRange>())?;
            self.merges.push(merge);
        }
        Ok(())
    }

    /// Columns that are not shown, both ends included.
    pub(super) fn hide(&mut self, first: u32, last: u32) {
        for column in first..=last.min(MOST_COLUMNS) {
            if !self.hidden.contains(&column) {
                self.hidden.push(column);
            }
        }
    }

    /// The sheet.
    pub(super) fn sheet<'a>(mut self, name: String, since_1904: bool) -> Sheet<'a> {
        self.rows.sort_by_key(|row| row.row);
        self.rows.dedup_by(|later, first| {
            let same = later.row == first.row;
            if same {
                first.cells.append(&mut later.cells);
            }
            same
        });
        for row in &mut self.rows {
            // A cell given twice: the later one stands, as in the programs that show it.
            row.cells.reverse();
            row.cells.sort_by_key(|&(column, _)| column);
            row.cells.dedup_by_key(|&mut (column, _)| column);
            row.cells.shrink_to_fit();
        }
        Sheet {
            name: Some(name),
            merges: self.merges,
            hidden: self.hidden,
            since_1904,
            rows: SheetRows::Grid(self.rows),
        }
    }
}

/// The hidden sheet in which our own forms keep their lists: nothing to take, nothing to say.
const LISTS: [&str; 2] = ["填报选项", "form lists"];

/// A sheet as its workbook lists it.
pub(super) struct ListedSheet<C> {
    pub(super) name: String,
    pub(super) shown: bool,
    /// Its cells, or where they are.
    pub(super) content: C,
}

/// The sheets to read, and what to say of those left out: the one that `wanted` names or numbers (from 1), else all that
/// are shown.
pub(super) fn chosen<C>(
    sheets: Vec<ListedSheet<C>>,
    wanted: Option<&str>,
) -> Result<(Vec<ListedSheet<C>>, Vec<Text>), Fault> {
    let Some(wanted) = wanted else { return Ok(shown(sheets)) };
    let by_name = sheets.iter().position(|sheet| fold(&sheet.name) == fold(wanted));
    let by_number = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let at = by_name.or(by_number).filter(|&at| at < sheets.len()).ok_or_else(|| unknown(wanted, &sheets))?;
    Ok((sheets.into_iter().skip(at).take(1).collect(), Vec::new()))
}

/// The sheets that are shown, and what to say of the others.
fn shown<C>(sheets: Vec<ListedSheet<C>>) -> (Vec<ListedSheet<C>>, Vec<Text>) {
    let (shown, hidden): (Vec<_>, Vec<_>) = sheets.into_iter().partition(|sheet| sheet.shown);
    let hidden: Vec<Text> = hidden
        .iter()
        .filter(|sheet| !LISTS.contains(&sheet.name.as_str()))
        .map(|sheet| Text::same(&sheet.name))
        .collect();
    if hidden.is_empty() {
        return (shown, Vec::new());
    }
    let hidden = Text::list(&hidden);
    let note = text!(
        "隐藏的工作表没有读取：{hidden}（要读取的，加 --sheet 表名）",
        "hidden sheets were skipped: {hidden} (read one with --sheet)",
        hidden
    );
    (shown, vec![note])
}

/// Whether a sheet may be among those that are chosen, where what follows it is not known yet.
pub(super) fn may_be_chosen(name: &str, shown: bool, at: usize, wanted: Option<&str>) -> bool {
    wanted.map_or(shown, |wanted| fold(name) == fold(wanted) || wanted.parse() == Ok(at + 1))
}

fn unknown<C>(wanted: &str, sheets: &[ListedSheet<C>]) -> Fault {
    let names: Vec<Text> = sheets.iter().take(20).map(|sheet| Text::same(&sheet.name)).collect();
    let names = Text::list(&names);
    Fault::usage("unknown-sheet", text!("没有工作表“{wanted}”", "no sheet “{wanted}”")).hint(text!(
        "有：{names}",
        "choose from: {names}",
        names
    ))
}

fn far_off(row: u32, column: u32) -> Fault {
    let at = CellAddress { line: row as usize + 1, column: column as usize + 1, grid: true }.to_string();
    Fault::new(
        "stray-cell",
        text!(
            "单元格 {at} 有内容，离表格太远，不是台账",
            "cell {at} has a value, but is too far away to belong to the table"
        ),
    )
    .hint(text!(
        "每张表最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列；请删去多余的单元格，或只把表格复制到新工作簿后再导入",
        "a sheet may have at most {MOST_ROWS} rows and {MOST_COLUMNS} columns; delete the stray cells, or copy only \
         the table to a new workbook"
    ))
}

/// The refusal of a cell that holds more than a cell may.
pub(super) fn too_long(row: u32, column: u32) -> Fault {
    let at = CellAddress { line: row as usize + 1, column: column as usize + 1, grid: true }.to_string();
    let most = LONGEST_CELL >> 10;
    Fault::new("cell-too-long", text!("单元格 {at} 的内容超过 {most} KB", "cell {at} has more than {most} KB"))
        .hint(text!("详细内容请另存文件", "keep details in a separate file"))
}
