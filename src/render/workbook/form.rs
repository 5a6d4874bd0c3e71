//! Forms as a workbook: a title, who and which month, headings with notes, drop-downs and checks, an example row, ruled
//! rows to fill in; on paper a page of A4 with room for signatures.

use super::looks::{day, decimal, heading, text};
use super::{A4, SheetNames, new_book, refused};
use crate::base::day::Day;
use crate::base::fault::Result;
use crate::base::text::{Lang, Text};
use crate::render::{shown_text, stored_text, visible, width};
use crate::report::form::{ColumnContent, EXAMPLE, Form, FormColumn, NUMBERING, Need};
use crate::report::table::Cell;
use rust_xlsxwriter::{
    ColNum, Color, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Formula, Note, RowNum, Workbook, Worksheet, XlsxError,
};

/// The rows: a title, who and which month, how the form is filled in, the headings; the example stands below.
const ABOVE: RowNum = 1;
const HINT: RowNum = 2;
const HEADINGS: RowNum = 3;
/// The rows that are checked as they are filled in.
const CHECKED: RowNum = 5_000;
/// The rows that are ruled and numbered: a page of paper.
const RULED: RowNum = 20;
/// How a form is filled in. No colon: what stands before one above a table is a label.
const HOW: Text = Text::new(
    "橙色的栏必填，黄色的栏视情况填写，各栏说明见表头批注；示例行不必删除，行数不够可以往下加",
    "Orange columns are required, yellow ones in some cases; see the notes on the headings. The example row may \
     stay; add rows as needed",
);
/// Who signs a form on paper.
const SIGNED: Text = Text::new(
    "&L填表人：&C审核人：&R联系电话：               第 &P 页",
    "&LFilled in by:&CChecked by:&RPhone:               page &P",
);
/// What Excel lets a list, a message and a message's title have.
const LONGEST_LIST: usize = 255;
const LONGEST_MESSAGE: usize = 255;
const LONGEST_TITLE: usize = 32;
/// The sheet that holds these lists; nobody sees it.
const LISTS: Text = Text::new("填报选项", "form lists");

type WriteResult = std::result::Result<(), XlsxError>;

/// Forms, a sheet each; `created` is written as the day the workbook was made.
///
/// # Errors
/// A list is longer than a sheet.
pub fn forms(forms: &[Form], created: Day, lang: Lang) -> Result<Vec<u8>> {
    let mut book = new_book(created)?;
    let mut names = SheetNames::default();
    let mut lists = ListSheet { name: names.free(LISTS.say(lang)), columns: Vec::new() };
    for form in &visible::forms(forms) {
        let sheet = book.add_worksheet();
        sheet.set_name(names.free(form.title.say(lang))).map_err(refused)?;
        FormSheet { sheet, lang, lists: &mut lists }.form(form).map_err(refused)?;
    }
    lists.write(&mut book).map_err(refused)?;
    book.save_to_buffer().map_err(refused)
}

/// The lists of what has been entered, and those that are too long to stand in a cell's check.
pub(super) struct ListSheet {
    pub(super) name: String,
    pub(super) columns: Vec<Vec<String>>,
}

impl ListSheet {
    /// Where a list stands; it is put there if it does not yet.
    pub(super) fn reference(&mut self, words: Vec<String>) -> String {
        let name = self.name.replace('\'', "''");
        let rows = words.len();
        let at = self.columns.iter().position(|known| *known == words).unwrap_or_else(|| {
            self.columns.push(words);
            self.columns.len() - 1
        });
        let column =
            rust_xlsxwriter::column_number_to_name(ColNum::try_from(at).expect("there are fewer lists than columns"));
        format!("='{name}'!${column}$1:${column}${rows}")
    }

    fn write(&self, book: &mut Workbook) -> WriteResult {
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

struct FormSheet<'a> {
    sheet: &'a mut Worksheet,
    lang: Lang,
    lists: &'a mut ListSheet,
}

impl FormSheet<'_> {
    fn form(&mut self, form: &Form) -> WriteResult {
        self.title(form)?;
        self.above(form)?;
        self.sheet.write_string_with_format(HEADINGS, 0, NUMBERING.say(self.lang), &heading(fill(Need::Never)))?;
        let example = ruled(&Format::new().set_italic().set_font_color(Color::Gray).set_align(FormatAlign::Center));
        self.sheet.write_string_with_format(HEADINGS + 1, 0, EXAMPLE.say(self.lang), &example)?;
        let number = ruled(&Format::new().set_align(FormatAlign::Center));
        for row in 1..=RULED {
            self.sheet.write_number_with_format(HEADINGS + 1 + row, 0, row, &number)?;
        }
        self.sheet.set_column_width(0, 9)?;
        for (at, entry) in (1..).zip(&form.columns) {
            self.column(at, entry)?;
        }
        self.page()
    }

    /// How it is shown and printed.
    fn page(&mut self) -> WriteResult {
        self.sheet.set_row_height(0, 30)?.set_row_height(HEADINGS, 24)?.set_freeze_panes(HEADINGS + 1, 1)?;
        for row in 1..=RULED + 1 {
            self.sheet.set_row_height(HEADINGS + row, 20)?;
        }
        self.sheet
            .set_landscape()
            .set_paper_size(A4)
            .set_print_fit_to_pages(1, 0)
            .set_repeat_rows(HEADINGS, HEADINGS)?;
        self.sheet.set_margins(0.4, 0.4, 0.6, 0.7, 0.3, 0.3).set_print_center_horizontally(true);
        self.sheet.set_footer(SIGNED.say(self.lang));
        Ok(())
    }

    /// The form's name over all its columns; they are not merged, so that rows can be sorted and columns moved.
    fn title(&mut self, form: &Form) -> WriteResult {
        let look = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::CenterAcross);
        let look = look.set_align(FormatAlign::VerticalCenter);
        let kind = &form.title;
        let title = text!("{kind}填报表", "{kind}", kind);
        self.sheet.write_string_with_format(0, 0, title.say(self.lang), &look)?;
        for (at, _) in (1..).zip(&form.columns) {
            self.sheet.write_blank(0, at, &look)?;
        }
        let hint = Format::new().set_font_color(Color::Gray).set_font_size(9);
        self.sheet.write_string_with_format(HINT, 0, HOW.say(self.lang), &hint).map(drop)
    }

    fn above(&mut self, form: &Form) -> WriteResult {
        let bold = Format::new().set_bold();
        for (at, (label, value, words)) in (0..).step_by(2).zip(&form.above) {
            self.sheet.write_string_with_format(ABOVE, at, label.say(self.lang), &bold)?;
            let line = text().set_border_bottom(FormatBorder::Thin);
            if value.is_empty() {
                self.sheet.write_blank(ABOVE, at + 1, &line)?;
            } else {
                self.sheet.write_string_with_format(ABOVE, at + 1, value, &line)?;
            }
            if !words.is_empty() {
                let list = self.entered(words);
                self.sheet.add_data_validation(ABOVE, at + 1, ABOVE, at + 1, &list)?;
            }
        }
        Ok(())
    }

    fn column(&mut self, at: ColNum, entry: &FormColumn) -> WriteResult {
        let title = entry.title.say(self.lang);
        let note = entry.note.say(self.lang);
        let look = look(&entry.holds);
        self.sheet.set_column_format(at, &look)?;
        self.sheet.write_string_with_format(HEADINGS, at, title, &heading(fill(entry.need)))?;
        let lines = note.lines().map(|line| width::of(line).div_ceil(28)).sum::<usize>();
        let height = 24 + 20 * u32::try_from(lines.min(12)).expect("it is twelve at most");
        let note = Note::new(note).add_author_prefix(false).set_width(220).set_height(height);
        self.sheet.insert_note(HEADINGS, at, &note)?;
        self.example(at, &entry.example, &ruled(&look))?;
        for row in 1..=RULED {
            self.sheet.write_blank(HEADINGS + 1 + row, at, &ruled(&look))?;
        }
        let widest = width::of(title).max(width::of(&shown_text(&entry.example, self.lang)));
        self.sheet.set_column_width(at, u8::try_from((widest + 2).clamp(10, 40)).expect("it is forty at most"))?;
        if let Some(check) = self.check(entry)? {
            self.sheet.add_data_validation(HEADINGS + 2, at, HEADINGS + 1 + CHECKED, at, &check)?;
        }
        Ok(())
    }

    fn example(&mut self, at: ColNum, cell: &Cell, look: &Format) -> WriteResult {
        let row = HEADINGS + 1;
        let look = look.clone().set_italic().set_font_color(Color::Gray);
        match cell {
            Cell::None => self.sheet.write_blank(row, at, &look).map(drop),
            Cell::Day(day) => {
                let day = ExcelDateTime::parse_from_str(&day.to_string())?;
                self.sheet.write_datetime_with_format(row, at, &day, &look).map(drop)
            }
            Cell::Number(_) | Cell::Decimal(_) | Cell::Percent(_) => {
                let number = stored_text(cell, self.lang).parse::<f64>().expect("a number is written as one");
                self.sheet.write_number_with_format(row, at, number, &look).map(drop)
            }
            Cell::Said(_) | Cell::Text(_) | Cell::Month(_) | Cell::Instant(_) | Cell::Bool(_) | Cell::Token { .. } => {
                self.sheet.write_string_with_format(row, at, shown_text(cell, self.lang), &look).map(drop)
            }
        }
    }

    /// The check and the prompt of a column; none where anything goes and nothing is to be said.
    fn check(&mut self, entry: &FormColumn) -> std::result::Result<Option<DataValidation>, XlsxError> {
        let check = match &entry.holds {
            ColumnContent::Text if entry.prompt.is_empty() => return Ok(None),
            ColumnContent::Text => DataValidation::new().allow_any_value(),
            ColumnContent::Day => {
                let first = ExcelDateTime::from_ymd(1990, 1, 1)?;
                let last = ExcelDateTime::from_ymd(2100, 12, 31)?;
                DataValidation::new().allow_date(DataValidationRule::Between(first, last))
            }
            ColumnContent::Whole(min, max) => match (i32::try_from(*min), i32::try_from(*max)) {
                (Ok(min), Ok(max)) => DataValidation::new().allow_whole_number(DataValidationRule::Between(min, max)),
                (Ok(min), Err(_)) => {
                    DataValidation::new().allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(min))
                }
                (Err(_), _) => DataValidation::new().allow_any_value(),
            },
            ColumnContent::Decimal(_, min) => {
                let min = min.parse::<f64>().expect("a kind writes its smallest value as a number");
                DataValidation::new().allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(min))
            }
            ColumnContent::OneOf(words) => self.list(words)?,
            ColumnContent::Entered(words) => self.entered(words),
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
        DataValidation::new().allow_list_formula(Formula::new(self.lists.reference(words)))
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

/// The same in a cell that is ruled.
fn ruled(look: &Format) -> Format {
    let look = look.clone().set_border(FormatBorder::Thin).set_border_color(Color::RGB(0x00A6_A6A6));
    look.set_align(FormatAlign::VerticalCenter)
}

fn look(holds: &ColumnContent) -> Format {
    match holds {
        ColumnContent::Text | ColumnContent::OneOf(_) | ColumnContent::Entered(_) => text(),
        ColumnContent::Day => day(),
        ColumnContent::Whole(..) => Format::new().set_num_format("0").set_align(FormatAlign::Right),
        ColumnContent::Decimal(places, _) => decimal(usize::from(*places)),
    }
}

/// As much of a text as there is room for.
pub(super) fn cut(text: &str, longest: usize) -> String {
    let mut cut = String::new();
    let mut room = longest;
    for c in text.chars() {
        match room.checked_sub(c.len_utf16()) {
            Some(left) => room = left,
            None => break,
        }
        cut.push(c);
    }
    cut
}
