//! Forms as a workbook: who and which month on top, headings with notes, drop-downs and checks, an example row.

use super::looks::{day, decimal, heading, text};
use super::{A4, Names, new_book, refused};
use crate::day::Day;
use crate::fault::Result;
use crate::render::{shown, width};
use crate::report::form::{EXAMPLE, Entry, Form, Holds, NUMBERING, Need};
use crate::table::Cell;
use crate::text::{Lang, Text};
use rust_xlsxwriter::{
    ColNum, Color, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format, FormatAlign,
    Formula, Note, RowNum, Workbook, Worksheet, XlsxError,
};

/// The row of headings; who and which month stand above it, the example below.
const HEADINGS: RowNum = 1;
/// The rows that are checked as they are filled in.
const CHECKED: RowNum = 5_000;
/// What Excel lets a list, a message and a message's title have.
const LONGEST_LIST: usize = 255;
const LONGEST_MESSAGE: usize = 255;
const LONGEST_TITLE: usize = 32;
/// The sheet that holds these lists; nobody sees it.
const LISTS: Text = Text::new("填报选项", "form lists");

type Written = std::result::Result<(), XlsxError>;

/// Forms, a sheet each; `created` is written as the day the workbook was made.
///
/// # Errors
/// A list is longer than a sheet.
pub fn forms(forms: &[Form], created: Day, lang: Lang) -> Result<Vec<u8>> {
    let mut book = new_book(created)?;
    let mut names = Names::default();
    let mut lists = Lists { name: names.free(LISTS.say(lang)), columns: Vec::new() };
    for form in forms {
        let sheet = book.add_worksheet();
        sheet.set_name(names.free(form.title.say(lang))).map_err(refused)?;
        Page { sheet, lang, lists: &mut lists }.form(form).map_err(refused)?;
    }
    lists.write(&mut book).map_err(refused)?;
    book.save_to_buffer().map_err(refused)
}

/// The lists of what has been entered, and those that are too long to stand in a cell's check.
pub(super) struct Lists {
    pub(super) name: String,
    pub(super) columns: Vec<Vec<String>>,
}

impl Lists {
    /// Where a list stands; it is put there if it does not yet.
    pub(super) fn place(&mut self, words: Vec<String>) -> String {
        let (name, rows) = (self.name.replace('\'', "''"), words.len());
        let at = self.columns.iter().position(|known| *known == words).unwrap_or_else(|| {
            self.columns.push(words);
            self.columns.len() - 1
        });
        let column = ColNum::try_from(at).map(rust_xlsxwriter::column_number_to_name).unwrap_or_default();
        format!("='{name}'!${column}$1:${column}${rows}")
    }

    fn write(&self, book: &mut Workbook) -> Written {
        if self.columns.is_empty() {
            return Ok(());
        }
        let sheet = book.add_worksheet();
        sheet.set_name(&self.name)?.set_hidden(true);
        for (at, words) in (0..).zip(&self.columns) {
            for (row, word) in (0..).zip(words) {
                sheet.write_string(row, at, word)?;
            }
        }
        Ok(())
    }
}

struct Page<'a> {
    sheet: &'a mut Worksheet,
    lang: Lang,
    lists: &'a mut Lists,
}

impl Page<'_> {
    fn form(&mut self, form: &Form) -> Written {
        self.above(form)?;
        self.sheet.write_string_with_format(HEADINGS, 0, NUMBERING.say(self.lang), &heading(fill(Need::Never)))?;
        let example = Format::new().set_italic().set_font_color(Color::Gray);
        self.sheet.write_string_with_format(HEADINGS + 1, 0, EXAMPLE.say(self.lang), &example)?;
        self.sheet.set_column_width(0, 11)?;
        for (at, entry) in (1..).zip(&form.columns) {
            self.column(at, entry)?;
        }
        self.sheet.set_row_height(HEADINGS, 22)?.set_freeze_panes(HEADINGS + 1, 1)?;
        self.sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
        self.sheet.set_repeat_rows(HEADINGS, HEADINGS)?;
        Ok(())
    }

    fn above(&mut self, form: &Form) -> Written {
        let bold = Format::new().set_bold();
        for (at, (label, value, words)) in (0..).step_by(2).zip(&form.above) {
            self.sheet.write_string_with_format(0, at, label.say(self.lang), &bold)?;
            if value.is_empty() {
                self.sheet.write_blank(0, at + 1, &text())?;
            } else {
                self.sheet.write_string_with_format(0, at + 1, value, &text())?;
            }
            if !words.is_empty() {
                let list = self.entered(words);
                self.sheet.add_data_validation(0, at + 1, 0, at + 1, &list)?;
            }
        }
        Ok(())
    }

    fn column(&mut self, at: ColNum, entry: &Entry) -> Written {
        let (title, note) = (entry.title.say(self.lang), entry.note.say(self.lang));
        let look = look(&entry.holds);
        self.sheet.set_column_format(at, &look)?;
        self.sheet.write_string_with_format(HEADINGS, at, title, &heading(fill(entry.need)))?;
        let lines = note.lines().map(|line| width::of(line).div_ceil(28)).sum::<usize>();
        let height = 24 + 20 * u32::try_from(lines).unwrap_or(8).min(12);
        let note = Note::new(note).add_author_prefix(false).set_width(220).set_height(height);
        self.sheet.insert_note(HEADINGS, at, &note)?;
        self.example(at, &entry.example, &look)?;
        let widest = width::of(title).max(width::of(&shown(&entry.example, self.lang)));
        self.sheet.set_column_width(at, u8::try_from((widest + 2).clamp(10, 40)).unwrap_or(40))?;
        if let Some(check) = self.check(entry)? {
            self.sheet.add_data_validation(HEADINGS + 2, at, HEADINGS + 1 + CHECKED, at, &check)?;
        }
        Ok(())
    }

    fn example(&mut self, at: ColNum, cell: &Cell, look: &Format) -> Written {
        let (row, look) = (HEADINGS + 1, look.clone().set_italic().set_font_color(Color::Gray));
        match cell {
            Cell::None => self.sheet.write_blank(row, at, &look).map(drop),
            Cell::Day(day) => {
                let day = ExcelDateTime::parse_from_str(&day.to_string())?;
                self.sheet.write_datetime_with_format(row, at, &day, &look).map(drop)
            }
            Cell::Number(_) | Cell::Decimal(_) | Cell::Percent(_) => {
                let number = shown(cell, self.lang).parse::<f64>().unwrap_or(1.0);
                self.sheet.write_number_with_format(row, at, number, &look).map(drop)
            }
            Cell::Said(_) | Cell::Text(_) | Cell::Month(_) | Cell::Instant(_) | Cell::Bool(_) | Cell::Token { .. } => {
                self.sheet.write_string_with_format(row, at, shown(cell, self.lang), &look).map(drop)
            }
        }
    }

    /// The check and the prompt of a column; none where anything goes and nothing is to be said.
    fn check(&mut self, entry: &Entry) -> std::result::Result<Option<DataValidation>, XlsxError> {
        let check = match &entry.holds {
            Holds::Text if entry.prompt.is_empty() => return Ok(None),
            Holds::Text => DataValidation::new().allow_any_value(),
            Holds::Day => {
                let (first, last) = (ExcelDateTime::from_ymd(1990, 1, 1)?, ExcelDateTime::from_ymd(2100, 12, 31)?);
                DataValidation::new().allow_date(DataValidationRule::Between(first, last))
            }
            Holds::Whole(min, max) => match (i32::try_from(*min), i32::try_from(*max)) {
                (Ok(min), Ok(max)) => DataValidation::new().allow_whole_number(DataValidationRule::Between(min, max)),
                (Ok(min), Err(_)) => {
                    DataValidation::new().allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(min))
                }
                (Err(_), _) => DataValidation::new().allow_any_value(),
            },
            Holds::Decimal(_, min) => {
                let min = min.parse::<f64>().unwrap_or(0.0);
                DataValidation::new().allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(min))
            }
            Holds::OneOf(words) => self.list(words)?,
            Holds::Entered(words) => self.entered(words),
        };
        let style = if entry.lenient { DataValidationErrorStyle::Warning } else { DataValidationErrorStyle::Stop };
        let title = cut(entry.title.say(self.lang), LONGEST_TITLE);
        let prompt = cut(entry.prompt.say(self.lang), LONGEST_MESSAGE);
        let check = check.set_error_style(style).set_input_title(title.as_str())?.set_error_title(title.as_str())?;
        check.set_input_message(prompt.as_str())?.set_error_message(prompt.as_str()).map(Some)
    }

    /// A list in the check itself, where there is room for it.
    fn list(&mut self, words: &[Text]) -> std::result::Result<DataValidation, XlsxError> {
        let said: Vec<&str> = words.iter().map(|word| word.say(self.lang)).collect();
        let length: usize = said.iter().map(|word| word.encode_utf16().count() + 1).sum();
        // There a list is parted by commas, and nothing escapes one.
        let plain = said.iter().all(|word| !word.contains([',', '"']) && word.trim() == *word);
        if plain && length <= LONGEST_LIST {
            return DataValidation::new().allow_list_strings(&said);
        }
        Ok(self.entered(words))
    }

    /// A list on the hidden sheet.
    fn entered(&mut self, words: &[Text]) -> DataValidation {
        let words = words.iter().map(|word| word.say(self.lang).to_owned()).collect();
        DataValidation::new().allow_list_formula(Formula::new(self.lists.place(words)))
    }
}

/// What must be filled in is orange, what sometimes must is yellow.
const fn fill(need: Need) -> u32 {
    match need {
        Need::Always => 0x00F8_CBAD,
        Need::Sometimes => 0x00FF_F2CC,
        Need::Never => 0x00D9_E1F2,
    }
}

fn look(holds: &Holds) -> Format {
    match holds {
        Holds::Text | Holds::OneOf(_) | Holds::Entered(_) => text(),
        Holds::Day => day(),
        Holds::Whole(..) => Format::new().set_num_format("0").set_align(FormatAlign::Right),
        Holds::Decimal(places, _) => decimal(usize::from(*places)),
    }
}

/// As much of a text as there is room for.
pub(super) fn cut(text: &str, longest: usize) -> String {
    let (mut cut, mut room) = (String::new(), longest);
    for c in text.chars() {
        match room.checked_sub(c.len_utf16()) {
            Some(left) => room = left,
            None => break,
        }
        cut.push(c);
    }
    cut
}
