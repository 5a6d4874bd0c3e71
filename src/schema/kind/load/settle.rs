//! The names in a kind's draft become places in its list of fields, and what one kind alone can get wrong is found.

use super::draft::{DraftDouble, DraftEvidenceRule, DraftInspectionFields, DraftKind, DraftRoster};
use super::field::{DraftField, DraftRequirement};
use super::names::{is_stored, unknown_field, value_fault};
use super::notice::DraftNoticeFields;
use crate::base::config::Word;
use crate::base::fault::Fault;
use crate::base::fuzzy::fold;
use crate::base::number::Numbered as _;
use crate::schema::kind::{
    Double, EvidenceRule, Field, FieldDefault, FieldNo, FieldType, InspectionFields, Kind, NoticeFields, Requirement,
};
use std::collections::HashMap;

/// What a kind says of other kinds, to be checked when those are loaded.
#[derive(Debug, Default)]
pub(super) struct KindLinks {
    /// The kinds that its references name.
    pub(super) targets: Vec<Word>,
    /// A field, the reference it takes its default from, and the field there.
    pub(super) defaults: Vec<(FieldNo, FieldNo, Word)>,
    pub(super) roster: Option<DraftRoster>,
}

/// The kind of a draft, and what is left to check.
pub(super) fn settle(draft: DraftKind, faults: &mut Vec<Fault>) -> (Kind, KindLinks) {
    check_names(&draft.fields, faults);
    // The built-in headings are held apart by a test: no need to fold hundreds of them at every start.
    if draft.by_county {
        check_headings(&draft.fields, faults);
    }
    let mut fields: Vec<Field> = draft.fields.iter().map(basic_field).collect();
    let mut links = KindLinks { roster: draft.roster, ..KindLinks::default() };
    let mut settled = Vec::new();
    for (at, field) in draft.fields.iter().numbered() {
        let mut one = SiblingLookup { at, fields: &fields, faults: &mut *faults };
        settled.push((one.required(&field.required), one.default(field, &mut links), one.after(field)));
        links.targets.extend(field.to.clone().filter(|to| to.text != "*"));
    }
    for (field, (required, default, after)) in fields.iter_mut().zip(settled) {
        (field.required, field.default, field.after) = (required, default, after);
    }
    let mut names = FieldLookup { fields: &fields, faults };
    let key = names.find_all(&draft.key);
    let label = names.find_all(&draft.label);
    let end = draft.end.as_ref().and_then(|end| names.date_field(end));
    let doubles = draft.doubles.iter().map(|double| names.double(double)).collect();
    let evidence = draft.evidence.iter().map(|asked| names.evidence(asked)).collect();
    let inspects = draft.inspects.as_ref().and_then(|inspects| names.inspects(inspects));
    let notice = draft.notice.as_ref().and_then(|notice| names.notice(notice));
    let (summary, latest) = (names.find_all(&draft.summary), draft.latest.as_ref().and_then(|word| names.find(word)));
    let id = draft.id.text;
    let title = draft.title;
    let lasting = draft.lasting;
    let kept_from_lasting = draft.kept_from_lasting.as_ref().map(Word::place);
    let roster = None;
    let public = false;
    let mut kind = Kind {
        id,
        title,
        fields,
        key,
        label,
        end,
        lasting,
        kept_from_lasting,
        roster,
        doubles,
        summary,
        latest,
        evidence,
        inspects,
        public,
        notice,
    };
    if !leave_out_retired(&mut kind) {
        let what = text!("key 中的字段都已停用", "every field of the key is retired");
        let hint = text!("key 至少写一个仍在使用的字段", "name at least one field that is still in use");
        let place = draft.key.first().map(Word::place);
        faults.push(Fault { place, ..Fault::new("retired-key", what).of_field("key").hint(hint) });
    }
    (kind, links)
}

/// Takes what is retired out of all that is asked of a record, since nobody can fill it in any more: it is never required
/// and no default is written, and of what stands on it (a requirement, a date that must come first, a proof) nothing can
/// be told. What its cells hold is still read and shown. Whether a key is left.
fn leave_out_retired(kind: &mut Kind) -> bool {
    let retired: Vec<bool> = kind.fields.iter().map(|field| field.retired).collect();
    if !retired.contains(&true) {
        return true;
    }
    for field in &mut kind.fields {
        let stands_on_retired = match field.required {
            Requirement::No | Requirement::Always => false,
            Requirement::When(other, _) | Requirement::Unless(other, _) => retired[other],
        };
        if field.retired || stands_on_retired {
            field.required = Requirement::No;
        }
        if field.retired {
            field.default = FieldDefault::None;
        }
        field.after = field.after.filter(|after| !field.retired && !retired[*after]);
    }
    // Records are still called by what their retired cells hold.
    if kind.label.is_empty() {
        kind.label.clone_from(&kind.key);
    }
    for rule in &mut kind.evidence {
        rule.any.retain(|at| !retired[*at]);
    }
    kind.evidence.retain(|rule| !rule.any.is_empty());
    let had_key = !kind.key.is_empty();
    kind.key.retain(|at| !retired[*at]);
    !had_key || !kind.key.is_empty()
}

fn basic_field(field: &DraftField) -> Field {
    Field {
        name: field.name.text.clone(),
        title: field.title.clone(),
        headings: field.headings.iter().map(|word| word.text.clone()).collect(),
        ty: field.ty.clone(),
        required: Requirement::No,
        default: FieldDefault::None,
        after: None,
        approximate: field.approximate,
        digits: field.digits,
        files: field.files,
        personal: field.personal,
        retired: field.retired,
    }
}

fn check_names(fields: &[DraftField], faults: &mut Vec<Fault>) {
    for (at, field) in fields.iter().enumerate() {
        let name = &field.name.text;
        if fields.iter().take(at).any(|other| &other.name.text == name) {
            faults.push(
                Fault::new("repeated-field", text!("字段 {name} 已经有了", "duplicate field “{name}”"))
                    .of_field(name)
                    .at(field.name.place()),
            );
        }
    }
}

/// A heading that two fields know would make an import guess.
fn check_headings(fields: &[DraftField], faults: &mut Vec<Fault>) {
    let mut met: HashMap<String, FieldNo> = HashMap::new();
    for (at, field) in fields.iter().numbered() {
        let own = [field.title.zh.as_ref(), field.title.en.as_ref(), field.name.text.as_str()];
        let own = own.into_iter().map(|word| (word, &field.name));
        for (word, at_word) in own.chain(field.headings.iter().map(|word| (word.text.as_str(), word))) {
            let other = *met.entry(fold(word)).or_insert(at);
            if other != at {
                let other = &fields[other].name.text;
                let what = text!("表头“{word}”同时指字段 {other}", "heading “{word}” already means field “{other}”");
                let hint =
                    text!("同一类别中，一个表头只能指一个字段", "within a kind, a heading can mean only one field");
                faults.push(Fault::new("ambiguous-heading", what).at(at_word.place()).hint(hint));
            }
        }
    }
}

fn is_text(ty: &FieldType) -> bool {
    *ty == FieldType::Text
}

fn is_integer(ty: &FieldType) -> bool {
    matches!(ty, FieldType::Integer { .. })
}

/// Field names being looked up.
pub(super) struct FieldLookup<'a> {
    pub(super) fields: &'a [Field],
    pub(super) faults: &'a mut Vec<Fault>,
}

impl FieldLookup<'_> {
    fn find(&mut self, word: &Word) -> Option<FieldNo> {
        let at = self.fields.iter().position(|field| field.name == word.text);
        if at.is_none() {
            self.faults.push(unknown_field(word, self.fields.iter().map(|field| field.name.as_str())));
        }
        at.map(FieldNo::from)
    }

    fn find_all(&mut self, words: &[Word]) -> Vec<FieldNo> {
        let mut found = Vec::new();
        for word in words {
            let Some(at) = self.find(word) else { continue };
            if found.contains(&at) {
                let name = &word.text;
                self.faults.push(
                    Fault::new("repeated-field", text!("{name} 重复", "“{name}” is listed twice"))
                        .of_field(name)
                        .at(word.place()),
                );
            }
            found.push(at);
        }
        found
    }

    fn date_field(&mut self, word: &Word) -> Option<FieldNo> {
        let at = self.find(word)?;
        if !matches!(self.fields[at].ty, FieldType::Date) {
            let name = &word.text;
            self.faults.push(
                Fault::new("wrong-field-type", text!("{name} 不是日期字段", "“{name}” is not a date field"))
                    .of_field(name)
                    .at(word.place()),
            );
        }
        Some(at)
    }

    fn evidence(&mut self, asked: &DraftEvidenceRule) -> EvidenceRule {
        let when = asked.when.as_ref().and_then(|(name, value)| {
            let at = self.find(name)?;
            let field = &self.fields[at];
            self.faults.extend((!is_stored(field, value)).then(|| value_fault(field, value)));
            Some((at, value.text.clone()))
        });
        let any = self.find_all(&asked.any);
        if asked.files > 0 {
            for (word, _) in asked.any.iter().zip(&any).filter(|(_, at)| !self.fields[**at].files) {
                let name = &word.text;
                let what = text!("字段 {name} 不记文件（files = true）", "“{name}” does not name files (files = true)");
                self.faults.push(Fault::new("wrong-field-type", what).of_field(name).at(word.place()));
            }
        }
        EvidenceRule { when, any, files: asked.files }
    }

    /// A field of the type that is wanted.
    pub(super) fn field_of_type(&mut self, word: &Word, wanted: &str, fits: fn(&FieldType) -> bool) -> Option<FieldNo> {
        let at = self.find(word)?;
        if !fits(&self.fields[at].ty) {
            let name = &word.text;
            let what = text!("{name} 不是 {wanted} 类型", "“{name}” is not of type {wanted}");
            self.faults.push(Fault::new("wrong-field-type", what).of_field(name).at(word.place()));
        }
        Some(at)
    }

    /// The fields in which records of this kind say what is to be mended.
    fn notice(&mut self, draft: &DraftNoticeFields) -> Option<NoticeFields> {
        let ty = self.field_of_type(&draft.ty, "choice", |ty| matches!(ty, FieldType::Choice(_)))?;
        let field = &self.fields[ty];
        let tokens = [&draft.circular, &draft.rectification];
        self.faults
            .extend(tokens.into_iter().filter(|word| !is_stored(field, word)).map(|word| value_fault(field, word)));
        if draft.circular.text == draft.rectification.text {
            let what =
                text!("通报批评与整改通知不能是同一选项", "circular and rectification cannot be the same choice");
            self.faults.push(Fault::new("same-choice", what).at(draft.rectification.place()));
        }
        let serial = self.field_of_type(&draft.serial, "integer", is_integer)?;
        let [number, facts, grounds, requirements, response] =
            draft.texts.each_ref().map(|word| self.field_of_type(word, "text", is_text));
        let [due, signed_for, rechecked, closed] =
            draft.dates.each_ref().map(|word| self.field_of_type(word, "date", |ty| *ty == FieldType::Date));
        Some(NoticeFields {
            ty,
            circular: draft.circular.text.clone(),
            rectification: draft.rectification.text.clone(),
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

    /// The fields in which records of this kind say what was accepted of others.
    fn inspects(&mut self, draft: &DraftInspectionFields) -> Option<InspectionFields> {
        Some(InspectionFields {
            record: self.field_of_type(&draft.record, "ref", |ty| matches!(ty, FieldType::Ref(None)))?,
            indicator: self.field_of_type(&draft.indicator, "text", is_text)?,
            claimed: self.field_of_type(&draft.claimed, "integer", is_integer)?,
            accepted: self.field_of_type(&draft.accepted, "integer", is_integer)?,
            reason: self.field_of_type(&draft.reason, "text", is_text)?,
            verdict: self.field_of_type(&draft.verdict, "choice", |ty| matches!(ty, FieldType::Choice(_)))?,
        })
    }

    fn double(&mut self, double: &DraftDouble) -> Double {
        let same = self.find_all(&double.same);
        let differ = self.find_all(&double.differ);
        Double { title: double.title.clone(), same, differ, across: double.across }
    }
}

/// One field whose names are looked up among all.
struct SiblingLookup<'a> {
    at: FieldNo,
    fields: &'a [Field],
    faults: &'a mut Vec<Fault>,
}

impl SiblingLookup<'_> {
    fn find(&mut self, word: &Word) -> Option<FieldNo> {
        let at = FieldLookup { fields: self.fields, faults: self.faults }.find(word)?;
        if at == self.at {
            self.faults.push(
                Fault::new("self-reference", text!("字段不能指自己", "a field cannot refer to itself"))
                    .at(word.place()),
            );
            return None;
        }
        Some(at)
    }

    fn value(&mut self, at: FieldNo, word: &Word) {
        let field = &self.fields[at];
        if !is_stored(field, word) {
            self.faults.push(value_fault(field, word));
        }
    }

    fn required(&mut self, required: &DraftRequirement) -> Requirement {
        let (field, value, make): (_, _, fn(FieldNo, String) -> Requirement) = match required {
            DraftRequirement::No => return Requirement::No,
            DraftRequirement::Always => return Requirement::Always,
            DraftRequirement::When(field, value) => (field, value, Requirement::When),
            DraftRequirement::Unless(field, value) => (field, value, Requirement::Unless),
        };
        let Some(at) = self.find(field) else { return Requirement::No };
        self.value(at, value);
        make(at, value.text.clone())
    }

    fn default(&mut self, field: &DraftField, links: &mut KindLinks) -> FieldDefault {
        if let Some(word) = &field.default {
            self.value(self.at, word);
            return FieldDefault::Value(word.text.clone());
        }
        let Some(word) = &field.default_from else { return FieldDefault::None };
        let Some((reference, other)) = word.text.split_once('.') else {
            let Some(from) = self.find(word) else { return FieldDefault::None };
            self.faults.extend(type_mismatch(&self.fields[self.at], &self.fields[from], word));
            return FieldDefault::Field(from);
        };
        let named = word.with_text(reference);
        let Some(from) = self.find(&named) else { return FieldDefault::None };
        if self.fields[from].ty.referred_kind().is_none() {
            let what = text!("{reference} 不指向某一类别的记录", "“{reference}” does not refer to records of one kind");
            self.faults.push(Fault::new("wrong-field-type", what).at(word.place()));
            return FieldDefault::None;
        }
        links.defaults.push((self.at, from, word.with_text(other)));
        FieldDefault::OfRef(from, other.to_owned())
    }

    fn after(&mut self, field: &DraftField) -> Option<FieldNo> {
        let word = field.after.as_ref()?;
        let at = self.find(word)?;
        if !matches!(field.ty, FieldType::Date) {
            let name = &field.name.text;
            let what = text!("{name} 不是日期，不能有 after", "“{name}” is not a date and cannot have “after”");
            self.faults.push(Fault::new("misplaced-key", what).of_field(name).at(word.place()));
        }
        FieldLookup { fields: self.fields, faults: self.faults }.date_field(word);
        Some(at)
    }
}

/// That one field's value cannot become another's: the types differ, and it is no date giving its month or year.
pub(super) fn type_mismatch(to: &Field, from: &Field, word: &Word) -> Option<Fault> {
    let fits = match (&to.ty, &from.ty) {
        (FieldType::Text, _)
        | (FieldType::Date | FieldType::Month | FieldType::Year, FieldType::Date)
        | (FieldType::Month | FieldType::Year, FieldType::Month) => true,
        (to, from) => to == from,
    };
    let to = &to.name;
    let from = &from.name;
    let what =
        text!("{to} 与 {from} 类型不合，不能取其值", "“{to}” cannot take the value of “{from}”: their types differ");
    (!fits).then(|| Fault::new("wrong-field-type", what).of_field(to).at(word.place()))
}
