//! Names and values in a kind's file that mean nothing, with those that may be meant.

use crate::base::config::{Word, suggestion};
use crate::base::fault::Fault;
use crate::schema::kind::cell::{expected_text, is_canonical};
use crate::schema::kind::{Field, FieldType};

/// Whether a ledger can hold the word in that field.
pub(super) fn is_stored(field: &Field, word: &Word) -> bool {
    !word.text.is_empty() && is_canonical(field, word.text.as_bytes())
}

/// That a value is not one of its field's.
pub(crate) fn value_fault(field: &Field, word: &Word) -> Fault {
    let name = &field.name;
    let value = &word.text;
    let wanted = expected_text(field);
    let fault =
        Fault::new("wrong-value", text!("字段 {name} 没有“{value}”这样的值", "“{name}” has no value “{value}”"))
            .of_field(name);
    let choices = field.ty.choices();
    let hint = if !choices.is_empty() {
        suggestion(value, choices.iter().map(|choice| choice.token.as_str()))
    } else if field.ty == FieldType::Bool {
        text!("写 true 或 false", "write true or false")
    } else {
        text!("应为{wanted}", "expected {wanted}", wanted = wanted.set_off())
    };
    fault.at(word.place()).hint(hint)
}

/// That a word names no field.
pub(crate) fn unknown_field<'a>(word: &Word, known: impl Iterator<Item = &'a str> + Clone) -> Fault {
    let name = &word.text;
    Fault::new("unknown-field", text!("没有字段 {name}", "unknown field “{name}”"))
        .of_field(name)
        .at(word.place())
        .hint(suggestion(name, known))
}
