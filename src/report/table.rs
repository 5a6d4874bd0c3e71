//! Typed cells in tables: no strings pretending to be numbers. Knows no format and no language.

use crate::base::day::{Day, Instant, Month};
use crate::base::text::Text;

/// A grid of typed cells under columns.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What it shows; may be empty.
    pub title: Text,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name for machines (JSON key, CSV heading in scripts): English, `snake_case`.
    pub key: String,
    /// Its heading.
    pub title: Text,
}

impl Table {
    /// Leaves out the columns in which no row has anything.
    pub fn drop_empty_columns(&mut self) {
        for at in (0..self.columns.len()).rev() {
            if self.rows.iter().all(|row| row[at] == Cell::None) {
                self.columns.remove(at);
                for row in &mut self.rows {
                    row.remove(at);
                }
            }
        }
    }
}

impl Column {
    /// A column by its name for machines and its heading.
    pub fn new(key: impl Into<String>, title: Text) -> Column {
        Column { key: key.into(), title }
    }
}

/// What one cell holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing: empty in CSV, `null` in JSON, `-` on a terminal.
    None,
    /// Words in both languages.
    Said(Text),
    /// Text as it was entered.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A decimal number as written, exact (`56.6`, `1200.00`).
    Decimal(String),
    /// Per cent as written (`56.6`), shown with `%` to people.
    Percent(String),
    /// A day.
    Day(Day),
    /// A month.
    Month(Month),
    /// A moment.
    Instant(Instant),
    /// True or false, shown as 是/否 to people.
    Bool(bool),
    /// A token for machines with its words for people, and how it should strike the eye.
    Token {
        /// For machines.
        token: String,
        /// For people.
        text: Text,
        /// Colour only adds: the words say it all.
        tone: Tone,
    },
}

impl Cell {
    /// Whether it is a number, shown to the right.
    #[must_use]
    pub const fn is_number(&self) -> bool {
        matches!(self, Cell::Number(_) | Cell::Decimal(_) | Cell::Percent(_))
    }

    /// Whether it is words or text, which may be broken into lines.
    #[must_use]
    pub const fn is_text(&self) -> bool {
        matches!(self, Cell::Said(_) | Cell::Text(_))
    }
}

impl Cell {
    /// A token that strikes the eye as any other cell does.
    pub fn plain(token: impl Into<String>, text: Text) -> Cell {
        Cell::Token { token: token.into(), text, tone: Tone::Plain }
    }

    /// A day; nothing where there is none.
    #[must_use]
    pub fn day(day: Option<Day>) -> Cell {
        day.map_or(Cell::None, Cell::Day)
    }

    /// A text; nothing where there is none.
    #[must_use]
    pub fn text(text: Option<&str>) -> Cell {
        text.map_or(Cell::None, |text| Cell::Text(text.to_owned()))
    }

    /// How many there are of something.
    #[must_use]
    pub fn count(count: usize) -> Cell {
        Cell::Number(i64::try_from(count).expect("nothing is counted that often"))
    }

    /// A whole number that a plan or a setting asks for; nothing where there is none.
    #[must_use]
    pub fn whole(number: Option<u64>) -> Cell {
        number.map_or(Cell::None, |number| Cell::Number(i64::try_from(number).expect("no plan asks for that much")))
    }
}

/// How a cell should strike the eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As any other.
    Plain,
    /// Green.
    Good,
    /// Yellow.
    Warn,
    /// Red.
    Bad,
}
