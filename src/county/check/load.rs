//! Everything but the ledgers, read for a check: what is wrong with one file hides nothing of the others.

use crate::base::config::unseen_words;
use crate::base::day::{Instant, Year};
use crate::base::fault::{Fault, Faults, Result};
use crate::base::paths::{DataPath, SETTINGS};
use crate::check::{CheckRules, CheckTarget, KindNo, settings};
use crate::county::files::text_of;
use crate::county::settings::Settings;
use crate::figures::closing::Closing;
use crate::schema::calendar::Calendar;
use crate::schema::kind::load::Kinds;
use crate::schema::plan::Plan;
use crate::schema::township::Township;
use crate::store::Snapshot;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What could be read, and what is wrong.
pub(crate) struct CheckInput {
    pub(crate) faults: Vec<Fault>,
    /// Those that could be read.
    pub(crate) townships: Vec<(Township, String, String)>,
    /// Ids and names of all that have a file, also a faulty one.
    names: HashMap<String, String>,
    kinds: Option<Kinds>,
    /// The holidays that could be read.
    calendar: Calendar,
    /// Ids of the kinds of which not all ledgers are among the sheets.
    pub(crate) unread: HashSet<String>,
    /// The ledgers of known kinds.
    pub(crate) sheets: Vec<CheckTarget>,
    clock: Instant,
}

impl CheckInput {
    /// Reads all but the ledgers, of which some more are `planned`.
    pub(crate) fn load<'p>(
        snapshot: &'p Snapshot,
        planned: impl IntoIterator<Item = &'p str>,
        clock: Instant,
    ) -> CheckInput {
        let mut loaded = CheckInput {
            faults: Vec::new(),
            townships: Vec::new(),
            names: HashMap::new(),
            kinds: None,
            calendar: Calendar::default(),
            unread: HashSet::new(),
            sheets: Vec::new(),
            clock,
        };
        let settings = text_of(snapshot, SETTINGS).and_then(|text| Settings::load(SETTINGS, &text));
        loaded.keep_faults(settings);
        loaded.townships(snapshot);
        loaded.kinds(snapshot);
        loaded.holidays(snapshot);
        loaded.plans(snapshot);
        loaded.closings(snapshot);
        loaded.unseen_words(snapshot);
        loaded.sheets(snapshot, planned);
        loaded.faults.extend(snapshot.strays().map(settings::stray_file));
        loaded
    }

    /// The rules for the ledgers.
    pub(crate) fn rules(&self) -> CheckRules<'_> {
        CheckRules::new(self.kinds.iter().flatten(), self.names.clone(), self.clock)
    }

    fn keep_faults<T>(&mut self, read: Result<T>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(Faults(faults)) => {
                self.faults.extend(faults);
                None
            }
        }
    }

    fn townships(&mut self, snapshot: &Snapshot) {
        for path in snapshot.settings() {
            let Some(DataPath::Township { id }) = DataPath::parse(path) else { continue };
            self.names.insert(id.to_owned(), id.to_owned());
            let read = text_of(snapshot, path).and_then(|text| Ok((Township::load(id, path, &text)?, text)));
            if let Some((township, text)) = self.keep_faults(read) {
                self.names.insert(id.to_owned(), township.name.clone());
                self.townships.push((township, path.to_owned(), text));
            }
        }
        self.faults.extend(settings::duplicate_names(&self.townships));
    }

    /// Kinds, without the county's files that are faulty; their ledgers are then not checked.
    fn kinds(&mut self, snapshot: &Snapshot) {
        let mut files = Vec::new();
        for path in snapshot.settings() {
            let Some(DataPath::Kind { id }) = DataPath::parse(path) else { continue };
            match self.keep_faults(text_of(snapshot, path)) {
                Some(text) => files.push((path.to_owned(), text)),
                None => drop(self.unread.insert(id.to_owned())),
            }
        }
        loop {
            let faults = match Kinds::load(&files, None) {
                Ok(kinds) => {
                    self.faults.extend(kinds.iter().filter_map(settings::kept_from_lasting));
                    self.kinds = Some(kinds);
                    return;
                }
                Err(Faults(faults)) => faults,
            };
            let to_leave: HashSet<String> =
                faults.iter().filter_map(|fault| Some(fault.place.as_ref()?.file.clone())).collect();
            self.faults.extend(faults);
            let before = files.len();
            files.retain(|(path, _)| !to_leave.contains(path));
            self.unread.extend(to_leave.iter().filter_map(|path| kind_of(path)));
            if files.len() == before {
                return;
            }
        }
    }

    /// Words with characters that nobody sees, in all that people write by hand.
    fn unseen_words(&mut self, snapshot: &Snapshot) {
        let is_closing = |path: &str| matches!(DataPath::parse(path), Some(DataPath::Closing { .. }));
        for path in snapshot.settings().filter(|path| !is_closing(path)).chain([SETTINGS]) {
            // What cannot be read has been told.
            self.faults.extend(text_of(snapshot, path).map_or_else(|_| Vec::new(), |text| unseen_words(path, &text)));
        }
    }

    /// Holidays, each file by itself: one that cannot be opened hides nothing of the others.
    fn holidays(&mut self, snapshot: &Snapshot) {
        for path in snapshot.settings().filter(|path| matches!(DataPath::parse(path), Some(DataPath::Holidays { .. })))
        {
            let read = text_of(snapshot, path).and_then(|text| self.calendar.add(path, &text));
            self.keep_faults(read);
        }
    }

    fn plans(&mut self, snapshot: &Snapshot) {
        let mut ids: Vec<String> = self.names.keys().cloned().collect();
        ids.sort();
        let mut versions: BTreeMap<(Year, u32), Plan> = BTreeMap::new();
        let mut named: BTreeMap<(Year, u32), &str> = BTreeMap::new();
        for path in snapshot.settings() {
            let Some(DataPath::Plan { year, version }) = DataPath::parse(path) else { continue };
            // One that cannot be read is a version too.
            named.insert((year, version), path);
            let Some(text) = self.keep_faults(text_of(snapshot, path)) else { continue };
            let Some(draft) = self.keep_faults(Plan::read(path, &text)) else { continue };
            versions.insert((year, version), draft.clone().into_unchecked());
            // Against kinds that are themselves faulty a plan cannot be checked.
            let (Some(kinds), true) = (&self.kinds, self.unread.is_empty()) else { continue };
            let checked = draft.check(kinds);
            if let Some(plan) = self.keep_faults(checked) {
                if year != plan.year {
                    self.faults.push(settings::misnamed_plan(path, plan.year));
                }
                self.faults.extend(settings::check_shares(&plan, path, &text, &ids));
                let unknown = self.calendar.unknown_years(&plan);
                self.faults.extend(unknown.into_iter().map(|year| settings::unknown_holidays(path, year)));
            }
        }
        self.faults.extend(settings::check_versions(&named, &versions));
    }

    /// Closings, and the plans that each froze against those that stand.
    fn closings(&mut self, snapshot: &Snapshot) {
        let is_closing = |path: &&str| matches!(DataPath::parse(path), Some(DataPath::Closing { .. }));
        for path in snapshot.settings().filter(is_closing) {
            let Some(text) = self.keep_faults(text_of(snapshot, path)) else { continue };
            let Some(closing) = self.keep_faults(Closing::read(path, &text)) else { continue };
            self.faults.extend(settings::future_closing(path, closing.head.closed_at, self.clock));
            if !closing.intact {
                self.faults.push(settings::edited_closing(path));
            }
            let (file, frozen) = &closing.plan;
            let Some(kinds) = self.kinds.as_ref().filter(|_| closing.intact) else { continue };
            // A plan that cannot be read has been told of.
            let Ok(was) = Plan::load(file, frozen, kinds) else { continue };
            match text_of(snapshot, file).and_then(|text| Plan::load(file, &text, kinds)) {
                Ok(stands) if was.asks_the_same(&stands) => {}
                Ok(_) => self.faults.push(settings::edited_plan(file, was.year, path)),
                Err(_) if !snapshot.has(file) => self.faults.push(settings::lost_plan(file, path)),
                Err(_) => {}
            }
        }
    }

    fn sheets<'p>(&mut self, snapshot: &'p Snapshot, planned: impl IntoIterator<Item = &'p str>) {
        let mut homeless: BTreeMap<&str, &str> = BTreeMap::new();
        let Some(ledgers) = self.keep_faults(snapshot.ledgers()) else { return };
        let ledgers: BTreeSet<&str> = ledgers.chain(planned).collect();
        for path in ledgers {
            let Some(DataPath::Ledger { township, year, kind }) = DataPath::parse(path) else { continue };
            if !self.names.contains_key(township) {
                homeless.entry(township).or_insert(path);
            }
            let known = self.kinds.iter().flatten().position(|known| known.id == kind).map(KindNo::from);
            match (known, &self.kinds) {
                // Also a built-in kind to which a faulty file adds fields.
                _ if self.unread.contains(kind) => {}
                (Some(at), _) => {
                    let path = path.to_owned();
                    let township = township.to_owned();
                    self.sheets.push(CheckTarget { path, township, year, kind: at });
                }
                (None, Some(kinds)) => {
                    self.faults.push(settings::no_kind(kind, path, kinds.ids()));
                }
                (None, None) => {}
            }
        }
        self.faults.extend(homeless.into_iter().map(|(id, path)| settings::no_township(id, path)));
    }
}

/// The id of the kind that a file of the county's describes, or a ledger is of.
pub(crate) fn kind_of(path: &str) -> Option<String> {
    match DataPath::parse(path)? {
        DataPath::Kind { id } | DataPath::Ledger { kind: id, .. } => Some(id.to_owned()),
        DataPath::Settings
        | DataPath::Plan { .. }
        | DataPath::Holidays { .. }
        | DataPath::Closing { .. }
        | DataPath::Township { .. } => None,
    }
}
