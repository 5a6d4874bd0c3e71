//! Texts of a row that nobody could have entered: by hand, by git or by a spreadsheet they came in.

use crate::base::advice::shell_word;
use crate::base::fault::{Fault, Place};
use crate::base::text::Text;
use crate::base::unseen::{as_seen, changed_characters, unseen};
use crate::check::segments::Segment;
use crate::ledger::{Row, may_have_lost_zeros};
use crate::schema::kind::{Field, FieldType, Violation, text_violation};

/// What is wrong with a text; with the way out, where that is not to correct it.
pub(super) fn text_fault(violation: Violation, field: &Field, cell: &[u8]) -> Fault {
    let fault = violation.of_text(&field.title).expect("only violations of texts are asked for here");
    if let Violation::Digits(digits) = violation
        && may_have_lost_zeros(cell, digits)
    {
        return fault.hint(put_zeros_back());
    }
    fault
}

/// The way out where a spreadsheet took zeros.
pub(super) fn put_zeros_back() -> Text {
    Text::new(
        "电子表格去掉了开头的 0：culture check --fix 可补回",
        "a spreadsheet removed the leading zeros: culture check --fix puts them back",
    )
}

/// Who entered a row, and why: texts as any other, though no command corrects them.
pub(super) fn check_signature(row: &Row<'_>, faults: &mut Vec<Fault>) {
    for (name, cell) in row.signature() {
        let Some(fault) = std::str::from_utf8(cell).ok().and_then(|text| signature_fault(name, text)) else { continue };
        let place = Place { excerpt: None, ..row.place() };
        let hint = Text::new("台账不能手改：请从备份恢复", "ledgers must not be edited by hand: restore a backup");
        faults.push(fault.of_field(name).at(place).hint(hint));
    }
}

fn signature_fault(name: &str, text: &str) -> Option<Fault> {
    let title = Text::same(name);
    match text_violation(text) {
        Some(violation) => violation.of_text(&title),
        None => unseen(text).next().map(|_| unseen_warning(&title, text)),
    }
}

/// Characters that nobody sees, which came in by hand or before they were dropped on entry.
pub(super) fn check_unseen(segment: &Segment<'_>, faults: &mut Vec<Fault>) {
    let kind = segment.kind;
    let row = segment.row;
    for (at, field) in kind.active_fields().filter(|(_, field)| field.ty == FieldType::Text) {
        let Ok(text) = std::str::from_utf8(row.cell(at)) else { continue };
        if !segment.is_new(at) || unseen(text).next().is_none() || kind.violation(at, |at| row.cell(at)).is_some() {
            continue;
        }
        let id = row.id;
        let on = segment.on();
        let option = field.name.replace('_', "-");
        let seen = as_seen(text);
        let seen = shell_word(&seen);
        let hint = text!(
            "比较和统计时都不计它们；要去掉：culture edit {id} {on}--{option} {seen} --reason 去掉看不见的字符",
            "no comparison and no figure depends on them; to drop them: culture edit {id} {on}--{option} {seen} --reason \"unseen characters\""
        );
        faults.push(unseen_warning(&field.title, text).of_field(&field.name).at(row.place_of(at)).hint(hint));
    }
}

fn unseen_warning(title: &Text, text: &str) -> Fault {
    let which = changed_characters(text);
    Fault::warning(
        "unseen-characters",
        text!("“{title}”中有看不见的字符（{which}）", "“{title}” holds characters that nobody sees ({which})", title),
    )
}
