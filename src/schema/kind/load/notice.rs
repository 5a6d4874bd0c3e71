//! The `[notice]` of a kind's file: in which fields its records say what a township was told to mend.

use crate::base::config::{ConfigTable, Word};

#[derive(Debug)]
pub(super) struct DraftNoticeFields {
    pub(super) ty: Word,
    pub(super) circular: Word,
    pub(super) rectification: Word,
    pub(super) serial: Word,
    pub(super) texts: [Word; 5],
    pub(super) dates: [Word; 4],
}

impl DraftNoticeFields {
    /// What the table says; none where something is lacking, which is told.
    pub(super) fn read(table: &ConfigTable<'_>) -> Option<DraftNoticeFields> {
        let [ty, circular, rectification, serial] = words(table, ["type", "circular", "rectification", "serial"]);
        let [number, facts, grounds, requirements, response] =
            words(table, ["number", "facts", "grounds", "requirements", "response"]);
        let [due, signed_for, rechecked, closed] = words(table, ["due", "signed_for", "rechecked", "closed"]);
        Some(DraftNoticeFields {
            ty: ty?,
            circular: circular?,
            rectification: rectification?,
            serial: serial?,
            texts: [number?, facts?, grounds?, requirements?, response?],
            dates: [due?, signed_for?, rechecked?, closed?],
        })
    }
}

fn words<const N: usize>(table: &ConfigTable<'_>, keys: [&'static str; N]) -> [Option<Word>; N] {
    keys.map(|key| table.require_word(key))
}
