//! What a plan says of kinds, kept with its place until the kinds are loaded.

use crate::base::config::{Word, meant};
use crate::base::fault::Fault;
use crate::base::text::Text;
use crate::schema::kind::load::{Kinds, unknown_field, unlike};
use crate::schema::kind::{Field, FieldType, Kind};
use crate::schema::record::is_canonical;

/// One thing that a plan says of a kind. Where the kind does not exist only [`Claim::Kind`] tells.
#[derive(Clone, Debug)]
pub(super) enum Claim {
    /// It exists.
    Kind(Word),
    /// It has that field, which holds what is wanted.
    Field { kind: String, field: Word, want: Want },
    /// That value is one of the field's.
    Value { kind: String, field: String, value: Word },
    /// It has a roster, so that people can be counted; the word says that they are.
    People { kind: String, measure: Word },
}

/// What a field must hold.
#[derive(Clone, Copy, Debug)]
pub(super) enum Want {
    Anything,
    Number,
    /// Yuan: a number with at most two decimals.
    Amount,
    Date,
    Month,
    Year,
    Bool,
    Township,
}

impl Want {
    fn fits(self, field: &Field) -> bool {
        match self {
            Want::Anything => true,
            Want::Number => field.is_number(),
            Want::Amount => {
                if let FieldType::Decimal { places, .. } = field.ty {
                    places <= 2
                } else {
                    field.is_number()
                }
            }
            Want::Date => matches!(field.ty, FieldType::Date),
            Want::Month => matches!(field.ty, FieldType::Month),
            Want::Year => matches!(field.ty, FieldType::Year),
            Want::Bool => matches!(field.ty, FieldType::Bool),
            Want::Township => matches!(field.ty, FieldType::Township),
        }
    }

    const fn title(self) -> Text {
        match self {
            Want::Anything => Text::new("字段", "field"),
            Want::Number => Text::new("数字字段", "number"),
            Want::Amount => Text::new("金额字段（最多两位小数）", "amount of at most two decimals"),
            Want::Date => Text::new("日期字段", "date"),
            Want::Month => Text::new("月份字段", "month"),
            Want::Year => Text::new("年份字段", "year"),
            Want::Bool => Text::new("是否字段", "truth value"),
            Want::Township => Text::new("填报单位字段", "township"),
        }
    }
}

impl Claim {
    /// What is wrong with it, if anything is.
    pub(super) fn check(&self, kinds: &Kinds) -> Option<Fault> {
        match self {
            Claim::Kind(word) => {
                let id = &word.text;
                let fault =
                    || Fault::new("unsorted", text!("没有“{id}”这个类别", "no such kind: {id}")).at(word.place());
                kinds.get(id).is_none().then(|| fault().hint(meant(id, kinds.ids())))
            }
            Claim::Field { kind, field, want } => wants(kinds.get(kind)?, field, *want),
            Claim::Value { kind, field, value } => {
                let kind = kinds.get(kind)?;
                let field = kind.fields.get(kind.field(field)?)?;
                let good = !value.text.is_empty() && is_canonical(field, value.text.as_bytes());
                (!good).then(|| unlike(field, value))
            }
            Claim::People { kind, measure } => kinds.get(kind)?.roster.is_none().then(|| {
                let what =
                    text!("类别 {kind} 没有人员名单，不能按人计数", "{kind} has no roster: people cannot be counted");
                Fault::new("unsorted", what).at(measure.place()).hint(text!(
                    "改用 count 或 sum:字段名，或在该类别的文件中写 [roster]",
                    "use count or sum:field, or give the kind a [roster]"
                ))
            }),
        }
    }
}

fn wants(kind: &Kind, word: &Word, want: Want) -> Option<Fault> {
    let Some(field) = kind.field(&word.text).and_then(|at| kind.fields.get(at)) else {
        return Some(unknown_field(word, kind.fields.iter().map(|field| field.name.as_str())));
    };
    if want.fits(field) {
        return None;
    }
    let (name, wanted) = (&word.text, want.title());
    let what = text!("{name} 不是{wanted}", "{name} is no {wanted}", wanted);
    let fitting = kind.fields.iter().filter(|field| want.fits(field)).map(|field| field.name.as_str());
    Some(Fault::new("unsorted", what).at(word.place()).hint(meant("", fitting)))
}
