//! The row of headings in a sheet, or the two rows of them. Each row near the top is tried, and the one that names the
//! most fields is taken; which column then holds which field is for `find`.

use super::cell::SheetRow;
use super::headings::{HeadingIndex, HeadingRank, HeadingSpellings, heading_spellings, key};
use super::limits::MOST_COLUMNS;
use super::sheet::Sheet;
use super::value::shown_text;
use crate::schema::kind::FieldNo;

/// How many rows from the top may hold the headings: titles and instructions above a form take fewer, and further down a
/// record whose words happen to be headings would be taken for them.
const SEARCHED: usize = 60;

/// Headings tried at a row.
pub(super) struct HeadingCandidate {
    /// Which of the rows that have a cell it is, from 0.
    pub(super) row: usize,
    /// The row in the sheet, or the line in the text, from 1.
    pub(super) line: usize,
    /// One row, or two.
    pub(super) height: usize,
    pub(super) columns: Vec<HeadingCell>,
    /// How many fields it names.
    score: usize,
}

/// The heading of a column.
pub(super) struct HeadingCell {
    /// Its place in the sheet, from 0.
    pub(super) at: u32,
    /// As it stands, of both rows where there are two.
    pub(super) heading: String,
    pub(super) spellings: HeadingSpellings,
}

/// Columns -> fields: by the person's word, else by their headings.
pub(super) struct ColumnMatcher<'m> {
    pub(super) sheet: &'m Sheet<'m>,
    /// Headings, or columns (`C`, or `3` in a text), and the fields they are for.
    pub(super) map: &'m [(String, FieldNo)],
    pub(super) headings: HeadingIndex<'m>,
}

/// A field that a column could hold, and how well its heading says so.
#[derive(Clone, Copy)]
pub(super) struct FieldMatch {
    pub(super) field: FieldNo,
    /// None where the person says it.
    pub(super) rank: Option<HeadingRank>,
}

impl ColumnMatcher<'_> {
    pub(super) fn find(&self, column: &HeadingCell) -> Option<FieldMatch> {
        if let Some(field) = mapped_field(self.sheet, self.map, column) {
            return Some(FieldMatch { field, rank: None });
        }
        let (field, rank) = self.headings.field(&column.spellings)?;
        Some(FieldMatch { field, rank: Some(rank) })
    }

    /// The headings that name the most fields.
    ///
    /// A field counts once, so that a title merged over ten columns is no ten headings. A single field makes headings only
    /// where there is hardly anything else: among many words one is soon called as some field is. Of rows that name as
    /// many, the first stands, for below it headings are repeated; and one row goes before two, or the title above it,
    /// joined to it, would be taken as part of the headings.
    pub(super) fn best_candidate(&self) -> Option<HeadingCandidate> {
        let rows = 0..self.sheet.height().min(SEARCHED);
        let tried = rows.flat_map(|row| [candidate(self.sheet, row, 1), candidate(self.sheet, row, 2)]);
        let mut best: Option<HeadingCandidate> = None;
        for mut tried in tried.flatten() {
            tried.score = self.score(&tried);
            if tried.is_enough() && best.as_ref().is_none_or(|best| tried.is_better_than(best)) {
                best = Some(tried);
            }
        }
        best
    }

    /// How many fields the headings name.
    fn score(&self, tried: &HeadingCandidate) -> usize {
        let mut fields: Vec<FieldNo> =
            tried.columns.iter().filter_map(|column| Some(self.find(column)?.field)).collect();
        fields.sort_unstable();
        fields.dedup();
        fields.len()
    }
}

impl HeadingCandidate {
    fn is_enough(&self) -> bool {
        self.score >= 2 || (self.score == 1 && self.columns.len() <= 2)
    }

    fn is_better_than(&self, other: &HeadingCandidate) -> bool {
        self.score > other.score || (self.score == other.score && self.height < other.height)
    }
}

/// The field that the person says a column is for: by its heading, else by its letters or number.
pub(super) fn mapped_field(sheet: &Sheet<'_>, map: &[(String, FieldNo)], column: &HeadingCell) -> Option<FieldNo> {
    let by_heading = map.iter().find(|(name, _)| column.spellings.iter().any(|called| key(called) == key(name)));
    let named = by_heading.or_else(|| {
        let name = sheet.column_name(column.at);
        map.iter().find(|(written, _)| name.eq_ignore_ascii_case(written.trim()))
    });
    named.map(|&(_, field)| field)
}

/// The headings of one row, or of two of which the upper stands over several columns; none where there are none.
fn candidate(sheet: &Sheet<'_>, at: usize, height: usize) -> Option<HeadingCandidate> {
    let upper = sheet.row(at)?;
    let columns = if height == 1 { one_row(&upper, sheet) } else { two_rows(&upper, at, sheet)? };
    if columns.is_empty() {
        return None;
    }
    Some(HeadingCandidate { row: at, line: upper.line as usize + 1, height, columns, score: 0 })
}

fn one_row(row: &SheetRow<'_>, sheet: &Sheet<'_>) -> Vec<HeadingCell> {
    row_words(row, sheet)
        .into_iter()
        .map(|ColumnWord { at, word }| HeadingCell { at, heading: word.clone(), spellings: vec![word] })
        .collect()
}

fn two_rows(upper: &SheetRow<'_>, at: usize, sheet: &Sheet<'_>) -> Option<Vec<HeadingCell>> {
    let lower = sheet.row(at + 1)?;
    // An empty row between two parts them. In a text a heading may go over lines of its own, and tells nothing of it.
    if sheet.name.is_some() && lower.line != upper.line + 1 {
        return None;
    }
    let upper = spread_words(upper, sheet);
    let lower = row_words(&lower, sheet);
    let last = upper.iter().chain(&lower).map(|word| word.at).max()?;
    let mut columns = Vec::new();
    for at in 0..=last {
        let above = word_at(&upper, at);
        let below = word_at(&lower, at);
        if above.is_empty() && below.is_empty() {
            continue;
        }
        columns.push(HeadingCell {
            at,
            heading: joined_heading(above, below),
            spellings: heading_spellings(above, below),
        });
    }
    Some(columns)
}

fn joined_heading(upper: &str, lower: &str) -> String {
    if upper.is_empty() || lower.is_empty() { format!("{upper}{lower}") } else { format!("{upper} {lower}") }
}

/// What stands in a column of a row.
pub(super) struct ColumnWord {
    at: u32,
    pub(super) word: String,
}

/// The word of a column; nothing where it has none.
fn word_at(words: &[ColumnWord], at: u32) -> &str {
    words.iter().find(|word| word.at == at).map_or("", |word| &word.word)
}

/// The words of a row, each over its own column.
pub(super) fn row_words(row: &SheetRow<'_>, sheet: &Sheet<'_>) -> Vec<ColumnWord> {
    let filled = (0_u32..).zip(&row.cells).filter(|(_, cell)| !cell.is_blank());
    filled
        .map(|(at, cell)| {
            let shown = shown_text(cell, sheet.since_1904);
            ColumnWord { at, word: shown.split_whitespace().collect::<Vec<_>>().join(" ") }
        })
        .collect()
}

/// The words of a row that stands over another one: what is merged to the right stands over all it covers. A text has no
/// merges: there a heading stands over the empty cells behind it, up to the next.
fn spread_words(row: &SheetRow<'_>, sheet: &Sheet<'_>) -> Vec<ColumnWord> {
    let mut spread = Vec::new();
    let mut words = row_words(row, sheet).into_iter().peekable();
    while let Some(ColumnWord { at, word }) = words.next() {
        let merge = sheet.merges.iter().find(|merge| merge.top == row.line && merge.left == at);
        let last = match (merge, words.peek()) {
            (Some(merge), _) => merge.right.min(MOST_COLUMNS),
            (None, Some(next)) if sheet.name.is_none() => next.at - 1,
            (None, _) => at,
        };
        spread.extend((at..=last).map(|at| ColumnWord { at, word: word.clone() }));
    }
    spread
}
