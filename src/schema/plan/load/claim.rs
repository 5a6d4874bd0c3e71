//! What a plan says of kinds, kept with its place until the kinds are loaded.

use crate::base::config::{Word, suggestion};
use crate::base::fault::Fault;
use crate::base::text::Text;
use crate::schema::kind::load::{Kinds, unknown_field, value_fault};
use crate::schema::kind::{Field, FieldType, Kind};
use crate::schema::record::is_canonical;

/// One thing that a plan says of a kind. Where the kind does not exist only [`KindRequirement::Kind`] tells.
#[derive(Clone, Debug)]
pub(super) enum KindRequirement {
    /// It exists.
    Kind(Word),
    /// Its records do not last.
    NotLasting(Word),
    /// It has that field, which holds what is wanted.
    Field { kind: String, field: Word, want: ExpectedType },
    /// That value is one of the field's.
    Value { kind: String, field: String, value: Word },
    /// It has a roster, so that people can be counted; the word says that they are.
    People { kind: String, measure: Word },
}

/// What a field must hold.
#[derive(Clone, Copy, Debug)]
pub(super) enum ExpectedType {
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

impl ExpectedType {
    fn fits(self, field: &Field) -> bool {
        match self {
            ExpectedType::Anything => true,
            ExpectedType::Number => field.ty.is_number(),
            ExpectedType::Amount => field.ty.is_number() && field.ty.places() <= 2,
            ExpectedType::Date => field.ty == FieldType::Date,
            ExpectedType::Month => field.ty == FieldType::Month,
            ExpectedType::Year => field.ty == FieldType::Year,
            ExpectedType::Bool => field.ty == FieldType::Bool,
            ExpectedType::Township => field.ty == FieldType::Township,
        }
    }

    const fn title(self) -> Text {
        match self {
            ExpectedType::Anything => Text::new("字段", "field"),
            ExpectedType::Number => Text::new("数字字段", "number field"),
            ExpectedType::Amount => Text::new("金额字段（最多两位小数）", "amount field (at most two decimals)"),
            ExpectedType::Date => Text::new("日期字段", "date field"),
            ExpectedType::Month => Text::new("月份字段", "month field"),
            ExpectedType::Year => Text::new("年份字段", "year field"),
            ExpectedType::Bool => Text::new("是否字段", "yes/no field"),
            ExpectedType::Township => Text::new("填报单位字段", "township field"),
        }
    }
}

impl KindRequirement {
    /// What is wrong with it, if anything is.
    pub(super) fn check(&self, kinds: &Kinds) -> Option<Fault> {
        match self {
            KindRequirement::Kind(word) => {
                let id = &word.text;
                let fault =
                    || Fault::new("unknown-kind", text!("没有“{id}”这个类别", "unknown kind “{id}”")).at(word.place());
                kinds.get(id).is_none().then(|| fault().hint(suggestion(id, kinds.ids())))
            }
            KindRequirement::NotLasting(word) => kinds.get(&word.text)?.lasting.then(|| lasting_kind(word)),
            KindRequirement::Field { kind, field, want } => check_field(kinds.get(kind)?, field, *want),
            KindRequirement::Value { kind, field, value } => {
                let kind = kinds.get(kind)?;
                let field = &kind.fields[kind.field(field)?];
                let good = !value.text.is_empty() && is_canonical(field, value.text.as_bytes());
                (!good).then(|| value_fault(field, value))
            }
            KindRequirement::People { kind, measure } => kinds.get(kind)?.roster.is_none().then(|| {
                let what = text!(
                    "类别 {kind} 没有人员名单，不能按人计数",
                    "kind “{kind}” has no roster: people cannot be counted"
                );
                Fault::new("missing-roster", what).at(measure.place()).hint(text!(
                    "改用 count 或 sum:字段名，或在该类别的文件中写 [roster]",
                    "use count or sum:field, or add a [roster] to the kind"
                ))
            }),
        }
    }
}

/// That a kind whose records change in time stands where only what is of its day can be counted.
fn lasting_kind(word: &Word) -> Fault {
    let id = &word.text;
    let what = text!(
        "{id} 的记录会变动（lasting = true），不能作报送或经费",
        "records of “{id}” change (lasting = true): they cannot be what is submitted or spent"
    );
    Fault::new("lasting-kind", what)
        .at(word.place())
        .hint(text!("写一个没有 lasting 的类别：culture kinds", "name a kind without “lasting”: culture kinds"))
}

fn check_field(kind: &Kind, word: &Word, want: ExpectedType) -> Option<Fault> {
    let Some(field) = kind.field(&word.text).map(|at| &kind.fields[at]) else {
        return Some(unknown_field(word, kind.fields.iter().map(|field| field.name.as_str())));
    };
    if want.fits(field) {
        return None;
    }
    let name = &word.text;
    let wanted = want.title();
    let what = text!("{name} 不是{wanted}", "“{name}” is not a {wanted}", wanted);
    let fitting = kind.fields.iter().filter(|field| want.fits(field)).map(|field| field.name.as_str());
    Some(Fault::new("wrong-field-type", what).of_field(name).at(word.place()).hint(suggestion("", fitting)))
}
