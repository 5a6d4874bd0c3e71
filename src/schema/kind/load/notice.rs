//! The `[notice]` of a kind's file: in which fields its records say what a township was told to mend.

use super::settle::{FieldLookup, is_stored, value_fault};
use crate::base::config::{ConfigTable, Word};
use crate::base::fault::Fault;
use crate::schema::kind::{FieldType, NoticeFields};

#[derive(Debug)]
pub(super) struct DraftNoticeFields {
    ty: Word,
    circular: Word,
    rectification: Word,
    serial: Word,
    texts: [Word; 5],
    dates: [Word; 4],
}

impl DraftNoticeFields {
    /// What the table says; none where something is lacking, which is told.
    pub(super) fn read(table: &ConfigTable<'_>) -> Option<DraftNoticeFields> {
        let word = |key: &'static str| table.require_word(key);
        let [ty, circular, rectification, serial] = ["type", "circular", "rectification", "serial"].map(word);
        let [number, facts, grounds, requirements, response] =
            ["number", "facts", "grounds", "requirements", "response"].map(word);
        let [due, signed_for, rechecked, closed] = ["due", "signed_for", "rechecked", "closed"].map(word);
        Some(DraftNoticeFields {
            ty: ty?,
            circular: circular?,
            rectification: rectification?,
            serial: serial?,
            texts: [number?, facts?, grounds?, requirements?, response?],
            dates: [due?, signed_for?, rechecked?, closed?],
        })
    }

    /// With its fields and choices looked up.
    pub(super) fn settle(&self, names: &mut FieldLookup<'_>) -> Option<NoticeFields> {
        let ty = names.field_of_type(&self.ty, "choice", |ty| matches!(ty, FieldType::Choice(_)))?;
        let field = names.fields.get(ty)?;
        let tokens = [&self.circular, &self.rectification];
        names
            .faults
            .extend(tokens.into_iter().filter(|word| !is_stored(field, word)).map(|word| value_fault(field, word)));
        if self.circular.text == self.rectification.text {
            let what =
                text!("通报批评与整改通知不能是同一选项", "circular and rectification cannot be the same choice");
            names.faults.push(Fault::new("same-choice", what).at(self.rectification.place()));
        }
        let serial = names.field_of_type(&self.serial, "integer", |ty| matches!(ty, FieldType::Integer { .. }))?;
        let mut text = |word: &Word| names.field_of_type(word, "text", |ty| *ty == FieldType::Text);
        let [number, facts, grounds, requirements, response] = self.texts.each_ref().map(&mut text);
        let mut date = |word: &Word| names.field_of_type(word, "date", |ty| *ty == FieldType::Date);
        let [due, signed_for, rechecked, closed] = self.dates.each_ref().map(&mut date);
        Some(NoticeFields {
            ty,
            circular: self.circular.text.clone(),
            rectification: self.rectification.text.clone(),
            serial,
            number: number?,
            facts: facts?,
            grounds: grounds?,
            requirements: requirements?,
            due: due?,
            signed_for: signed_for?,
            response: response?,
            rechecked: rechecked?,
            closed: closed?,
        })
    }
}
