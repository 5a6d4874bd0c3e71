//! What kinds say of each other, checked when all that are needed are loaded.

use super::draft::DraftRoster;
use super::names::unknown_field;
use super::settle::{KindLinks, type_mismatch};
use crate::base::config::{Word, suggestion};
use crate::base::fault::Fault;
use crate::schema::kind::{FieldNo, FieldType, Kind, Roster};

/// All loaded kinds, and the ids of all there are.
pub(super) struct LinkChecker<'a> {
    pub(super) kinds: &'a [Kind],
    pub(super) ids: &'a [String],
    pub(super) faults: &'a mut Vec<Fault>,
}

impl LinkChecker<'_> {
    /// Checks one kind's links and gives its roster.
    pub(super) fn check(&mut self, kind: &Kind, links: &KindLinks) -> Option<Roster> {
        for target in &links.targets {
            self.check_exists(target);
        }
        for (at, reference, word) in &links.defaults {
            self.check_default(kind, *at, *reference, word);
        }
        links.roster.as_ref().and_then(|roster| self.settle_roster(kind, roster))
    }

    fn check_exists(&mut self, word: &Word) -> bool {
        let known = self.ids.contains(&word.text);
        if !known {
            let id = &word.text;
            let fault = Fault::new("unknown-kind", text!("没有“{id}”这个类别", "unknown kind “{id}”")).at(word.place());
            self.faults.push(fault.hint(suggestion(id, self.ids.iter().map(String::as_str))));
        }
        known
    }

    fn find(&mut self, kind: &Kind, word: &Word) -> Option<FieldNo> {
        let at = kind.field(&word.text);
        if at.is_none() {
            self.faults.push(unknown_field(word, kind.fields.iter().map(|field| field.name.as_str())));
        }
        at
    }

    fn check_default(&mut self, kind: &Kind, at: FieldNo, reference: FieldNo, word: &Word) {
        let Some(id) = kind.fields[reference].ty.referred_kind() else { return };
        let kinds = self.kinds;
        let Some(other) = kinds.iter().find(|kind| kind.id == id) else { return };
        let Some(from) = self.find(other, word) else { return };
        self.faults.extend(type_mismatch(&kind.fields[at], &other.fields[from], word));
    }

    fn settle_roster(&mut self, kind: &Kind, roster: &DraftRoster) -> Option<Roster> {
        let heads = self.find(kind, &roster.heads)?;
        self.check_type(kind, heads, &roster.heads, "integer", |ty| matches!(ty, FieldType::Integer { .. }));
        if !self.check_exists(&roster.kind) {
            return None;
        }
        let kinds = self.kinds;
        let other = kinds.iter().find(|kind| kind.id == roster.kind.text)?;
        if other.lasting {
            let id = &other.id;
            let what = text!(
                "{id} 的记录会变动（lasting = true），不能作名册",
                "records of “{id}” change (lasting = true): it cannot be a roster"
            );
            let hint = text!(
                "在 kind 处写另一类别，或删去 kinds/{id}.toml 中的 lasting",
                "name another kind, or remove “lasting” from kinds/{id}.toml"
            );
            self.faults.push(Fault::new("lasting-kind", what).at(roster.kind.place()).hint(hint));
        }
        if let Some(at) = self.find(other, &roster.reference) {
            let to = format!("ref, to = \"{}\"", kind.id);
            self.check_type(other, at, &roster.reference, &to, |ty| ty.referred_kind() == Some(kind.id.as_str()));
        }
        for person in &roster.person {
            if let Some(at) = self.find(other, person) {
                self.check_type(other, at, person, "text", |ty| matches!(ty, FieldType::Text));
            }
        }
        if let Some(credit) = &roster.credit
            && let Some(at) = self.find(other, credit)
        {
            self.check_type(other, at, credit, "township", |ty| matches!(ty, FieldType::Township));
        }
        Some(Roster {
            kind: roster.kind.text.clone(),
            reference: roster.reference.text.clone(),
            person: roster.person.iter().map(|person| person.text.clone()).collect(),
            heads,
            credit: roster.credit.as_ref().map(|credit| credit.text.clone()),
        })
    }

    fn check_type(&mut self, kind: &Kind, at: FieldNo, word: &Word, ty: &str, fits: impl Fn(&FieldType) -> bool) {
        if !fits(&kind.fields[at].ty) {
            let id = &kind.id;
            let name = &word.text;
            let what = text!("{id} 的字段 {name} 类型不合", "field “{name}” of “{id}” has the wrong type");
            let hint = text!("此处应指 {ty} 类型的字段", "expected a field of type {ty}");
            self.faults.push(Fault::new("wrong-field-type", what).of_field(name).at(word.place()).hint(hint));
        }
    }
}
