//! A record of which only the place was kept, read again to be told of.

use crate::base::fault::Place;
use crate::base::id::Id;
use crate::base::text::Text;
use crate::check::facts::RowSite;
use crate::check::rules::{CheckRules, CheckTarget};
use crate::ledger::{Cells, RepairedLedger, columns, repair};
use crate::schema::kind::FieldNo;
use std::collections::{HashMap, HashSet};

/// Ledgers kept for records that will be told of: no more bytes than these.
const ROOM: usize = 64 << 20;

/// What is told of a record.
#[derive(Clone, Debug)]
pub(super) struct ShownRecord {
    pub(super) id: Id,
    pub(super) label: Text,
    pub(super) place: Place,
    /// Its township's name.
    township: String,
}

impl ShownRecord {
    /// Which record it is: id, township, what it is called, and where.
    pub(super) fn words(&self) -> Text {
        let id = self.id;
        let township = &self.township;
        let label = &self.label;
        let place = self.place_words();
        text!("{id}（{township} {label}，{place}）", "{id} ({township} {label}, {place})", label)
    }

    /// File and line.
    pub(super) fn place_words(&self) -> String {
        format!("{}:{}", self.place.file, self.place.line)
    }
}

/// Reads records again.
pub(super) struct RecordReader<'a> {
    rules: &'a CheckRules<'a>,
    sheets: &'a [CheckTarget],
    repairable: &'a HashSet<u32>,
    bytes: &'a mut dyn FnMut(&str) -> Option<Vec<u8>>,
    kept: HashMap<u32, CachedLedger>,
    size: usize,
}

enum CachedLedger {
    Whole(Vec<u8>),
    Restored(RepairedLedger),
}

impl CachedLedger {
    fn bytes(&self) -> &[u8] {
        match self {
            CachedLedger::Whole(bytes) => bytes,
            CachedLedger::Restored(repaired) => &repaired.bytes,
        }
    }
}

impl<'a> RecordReader<'a> {
    pub(super) fn new(
        rules: &'a CheckRules<'a>,
        sheets: &'a [CheckTarget],
        repairable: &'a HashSet<u32>,
        bytes: &'a mut dyn FnMut(&str) -> Option<Vec<u8>>,
    ) -> RecordReader<'a> {
        RecordReader { rules, sheets, repairable, bytes, kept: HashMap::new(), size: 0 }
    }

    /// The record at a site; its place is that of a field, or of the row. None if its ledger has gone away meanwhile.
    pub(super) fn read(&mut self, site: RowSite, field: Option<FieldNo>) -> Option<ShownRecord> {
        let sheet = self.sheets.get(site.sheet as usize)?;
        self.cache(site.sheet, sheet)?;
        let kept = self.kept.get(&site.sheet)?;
        let source = self.rules.source(sheet, kept.bytes());
        let columns = columns(source).ok()?;
        let mut cells = Cells::default();
        let at = site.at as usize;
        let rest = source.bytes.get(at..)?;
        let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
        let row = columns.row(source, at, line, &mut cells).ok()?;
        let mut place = field.map_or_else(|| row.place(), |field| row.place_of(field));
        if let CachedLedger::Restored(repaired) = kept {
            place.line = repaired.line_as_it_was(place.line);
        }
        let township = self.rules.township_name(&sheet.township).to_owned();
        Some(ShownRecord { id: row.id, label: row.revision().display_label(source.kind), place, township })
    }

    fn cache(&mut self, number: u32, sheet: &CheckTarget) -> Option<()> {
        if self.kept.contains_key(&number) {
            return Some(());
        }
        let bytes = (self.bytes)(&sheet.path)?;
        if self.size > ROOM {
            self.kept.clear();
            self.size = 0;
        }
        self.size += bytes.len();
        let kept = if self.repairable.contains(&number) {
            CachedLedger::Restored(repair(self.rules.source(sheet, &bytes))?)
        } else {
            CachedLedger::Whole(bytes)
        };
        self.kept.insert(number, kept);
        Some(())
    }
}
