//! What townships and records are called in what leaves the county and comes back: words that mean one thing only, ids
//! where there are none.

use super::County;
use super::search::Search;
use crate::base::day::Instant;
use crate::base::fault::Result;
use crate::base::fuzzy::fold;
use crate::base::id::is_prefix;
use crate::base::text::Text;
use crate::ledger::{AsOf, records};
use crate::schema::kind::{Field, FieldNo, FieldType, Kind};
use crate::schema::record::RecordState;
use crate::schema::township::TownshipNo;
use std::collections::{BTreeSet, HashMap};

/// One live record that may be referred to.
struct ReferableRecord {
    kind: String,
    township: TownshipNo,
    date: String,
    id: String,
    /// Its label, or its id where the label is none or means others too.
    word: String,
}

/// The words, looked up once.
pub(crate) struct UniqueLabels {
    /// By id.
    townships: HashMap<String, String>,
    /// In the order in which they are offered.
    records: Vec<ReferableRecord>,
    by_id: HashMap<String, usize>,
}

impl UniqueLabels {
    /// The words for all that the fields of `kinds` can refer to, as known at a time.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn load(search: &Search<'_>, kinds: &[&Kind], known: Option<Instant>) -> Result<UniqueLabels> {
        let fields = kinds.iter().flat_map(|kind| &kind.fields);
        let of: BTreeSet<&str> = fields.filter_map(|field| field.ty.referred_kind()).collect();
        let mut all: Vec<ReferableRecord> = search.each(
            |ledger| of.contains(ledger.kind.as_str()),
            |ledger, source| {
                let live =
                    records(source, AsOf::known(known))?.into_iter().filter(|record| record.state == RecordState::Live);
                Ok(live
                    .map(|record| ReferableRecord {
                        kind: ledger.kind.clone(),
                        township: ledger.township,
                        date: record.values[FieldNo::DATE].clone(),
                        id: record.id.to_string(),
                        word: record.label(source.kind),
                    })
                    .collect())
            },
        )?;
        all.sort_by(|a, b| (a.township, &a.date, &a.id).cmp(&(b.township, &b.date, &b.id)));
        unambiguous(&mut all);
        let by_id = all.iter().enumerate().map(|(at, known)| (known.id.clone(), at)).collect();
        Ok(UniqueLabels { townships: townships(search.county), records: all, by_id })
    }

    /// What a township is called.
    pub(crate) fn township(&self, id: &str) -> String {
        self.townships.get(id).map_or(id, String::as_str).to_owned()
    }

    /// What a field's value is called that names a township or a record; nothing for a record that does not stand or
    /// may be of any kind.
    pub(crate) fn of(&self, field: &Field, value: &str) -> Option<String> {
        if field.ty == FieldType::Township {
            return self.townships.get(value).cloned();
        }
        let of = field.ty.referred_kind()?;
        let known = self.by_id.get(value).and_then(|&at| self.records.get(at))?;
        (of == known.kind && !known.word.is_empty()).then(|| known.word.clone())
    }

    /// All words that a field can take that names a township or a record.
    pub(crate) fn list(&self, field: &Field, county: &County<'_>) -> Vec<Text> {
        if field.ty == FieldType::Township {
            return county.in_order().iter().map(|township| Text::same(self.township(&township.id))).collect();
        }
        let of = field.ty.referred_kind();
        let known = self.records.iter().filter(|known| of == Some(known.kind.as_str()));
        known.map(|known| Text::same(&known.word)).collect()
    }
}

/// Puts ids in place of words that mean several records, or could be read as an id.
fn unambiguous(all: &mut [ReferableRecord]) {
    let mut count: HashMap<(String, String), usize> = HashMap::new();
    for known in all.iter() {
        *count.entry((known.kind.clone(), fold(&known.word))).or_default() += 1;
    }
    for known in all {
        let several = count.get(&(known.kind.clone(), fold(&known.word))).is_some_and(|count| *count > 1);
        if several || known.word.is_empty() || is_prefix(&known.word) {
            known.word.clone_from(&known.id);
        }
    }
}

/// Names by id; the id itself where a name means another township too.
fn townships(county: &County<'_>) -> HashMap<String, String> {
    let word = |id: &str, name: &str| match county.townships.find(name) {
        Ok(found) if found.id == id => name.to_owned(),
        Ok(_) | Err(_) => id.to_owned(),
    };
    county.in_order().iter().map(|township| (township.id.clone(), word(&township.id, &township.name))).collect()
}
