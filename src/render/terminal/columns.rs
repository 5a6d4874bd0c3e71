//! How wide the columns of a table on a terminal are; comfy-table lays its rows out under them. Knows cells as words only.

use crate::render::{NumberColumn, width};
use crate::report::table::Cell;
use comfy_table::{CellAlignment, ColumnConstraint, LineStyle, TableStyle, Width};

/// Columns between two columns, and between those of a table that is too wide.
const GAPS: [usize; 2] = [2, 1];
/// Text columns are not made narrower than this.
const NARROWEST: usize = 6;
/// Words up to this long (an id) are not cut while anything else can give way.
const LONGEST_WORD: usize = 12;

/// What the cells of a column come to.
pub(super) struct ColumnMeasure {
    /// Of the heading: its width, and its longest part that cannot be broken.
    title: (usize, usize),
    /// The same of its cells.
    widest: usize,
    longest_piece: usize,
    /// It holds text, which may be broken.
    text: bool,
    /// It holds words for tokens, or moments: a day and a time.
    token: bool,
    numbers: NumberColumn,
}

impl ColumnMeasure {
    /// A column without cells, by its heading.
    pub(super) fn of(title: &str) -> ColumnMeasure {
        ColumnMeasure {
            title: (width::of(title), width::of_longest_piece(title)),
            widest: 0,
            longest_piece: 0,
            text: false,
            token: false,
            numbers: NumberColumn::default(),
        }
    }

    /// Takes in a cell and how it is shown.
    pub(super) fn take(&mut self, cell: &Cell, shown: &str) {
        let width = width::of(shown);
        self.widest = self.widest.max(width);
        // A part is not wider than the whole.
        if width > self.longest_piece {
            self.longest_piece = self.longest_piece.max(width::of_longest_piece(shown));
        }
        self.text |= cell.is_text();
        self.token |= matches!(cell, Cell::Token { .. } | Cell::Instant(_));
        self.numbers.take(cell);
    }

    fn width(&self) -> usize {
        self.widest.max(self.title.0)
    }

    /// How narrow it can be made; words for tokens and moments are broken where nothing else is left.
    fn least(&self, breaks_tokens: bool) -> usize {
        let title = self.title.1.min(LONGEST_WORD);
        if !(self.text || breaks_tokens && self.token) {
            return self.widest.max(title);
        }
        let longest = if self.text { self.longest_piece.min(LONGEST_WORD) } else { self.longest_piece };
        longest.max(title).max(NARROWEST)
    }
}

/// The columns of a table as it is laid out.
pub(super) struct Layout {
    columns: Vec<LaidOutColumn>,
    gap: usize,
}

struct LaidOutColumn {
    /// Cells that are wider are broken.
    limit: usize,
    breaks: bool,
    /// As wide as the widest line in it, and never nothing.
    width: usize,
    to_the_right: bool,
}

impl Layout {
    /// A width for each column, and how far they stand apart. A column is as wide as its content, unless the line is too
    /// long: then the widest column that can be broken gives way first; if that is not enough, the columns stand closer,
    /// and at last words for tokens and moments are broken too.
    pub(super) fn fit(measures: &[ColumnMeasure], line: usize) -> Layout {
        let widths: Vec<usize> = measures.iter().map(ColumnMeasure::width).collect();
        let least = |tokens: bool| -> Vec<usize> { measures.iter().map(|column| column.least(tokens)).collect() };
        let [apart, close] = GAPS;
        let mut limits = widths.clone();
        let mut found = apart;
        for (gap, tokens) in [(apart, false), (close, false), (close, true)] {
            let room = line.saturating_sub(gap * widths.len().saturating_sub(1));
            limits = narrowed_widths(widths.clone(), &least(tokens), room);
            found = gap;
            if limits.iter().sum::<usize>() <= room {
                break;
            }
        }
        let column = |(measure, limit): (&ColumnMeasure, usize)| LaidOutColumn {
            limit,
            breaks: limit < measure.width(),
            width: 1,
            to_the_right: measure.numbers.is_one(),
        };
        let mut columns: Vec<LaidOutColumn> = measures.iter().zip(limits).map(column).collect();
        columns.iter_mut().filter(|column| !column.breaks).for_each(|column| column.width = column.limit.max(1));
        Layout { columns, gap: found }
    }

    /// Whether cells are broken into lines: then only all of them say how wide the columns are.
    pub(super) fn breaks_cells(&self) -> bool {
        self.columns.iter().any(|column| column.breaks)
    }

    /// Takes in how wide the lines are into which the cells of a row are broken.
    pub(super) fn settle(&mut self, cells: &[String]) {
        for (column, cell) in self.columns.iter_mut().zip(cells).filter(|(column, _)| column.breaks) {
            let widest = width::wrap(cell, column.limit).iter().map(|line| width::of(line)).max();
            column.width = column.width.max(widest.unwrap_or(0));
        }
    }

    /// Rows as the library lays them out, under their headings if these are given. Rows of one table can be laid out in
    /// several parts: the columns are as wide in each.
    pub(super) fn lay_out(&self, head: Option<&[String]>, rows: &[Vec<String>]) -> comfy_table::Table {
        let mut table = comfy_table::Table::new();
        table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('-')));
        if let Some(head) = head {
            table.set_header(self.broken(head));
        }
        for row in rows {
            table.add_row(self.broken(row));
        }
        let last = self.columns.len() - 1;
        for (at, (column, ours)) in table.column_iter_mut().zip(&self.columns).enumerate() {
            let gap = if at == last { 0 } else { self.gap };
            column.set_padding((0, u16::try_from(gap).expect("a gap is two columns at most")));
            let width = u16::try_from(ours.width + gap).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
            if ours.to_the_right {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table
    }

    /// Cells broken into lines that fit into their columns.
    fn broken(&self, cells: &[String]) -> Vec<String> {
        let broken = |(column, cell): (&LaidOutColumn, &String)| {
            if column.breaks { width::wrap(cell, column.limit).join("\n") } else { cell.clone() }
        };
        self.columns.iter().zip(cells).map(broken).collect()
    }
}

/// The widths so far narrowed, none below its least, that they add up to no more than there is room for.
fn narrowed_widths(mut widths: Vec<usize>, least: &[usize], room: usize) -> Vec<usize> {
    while widths.iter().sum::<usize>() > room {
        let able = widths.iter_mut().zip(least).filter(|(width, least)| **width > **least).map(|(width, _)| width);
        match able.max() {
            Some(width) => *width -= 1,
            None => break,
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_laid_out_in_parts_is_the_same_as_in_one() {
        let words =
            ["", "-", "12", "演出场次（含戏曲进乡村）", "a longer sentence in English", "“六进”", "e\u{301}é", "🇨🇳"];
        let cell = |row: usize, at: usize| match (at, (row * 7 + at * 3 + row * row) % words.len()) {
            (1, word) => Cell::Number(i64::try_from(word * row * 1000).unwrap()),
            (2, word) => Cell::plain("token", crate::base::text::Text::same(words[word])),
            (_, word) => Cell::Text(words[word].to_owned()),
        };
        let shown = |cell: &Cell| crate::render::shown_text(cell, crate::base::text::Lang::Zh);
        let head: Vec<String> = ["标题", "场", "state of it", ""].map(str::to_owned).to_vec();
        for (line, count) in (4..100).flat_map(|line| [(line, 1), (line, 9)]) {
            let cells: Vec<Vec<Cell>> = (0..count).map(|row| (0..4).map(|at| cell(row, at)).collect()).collect();
            let mut measures: Vec<ColumnMeasure> = head.iter().map(|title| ColumnMeasure::of(title)).collect();
            for row in &cells {
                measures.iter_mut().zip(row).for_each(|(measure, cell)| measure.take(cell, &shown(cell)));
            }
            let rows: Vec<Vec<String>> = cells.iter().map(|row| row.iter().map(shown).collect()).collect();
            let mut layout = Layout::fit(&measures, line);
            layout.settle(&head);
            for row in &rows {
                layout.settle(row);
            }
            let whole: Vec<String> = layout.lay_out(Some(&head), &rows).lines().collect();
            let mut parts: Vec<String> = layout.lay_out(Some(&head), &rows[..count / 2]).lines().collect();
            parts.extend(
                rows[count / 2..]
                    .iter()
                    .flat_map(|row| layout.lay_out(None, std::slice::from_ref(row)).lines().collect::<Vec<_>>()),
            );
            assert_eq!(parts, whole, "{line} wide, {count} rows");
        }
    }
}
