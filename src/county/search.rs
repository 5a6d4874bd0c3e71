//! Finding records: by the beginning of an id, by what people call them, by what refers to them. Searches the ledgers'
//! bytes on all cores; there is no index.

use super::County;
use super::ledgers::Ledger;
use crate::base::fault::{Fault, Faults, Result};
use crate::base::fuzzy::{fold, nearest};
use crate::base::id::{Id, is_prefix};
use crate::base::text::Text;
use crate::ledger::excerpt::WholeLedger;
use crate::ledger::revise::{RecordVersion, standing_versions};
use crate::ledger::{AsOf, Row, RowNeedles, Source, Timeline, ids_holding, records, revisions_of, walk};
use crate::schema::kind::load::Kinds;
use crate::schema::kind::{Field, FieldType, Kind};
use crate::schema::record::{RecordState, Revision};
use crate::store::{LedgerChunk, scan};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::RwLock;

/// A record and where it is kept.
#[derive(Clone, Debug)]
pub(crate) struct RecordMatch {
    /// Its ledger.
    pub ledger: Ledger,
    /// Every revision, in order.
    pub history: Vec<Revision>,
}

/// Where to look: a county's ledgers of known kinds.
#[derive(Debug)]
pub(crate) struct Search<'a> {
    /// The county.
    pub county: &'a County<'a>,
    /// Its kinds.
    pub kinds: &'a Kinds,
    /// Records that this command is about to write, by kind and by what they are called.
    pending: RwLock<HashMap<(String, String), Vec<RecordMatch>>>,
}

/// A part of a ledger that is looked through; the ledger by its place among those searched.
struct LedgerPart {
    ledger: usize,
    chunk: LedgerChunk,
}

impl County<'_> {
    /// A search over all ledgers.
    ///
    /// # Errors
    /// Whatever is wrong with the county's own kinds.
    pub(crate) fn search(&self) -> Result<Search<'_>> {
        Ok(Search::new(self, self.kinds()?))
    }
}

impl RecordMatch {
    /// The record as it stands.
    #[must_use]
    pub(crate) fn last(&self) -> &Revision {
        self.history.last().expect("a record that was found has a revision")
    }

    /// What holds of it from which day on; where it is void, what held before it was voided.
    #[must_use]
    pub(crate) fn timeline(&self) -> Timeline<RecordVersion> {
        standing_versions(&self.history).expect("a record that was found has a revision, of which the first is live")
    }
}

impl<'a> Search<'a> {
    /// A search over all ledgers.
    pub(crate) fn new(county: &'a County<'a>, kinds: &'a Kinds) -> Search<'a> {
        Search { county, kinds, pending: RwLock::default() }
    }

    /// Lets a record that is about to be written be found by what it is called.
    pub(crate) fn foresee(&self, kind: &Kind, ledger: &Ledger, revision: &Revision) {
        let found = RecordMatch { ledger: ledger.clone(), history: vec![revision.clone()] };
        let called = (kind.id.clone(), fold(&revision.label(kind)));
        self.pending.write().expect("no thread panics while it holds this").entry(called).or_default().push(found);
    }

    /// Looks into every ledger that `wanted` selects.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn each<T: Send>(
        &self,
        wanted: impl Fn(&Ledger) -> bool,
        look: impl Fn(&Ledger, Source<'_>) -> Result<Vec<T>> + Sync,
    ) -> Result<Vec<T>> {
        let ledgers = self.ledgers(wanted)?;
        let jobs: Vec<(usize, &Ledger)> = ledgers.iter().enumerate().collect();
        let found = scan(&jobs, self.county.threads, Vec::new, |found, &(at, ledger), buffer| {
            let kind = self.kind(ledger)?;
            self.county.snapshot.read_into(&ledger.path, buffer)?;
            self.county.first_records.take(&ledger.path, buffer)?;
            found.push((at, look(ledger, ledger.source(kind, buffer))?));
            Ok(())
        })?;
        let mut found: Vec<(usize, Vec<T>)> = found.into_iter().flatten().collect();
        found.sort_by_key(|(at, _)| *at);
        Ok(found.into_iter().flat_map(|(_, found)| found).collect())
    }

    /// Walks over every ledger that `wanted` selects, one after another, as [`walk`] does: for what is gathered in one
    /// place.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn walk_each(
        &self,
        wanted: impl Fn(&Ledger) -> bool,
        at: AsOf,
        mut each: impl FnMut(&Kind, &Row<'_>, bool),
    ) -> Result<()> {
        let mut buffer = Vec::new();
        let mut faults = Vec::new();
        for ledger in self.ledgers(wanted)? {
            let kind = self.kind(&ledger)?;
            let read = self.county.snapshot.read_into(&ledger.path, &mut buffer);
            let walked = read.and_then(|()| {
                self.county.first_records.take(&ledger.path, &buffer)?;
                walk(ledger.source(kind, &buffer), at, |row, stands| {
                    each(kind, row, stands);
                    Ok(())
                })
            });
            faults.extend(walked.err().into_iter().flat_map(|Faults(found)| found));
        }
        Faults::unless(faults, || ())
    }

    /// Takes in the bytes of every ledger that `wanted` selects, which then are `take`'s to keep. In the order of the
    /// ledgers' paths.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn take_each<T: Send>(
        &self,
        wanted: impl Fn(&Ledger) -> bool,
        take: impl Fn(&Ledger, WholeLedger<'_>) -> Result<T> + Sync,
    ) -> Result<Vec<(Ledger, T)>> {
        let ledgers = self.ledgers(wanted)?;
        let jobs: Vec<(usize, &Ledger)> = ledgers.iter().enumerate().collect();
        let taken = scan(&jobs, self.county.threads, Vec::new, |taken, &(at, ledger), _| {
            let kind = self.kind(ledger)?;
            let bytes = self.county.snapshot.read(&ledger.path)?;
            self.county.first_records.take(&ledger.path, &bytes)?;
            taken.push((at, take(ledger, WholeLedger { file: &ledger.path, kind, year: ledger.year, bytes })?));
            Ok(())
        })?;
        let mut taken: Vec<(usize, T)> = taken.into_iter().flatten().collect();
        taken.sort_by_key(|(at, _)| *at);
        Ok(taken.into_iter().map(|(at, taken)| (ledgers[at].clone(), taken)).collect())
    }

    fn ledgers(&self, wanted: impl Fn(&Ledger) -> bool) -> Result<Vec<Ledger>> {
        let known = |ledger: &Ledger| self.kinds.get(&ledger.kind).is_some() && wanted(ledger);
        Ok(self.county.ledgers()?.into_iter().filter(known).collect())
    }

    /// As [`Search::each`], for what can be found in a part of a ledger as well as in the whole: a large ledger is looked
    /// through by all threads. Gives what was found with the place of its ledger, in file order.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn in_parts<T: Send>(
        &self,
        ledgers: &[Ledger],
        look: impl Fn(Source<'_>) -> Result<Vec<T>> + Sync,
    ) -> Result<Vec<(usize, T)>> {
        let snapshot = self.county.snapshot;
        let mut parts = Vec::new();
        for (at, ledger) in ledgers.iter().enumerate() {
            let chunks = snapshot.chunks(&ledger.path);
            parts.extend(chunks.into_iter().map(|chunk| LedgerPart { ledger: at, chunk }));
        }
        let jobs: Vec<(usize, &LedgerPart)> = parts.iter().enumerate().collect();
        let found = scan(&jobs, self.county.threads, Vec::new, |found, &(number, part), buffer| {
            let ledger = &ledgers[part.ledger];
            let kind = self.kind(ledger)?;
            let bytes = snapshot.read_chunk(&ledger.path, part.chunk, buffer)?;
            found.push((number, look(ledger.source(kind, bytes))));
            Ok(())
        })?;
        let mut found: Vec<(usize, Result<Vec<T>>)> = found.into_iter().flatten().collect();
        found.sort_by_key(|(number, _)| *number);
        let mut all = Vec::new();
        let mut bad = Vec::new();
        for (number, seen) in found {
            let at = parts[number].ledger;
            match seen {
                Ok(seen) => all.extend(seen.into_iter().map(|seen| (at, seen))),
                Err(faults) if bad.last().is_none_or(|(last, _)| *last != at) => bad.push((at, faults)),
                Err(_) => {}
            }
        }
        let mut faults = Vec::new();
        for (at, Faults(in_part)) in bad {
            // Within a part lines are counted from its beginning: the whole ledger says where the fault is.
            let ledger = &ledgers[at];
            let kind = self.kind(ledger)?;
            let whole = snapshot.read(&ledger.path)?;
            faults.extend(look(ledger.source(kind, &whole)).err().map_or(in_part, |Faults(found)| found));
        }
        Faults::unless(faults, || all)
    }

    /// The kind of a ledger that was found.
    ///
    /// # Errors
    /// There is no such kind (never, for what was found here).
    pub(crate) fn kind(&self, ledger: &Ledger) -> Result<&'a Kind> {
        let id = &ledger.kind;
        self.kinds
            .get(id)
            .ok_or_else(|| Fault::new("unknown-kind", text!("没有台账类别“{id}”", "unknown kind “{id}”")).into())
    }

    /// The records whose id begins with `prefix`, of one kind or of any.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn beginning(&self, of: Option<&str>, prefix: &str) -> Result<Vec<RecordMatch>> {
        let ledgers = self.ledgers(|ledger| of.is_none_or(|kind| ledger.kind == kind))?;
        let rows = self.in_parts(&ledgers, |source| revisions_of(source, prefix))?;
        Ok(grouped(&ledgers, rows))
    }

    /// The one record whose id begins with `word`.
    ///
    /// # Errors
    /// There is none, or more than one: the candidates are named, never guessed between.
    pub(crate) fn by_id(&self, word: &str) -> Result<RecordMatch> {
        let word = word.trim().to_ascii_lowercase();
        if !is_prefix(&word) {
            return Fault::usage("unreadable-id", text!("“{word}”不是记录编号", "“{word}” is not a record id"))
                .hint(text!(
                    "编号是 12 个小写辅音字母，可只写开头几个；用 culture list 类别 查看",
                    "an id is twelve consonants (the first few are enough); list ids with culture list KIND"
                ))
                .fail();
        }
        self.only_match(self.beginning(None, &word)?, &word, None)
    }

    /// The id of the record of a kind (or any kind) that `word` means: the beginning of its id, or what it is called.
    ///
    /// # Errors
    /// None, or more than one: the candidates are named.
    pub(crate) fn reference(&self, of: Option<&str>, word: &str) -> Result<RecordMatch> {
        if is_prefix(word) {
            let found = self.beginning(of, word)?;
            if !found.is_empty() {
                return self.only_match(found, word, of);
            }
        }
        let Some(of) = of else { return self.by_id(word) };
        let mut named = self.called(of, word)?;
        let pending = self.pending.read().expect("no thread panics while it holds this");
        named.extend(pending.get(&(of.to_owned(), fold(word))).into_iter().flatten().cloned());
        self.only_match(named, word, Some(of))
    }

    /// The live records of a kind that are called so.
    fn called(&self, of: &str, word: &str) -> Result<Vec<RecordMatch>> {
        let wanted = fold(word);
        let needles = RowNeedles { words: pieces(word), ..RowNeedles::default() };
        self.each(
            |ledger| ledger.kind == of,
            |ledger, source| {
                let mut named = Vec::new();
                for id in ids_holding(source, &needles)? {
                    let history = revisions_of(source, &id.to_string())?;
                    let stands = history.last().is_some_and(|last| {
                        last.state == RecordState::Live && fold(&last.label(source.kind)) == wanted
                    });
                    if stands {
                        named.push(RecordMatch { ledger: ledger.clone(), history });
                    }
                }
                Ok(named)
            },
        )
    }

    fn only_match(&self, mut found: Vec<RecordMatch>, word: &str, of: Option<&str>) -> Result<RecordMatch> {
        if found.len() > 1 {
            let candidates: Vec<Text> = found.iter().take(8).map(|found| self.description(found)).collect();
            let list = Text::list(&candidates);
            let count = found.len();
            return Fault::usage(
                "ambiguous-record",
                text!("“{word}”可能指 {count} 条记录", "“{word}” is ambiguous: it matches {count} records"),
            )
            .hint(text!("请写明编号：{list}", "use the id: {list}", list))
            .fail();
        }
        match found.pop() {
            Some(found) => Ok(found),
            None => self.unknown(word, of),
        }
    }

    fn unknown<T>(&self, word: &str, of: Option<&str>) -> Result<T> {
        let Some(kind) = of.and_then(|of| self.kinds.get(of)) else {
            return Fault::usage(
                "unknown-record",
                text!("没有编号以“{word}”开头的记录", "no record id begins with “{word}”"),
            )
            .hint(text!("用 culture list 类别 查看编号", "list ids with culture list KIND"))
            .fail();
        };
        let labels = self.each(
            |ledger| ledger.kind == kind.id,
            |_, source| Ok(records(source, AsOf::LATEST)?.iter().map(|record| record.label(kind)).collect()),
        )?;
        let near: Vec<Text> = nearest(word, labels.iter().map(String::as_str), 3).into_iter().map(Text::same).collect();
        let title = &kind.title;
        let id = &kind.id;
        let list = Text::list(&near);
        let hint = if near.is_empty() {
            text!(
                "先登记它：culture add {id} …；或用 culture list {id} 查看",
                "add it first: culture add {id} …; or see culture list {id}"
            )
        } else {
            text!("相近的有：{list}；全部：culture list {id}", "similar: {list}; all: culture list {id}", list)
        };
        Fault::usage("unknown-record", text!("{title}中没有“{word}”", "no {title} record is called “{word}”", title))
            .hint(hint)
            .fail()
    }

    /// What a record is called where it must be told from others.
    #[must_use]
    pub(crate) fn description(&self, found: &RecordMatch) -> Text {
        let last = found.last();
        let kind = self.kinds.get(&found.ledger.kind).expect("what was found is of a kind that is known");
        let label = last.display_label(kind);
        let name = &self.county.in_order()[found.ledger.township].name;
        let date = last.values.first().map_or("", String::as_str);
        let said = |label: &str| {
            format!("{} {name} {date} {label}", last.id).replace("  ", " ").replace(&format!("{date} {date}"), date)
        };
        Text::owned(said(&label.zh), said(&label.en))
    }

    /// The live records that refer to a record.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn referring(&self, to: Id) -> Result<Vec<RecordMatch>> {
        Ok(self.referring_to(&HashSet::from([to]))?.into_iter().map(|(_, found)| found).collect())
    }

    /// The live records that refer to any of some records, each with the one that it refers to, in one pass.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn referring_to(&self, records: &HashSet<Id>) -> Result<Vec<(Id, RecordMatch)>> {
        let refers = |kind: &Kind| kind.fields.iter().any(|field| field.ty.is_reference());
        self.each(
            |ledger| self.kinds.get(&ledger.kind).is_some_and(refers),
            |ledger, source| {
                let mut found = Vec::new();
                for record in crate::ledger::records(source, AsOf::LATEST)? {
                    let cells = source.kind.fields.iter().zip(&record.values);
                    let to = cells
                        .filter(|(field, _)| field.ty.is_reference())
                        .find_map(|(_, cell)| Id::from_bytes(cell.as_bytes()).filter(|id| records.contains(id)));
                    if let Some(to) = to.filter(|to| *to != record.id && record.state == RecordState::Live) {
                        found.push((to, RecordMatch { ledger: ledger.clone(), history: vec![record] }));
                    }
                }
                Ok(found)
            },
        )
    }
}

/// What a row must hold that is called so, the longest first. A label can be made of several cells, a cell can be quoted
/// and its marks can be full width, but its Chinese characters stand there as they are.
fn pieces(word: &str) -> Vec<&str> {
    let ideographs = word.split(|c| !('\u{4e00}'..='\u{9fff}').contains(&c));
    let mut pieces: Vec<&str> = ideographs.filter(|piece| !piece.is_empty()).collect();
    if pieces.is_empty() {
        pieces = word.split(|c: char| c.is_whitespace() || c == '"').filter(|piece| !piece.is_empty()).collect();
    }
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
    pieces
}

/// What townships and records are called, each looked for once.
pub(crate) struct Labels<'a> {
    search: &'a Search<'a>,
    known: RefCell<HashMap<String, Option<Text>>>,
}

impl<'a> Labels<'a> {
    /// Nothing looked for yet.
    pub(crate) fn new(search: &'a Search<'a>) -> Labels<'a> {
        Labels { search, known: RefCell::default() }
    }

    /// What the township or the record is called that a field's value names. A record that is not there has no name.
    pub(crate) fn of(&self, field: &Field, value: &str) -> Option<Text> {
        let FieldType::Ref(of) = &field.ty else { return self.search.county.name_of(value).map(Text::same) };
        if let Some(known) = self.known.borrow().get(value) {
            return known.clone();
        }
        let found = self.search.beginning(of.as_deref(), value).ok().and_then(|mut found| found.pop());
        let label = found.and_then(|found| {
            let label = found.last().display_label(self.search.kinds.get(&found.ledger.kind)?);
            (!label.is_empty()).then_some(label)
        });
        self.known.borrow_mut().insert(value.to_owned(), label.clone());
        label
    }
}

/// Revisions of several records, each with the place of its ledger and in file order, record by record.
fn grouped(ledgers: &[Ledger], revisions: Vec<(usize, Revision)>) -> Vec<RecordMatch> {
    let mut all: Vec<RecordMatch> = Vec::new();
    let mut indices: HashMap<(usize, Id), usize> = HashMap::new();
    for (at, revision) in revisions {
        let index = *indices.entry((at, revision.id)).or_insert(all.len());
        match all.get_mut(index) {
            Some(found) => found.history.push(revision),
            None => all.push(RecordMatch { ledger: ledgers[at].clone(), history: vec![revision] }),
        }
    }
    all
}
