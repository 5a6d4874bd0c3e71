//! A kind as a form that a township fills in: headings, what each column takes, an example. Knows no format and no
//! language.

use super::records::words;
use crate::base::day::{Day, Month};
use crate::base::text::Text;
use crate::report::table::Cell;
use crate::schema::kind::{Field, FieldDefault, FieldType, Kind, Required};
use crate::schema::record::{decimal_text, wanted};

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
    pub columns: Vec<Entry>,
}

/// A column of a form.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its heading.
    pub title: Text,
    /// When it must be filled in.
    pub need: Need,
    /// What is said of it beside the heading.
    pub note: Text,
    /// What is said where it is filled in.
    pub prompt: Text,
    /// What it takes.
    pub holds: Holds,
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
pub enum Holds {
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
pub type Lists<'a> = &'a dyn Fn(&Field) -> Vec<Text>;

/// The form of a kind for a township and a month, as far as they are known; the example is of `day`.
#[must_use]
pub fn form(kind: &Kind, township: Option<&str>, month: Option<Month>, day: Day, lists: Lists<'_>) -> Form {
    let names = Field { ty: FieldType::Township, ..blank(&kind.fields[0]) };
    let month = month.map(|month| month.to_string()).unwrap_or_default();
    let above = vec![
        (Text::new("填报单位：", "Township:"), township.unwrap_or_default().to_owned(), lists(&names)),
        (Text::new("填报月份：", "Month:"), month, Vec::new()),
    ];
    let fields = kind.fields.iter().filter(|field| !field.retired);
    Form { title: kind.title.clone(), above, columns: fields.map(|field| entry(kind, field, day, lists)).collect() }
}

/// A field that says nothing of its own.
fn blank(field: &Field) -> Field {
    Field { required: Required::No, default: FieldDefault::None, after: None, ..field.clone() }
}

fn entry(kind: &Kind, field: &Field, day: Day, lists: Lists<'_>) -> Entry {
    let holds = holds(field, lists);
    let open = matches!(field.ty, FieldType::Township | FieldType::Ref(_)) || field.approximate;
    Entry {
        title: field.title.clone(),
        need: match field.required {
            Required::Always if field.default == FieldDefault::None => Need::Always,
            Required::Always | Required::No => Need::Never,
            Required::When(..) | Required::Unless(..) => Need::Sometimes,
        },
        note: note(kind, field),
        prompt: prompt(field, &holds),
        example: if is_asked(kind, field) { example(field, &holds, day) } else { Cell::None },
        holds,
        lenient: open,
    }
}

fn holds(field: &Field, lists: Lists<'_>) -> Holds {
    match &field.ty {
        FieldType::Text | FieldType::Month => Holds::Text,
        FieldType::Date => Holds::Day,
        FieldType::Year => Holds::Whole(1900, 2100),
        FieldType::Integer { min, max } => Holds::Whole(*min, *max),
        FieldType::Decimal { places, min, .. } => Holds::Decimal(*places, decimal_text(*min, *places)),
        FieldType::Bool => Holds::OneOf(vec![Text::new("是", "yes"), Text::new("否", "no")]),
        FieldType::Choice(choices) => {
            Holds::OneOf(choices.iter().filter(|choice| !choice.retired).map(|choice| choice.title.clone()).collect())
        }
        FieldType::Township | FieldType::Ref(_) => match lists(field) {
            words if words.is_empty() => Holds::Text,
            words => Holds::Entered(words),
        },
    }
}

/// What to fill in, for people who have never seen a token.
fn prompt(field: &Field, holds: &Holds) -> Text {
    match (&field.ty, holds) {
        (FieldType::Text, _) => Text::default(),
        (FieldType::Ref(Some(_)), Holds::Entered(_)) => {
            Text::new("从列表中选择；没有的，请先登记", "choose from the list; what is lacking is to be entered first")
        }
        (FieldType::Ref(None), _) => Text::new("填记录编号", "the record's id"),
        (FieldType::Ref(Some(_)), _) => Text::new("填已登记的名称或编号", "the name or the id of one entered before"),
        (FieldType::Township, Holds::Entered(_)) | (FieldType::Choice(_) | FieldType::Bool, _) => {
            Text::new("从列表中选择", "choose from the list")
        }
        (FieldType::Integer { .. }, _) if field.approximate => {
            let wanted = wanted(field);
            text!("{wanted}，不写单位；约数可写“约200”", "{wanted}, without its unit", wanted)
        }
        (FieldType::Integer { .. } | FieldType::Decimal { .. }, _) => {
            let wanted = wanted(field);
            text!("{wanted}，不写单位", "{wanted}, without its unit", wanted)
        }
        (FieldType::Date | FieldType::Month | FieldType::Year | FieldType::Township, _) => wanted(field),
    }
}

fn note(kind: &Kind, field: &Field) -> Text {
    let said = |at: &usize, value: &str| {
        let other = &kind.fields[*at];
        (other.title.clone(), words(other, value, &|_, _| None))
    };
    let need = match &field.required {
        Required::Always if field.default == FieldDefault::None => Text::new("必填", "required"),
        Required::Always | Required::No => Text::new("选填", "optional"),
        Required::When(at, value) => {
            let (title, value) = said(at, value);
            text!("{title}为“{value}”时必填", "required when {title} is {value}", title, value)
        }
        Required::Unless(at, value) => {
            let (title, value) = said(at, value);
            text!("必填（{title}为“{value}”的除外）", "required unless {title} is {value}", title, value)
        }
    };
    let default = match &field.default {
        FieldDefault::None => Text::default(),
        FieldDefault::Value(value) => {
            let value = words(field, value, &|_, _| None);
            text!("\n不填按“{value}”", "\nempty: {value}", value)
        }
        FieldDefault::Field(other) => {
            let title = &kind.fields[*other].title;
            text!("\n不填与“{title}”相同", "\nempty: as {title}", title)
        }
        FieldDefault::OfRef(reference, _) => {
            let title = &kind.fields[*reference].title;
            text!("\n不填取自“{title}”", "\nempty: from {title}", title)
        }
    };
    let holds = choices_or_wanted(field);
    text!("{need}\n{holds}{default}", "{need}\n{holds}{default}", need, holds, default)
}

fn choices_or_wanted(field: &Field) -> Text {
    match &field.ty {
        FieldType::Choice(choices) => {
            let titles: Vec<Text> =
                choices.iter().filter(|choice| !choice.retired).map(|choice| choice.title.clone()).collect();
            let titles = Text::list(&titles);
            text!("可选：{titles}", "one of: {titles}", titles)
        }
        FieldType::Ref(Some(_)) => Text::new("已登记的名称或编号", "the name or the id of one entered before"),
        FieldType::Ref(None) => Text::new("记录编号", "a record's id"),
        FieldType::Township => Text::new("填报单位名称", "a township's name"),
        FieldType::Text => Text::new("文字", "text"),
        FieldType::Date
        | FieldType::Month
        | FieldType::Year
        | FieldType::Integer { .. }
        | FieldType::Decimal { .. }
        | FieldType::Bool => wanted(field),
    }
}

/// Whether the example fills a column in: text only where the example's own choices ask for it.
fn is_asked(kind: &Kind, field: &Field) -> bool {
    let first = |at: usize| match &kind.fields[at].ty {
        FieldType::Choice(choices) => choices.iter().find(|choice| !choice.retired).map(|choice| choice.token.as_str()),
        FieldType::Text
        | FieldType::Date
        | FieldType::Month
        | FieldType::Year
        | FieldType::Integer { .. }
        | FieldType::Decimal { .. }
        | FieldType::Bool
        | FieldType::Township
        | FieldType::Ref(_) => None,
    };
    match &field.required {
        Required::Always => true,
        Required::No => field.ty != FieldType::Text,
        Required::When(at, value) => first(*at) == Some(value.as_str()),
        Required::Unless(at, value) => first(*at) != Some(value.as_str()),
    }
}

fn example(field: &Field, holds: &Holds, day: Day) -> Cell {
    let title = &field.title;
    match (&field.ty, holds) {
        (FieldType::Month, _) => Cell::Month(day.month()),
        (FieldType::Year, _) => Cell::Number(day.year().0.into()),
        (_, Holds::Text) if field.required == Required::No => Cell::None,
        (_, Holds::Text) => Cell::Said(text!("（{title}）", "({title})", title)),
        (_, Holds::Day) if field.required == Required::Always => Cell::Day(day),
        (_, Holds::Day) => Cell::None,
        (_, Holds::Whole(min, _)) => Cell::Number((*min).max(1)),
        (FieldType::Decimal { places, min, .. }, _) => {
            let one = 10_i64.checked_pow((*places).into()).unwrap_or(1);
            Cell::Decimal(decimal_text((*min).max(one), *places))
        }
        (_, Holds::Decimal(_, min)) => Cell::Decimal(min.clone()),
        (_, Holds::OneOf(words) | Holds::Entered(words)) => {
            words.first().map_or(Cell::None, |word| Cell::Said(word.clone()))
        }
    }
}
