//! A kind as a form that a township fills in: headings, what each column takes, an example. Knows no format and no
//! language.

use super::records::words;
use crate::base::day::{Day, Month};
use crate::base::text::Text;
use crate::figures::tally::scale;
use crate::report::table::Cell;
use crate::schema::kind::{Field, FieldDefault, FieldNo, FieldType, Kind, Requirement};
use crate::schema::record::{decimal_text, expected_text};

/// The word before a row that is no record. It stands in the column of running numbers.
pub const EXAMPLE: Text = Text::new("示例", "example");
/// The column of running numbers, which is nobody's field.
pub const NUMBERING: Text = Text::new("序号", "No.");

/// The form of one kind.
#[derive(Clone, Debug)]
pub struct Form {
    /// The kind's title.
    pub title: Text,
    /// What stands above the headings: labels, each with its value (empty: to be filled in) and the words to choose from.
    pub above: Vec<(Text, String, Vec<Text>)>,
    /// Its columns, after that of running numbers.
    pub columns: Vec<FormColumn>,
}

/// A column of a form.
#[derive(Clone, Debug)]
pub struct FormColumn {
    /// Its heading.
    pub title: Text,
    /// When it must be filled in.
    pub need: Need,
    /// What is said of it beside the heading.
    pub note: Text,
    /// What is said where it is filled in.
    pub prompt: Text,
    /// What it takes.
    pub holds: ColumnContent,
    /// Whether other values than it takes are let through after a question.
    pub lenient: bool,
    /// What an example has there.
    pub example: Cell,
}

/// Whether a column must be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// In every row.
    Always,
    /// Where another column says so.
    Sometimes,
    /// In no row.
    Never,
}

/// What a column takes.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnContent {
    /// Any text.
    Text,
    /// A date.
    Day,
    /// A whole number from one to another.
    Whole(i64, i64),
    /// A number with so many decimals, of at least so much.
    Decimal(u8, String),
    /// One of a list that the kind sets.
    OneOf(Vec<Text>),
    /// One of what has been entered so far.
    Entered(Vec<Text>),
}

/// The words that there are for a field that refers to something.
pub type ReferenceChoices<'a> = &'a dyn Fn(&Field) -> Vec<Text>;

/// The form of a kind for a township and a month, as far as they are known; the example is of `day`.
#[must_use]
pub fn form(kind: &Kind, township: Option<&str>, month: Option<Month>, day: Day, lists: ReferenceChoices<'_>) -> Form {
    let names = Field { ty: FieldType::Township, ..blank(&kind.fields[FieldNo::DATE]) };
    let month = month.map(|month| month.to_string()).unwrap_or_default();
    let above = vec![
        (Text::new("填报单位：", "Township:"), township.unwrap_or_default().to_owned(), lists(&names)),
        (Text::new("填报月份：", "Month:"), month, Vec::new()),
    ];
    let columns = kind.active_fields().map(|(_, field)| entry(kind, field, day, lists));
    Form { title: kind.title.clone(), above, columns: columns.collect() }
}

/// A field that says nothing of its own.
fn blank(field: &Field) -> Field {
    Field { required: Requirement::No, default: FieldDefault::None, after: None, ..field.clone() }
}

fn entry(kind: &Kind, field: &Field, day: Day, lists: ReferenceChoices<'_>) -> FormColumn {
    let holds = holds(field, lists);
    let open = field.ty == FieldType::Township || field.ty.is_reference() || field.approximate;
    FormColumn {
        title: field.title.clone(),
        need: match field.required {
            Requirement::Always if field.default == FieldDefault::None => Need::Always,
            Requirement::Always | Requirement::No => Need::Never,
            Requirement::When(..) | Requirement::Unless(..) => Need::Sometimes,
        },
        note: note(kind, field),
        prompt: prompt(field, &holds),
        example: if is_asked(kind, field) { example(field, &holds, day) } else { Cell::None },
        holds,
        lenient: open,
    }
}

fn holds(field: &Field, lists: ReferenceChoices<'_>) -> ColumnContent {
    match &field.ty {
        FieldType::Text | FieldType::Month => ColumnContent::Text,
        FieldType::Date => ColumnContent::Day,
        FieldType::Year => ColumnContent::Whole(1900, 2100),
        FieldType::Integer { min, max } => ColumnContent::Whole(*min, *max),
        FieldType::Decimal { places, min, .. } => ColumnContent::Decimal(*places, decimal_text(*min, *places)),
        FieldType::Bool => ColumnContent::OneOf(vec![Text::new("是", "yes"), Text::new("否", "no")]),
        FieldType::Choice(_) => {
            ColumnContent::OneOf(field.ty.offered_choices().map(|choice| choice.title.clone()).collect())
        }
        FieldType::Township | FieldType::Ref(_) => match lists(field) {
            words if words.is_empty() => ColumnContent::Text,
            words => ColumnContent::Entered(words),
        },
    }
}

/// What to fill in, for people who have never seen a token.
fn prompt(field: &Field, holds: &ColumnContent) -> Text {
    match (&field.ty, holds) {
        (FieldType::Text, _) => Text::default(),
        (FieldType::Ref(Some(_)), ColumnContent::Entered(_)) => {
            Text::new("从列表中选择；没有的，请先登记", "choose from the list; add what is missing first")
        }
        (FieldType::Ref(None), _) => Text::new("填记录编号", "the record id"),
        (FieldType::Ref(Some(_)), _) => Text::new("填已登记的名称或编号", "name or id of an existing record"),
        (FieldType::Township, ColumnContent::Entered(_)) | (FieldType::Choice(_) | FieldType::Bool, _) => {
            Text::new("从列表中选择", "choose from the list")
        }
        (FieldType::Integer { .. }, _) if field.approximate => {
            let wanted = expected_text(field);
            text!("{wanted}，不写单位；约数可写“约200”", "{wanted}, without its unit", wanted)
        }
        (FieldType::Integer { .. } | FieldType::Decimal { .. }, _) => {
            let wanted = expected_text(field);
            text!("{wanted}，不写单位", "{wanted}, without its unit", wanted)
        }
        (FieldType::Date | FieldType::Month | FieldType::Year | FieldType::Township, _) => expected_text(field),
    }
}

fn note(kind: &Kind, field: &Field) -> Text {
    let need = match &field.required {
        Requirement::Always if field.default == FieldDefault::None => Text::new("必填", "required"),
        Requirement::Always | Requirement::No => Text::new("选填", "optional"),
        Requirement::When(at, value) => {
            let other = &kind.fields[*at];
            let title = &other.title;
            let value = words(other, value, &|_, _| None);
            text!("{title}为“{value}”时必填", "required when {title} is {value}", title, value)
        }
        Requirement::Unless(at, value) => {
            let other = &kind.fields[*at];
            let title = &other.title;
            let value = words(other, value, &|_, _| None);
            text!("必填（{title}为“{value}”的除外）", "required unless {title} is {value}", title, value)
        }
    };
    let default = match &field.default {
        FieldDefault::None => Text::default(),
        FieldDefault::Value(value) => {
            let value = words(field, value, &|_, _| None);
            text!("\n不填按“{value}”", "\nif left empty: {value}", value)
        }
        FieldDefault::Field(other) => {
            let title = &kind.fields[*other].title;
            text!("\n不填与“{title}”相同", "\nif left empty: same as {title}", title)
        }
        FieldDefault::OfRef(reference, _) => {
            let title = &kind.fields[*reference].title;
            text!("\n不填取自“{title}”", "\nif left empty: from {title}", title)
        }
    };
    let holds = choices_or_wanted(field);
    text!("{need}\n{holds}{default}", "{need}\n{holds}{default}", need, holds, default)
}

fn choices_or_wanted(field: &Field) -> Text {
    match &field.ty {
        FieldType::Choice(_) => {
            let titles: Vec<Text> = field.ty.offered_choices().map(|choice| choice.title.clone()).collect();
            let titles = Text::list(&titles);
            text!("可选：{titles}", "one of: {titles}", titles)
        }
        FieldType::Ref(Some(_)) => Text::new("已登记的名称或编号", "name or id of an existing record"),
        FieldType::Ref(None) => Text::new("记录编号", "a record id"),
        FieldType::Township => Text::new("填报单位名称", "a township's name"),
        FieldType::Text => Text::new("文字", "text"),
        FieldType::Date
        | FieldType::Month
        | FieldType::Year
        | FieldType::Integer { .. }
        | FieldType::Decimal { .. }
        | FieldType::Bool => expected_text(field),
    }
}

/// Whether the example fills a column in: text only where the example's own choices ask for it.
fn is_asked(kind: &Kind, field: &Field) -> bool {
    match &field.required {
        Requirement::Always => true,
        Requirement::No => field.ty != FieldType::Text,
        Requirement::When(at, value) => kind.fields[*at].ty.first_choice() == Some(value.as_str()),
        Requirement::Unless(at, value) => kind.fields[*at].ty.first_choice() != Some(value.as_str()),
    }
}

fn example(field: &Field, holds: &ColumnContent, day: Day) -> Cell {
    let title = &field.title;
    match (&field.ty, holds) {
        (FieldType::Month, _) => Cell::Month(day.month()),
        (FieldType::Year, _) => Cell::Number(day.year().0.into()),
        (_, ColumnContent::Text) if field.required == Requirement::No => Cell::None,
        (_, ColumnContent::Text) => Cell::Said(text!("（{title}）", "({title})", title)),
        (_, ColumnContent::Day) if field.required == Requirement::Always => Cell::Day(day),
        (_, ColumnContent::Day) => Cell::None,
        (_, ColumnContent::Whole(min, _)) => Cell::Number((*min).max(1)),
        (FieldType::Decimal { places, min, .. }, _) => Cell::Decimal(decimal_text((*min).max(scale(*places)), *places)),
        (_, ColumnContent::Decimal(_, min)) => Cell::Decimal(min.clone()),
        (_, ColumnContent::OneOf(words) | ColumnContent::Entered(words)) => {
            words.first().map_or(Cell::None, |word| Cell::Said(word.clone()))
        }
    }
}
