//! A county in use: open it, search it, count it, take in sheets, draft a change. Knows no clap: what was asked comes as
//! values, what comes of it goes back to the verbs.

pub(crate) mod acceptance;
pub(crate) mod additions;
pub(crate) mod batches;
pub(crate) mod changes;
pub(crate) mod check;
pub(crate) mod clock;
pub(crate) mod closing;
pub(crate) mod closings;
pub(crate) mod corrections;
pub(crate) mod counting;
pub(crate) mod coverage;
pub(crate) mod deadlines;
pub(crate) mod draft;
pub(crate) mod entry;
pub(crate) mod evidence;
pub(crate) mod export;
pub(crate) mod fields;
pub(crate) mod files;
mod first_records;
pub(crate) mod handover;
pub(crate) mod inspections;
pub(crate) mod intake;
pub(crate) mod labels;
pub(crate) mod late;
pub(crate) mod ledgers;
pub(crate) mod listing;
pub(crate) mod merge;
pub(crate) mod milestones;
pub(crate) mod monthly_reports;
pub(crate) mod notices;
pub(crate) mod plan_edits;
pub(crate) mod plans;
pub(crate) mod provenance;
pub(crate) mod sample;
pub(crate) mod search;
pub(crate) mod selection;
pub(crate) mod settings;
pub(crate) mod skipped;
pub(crate) mod submissions;
pub(crate) mod supervision;
pub(crate) mod view;

use crate::base::day::{Day, Month};
use crate::base::fault::Result;
use crate::base::paths::SETTINGS;
use crate::schema::calendar::Calendar;
use crate::schema::kind::load::Kinds;
use crate::schema::parse;
use crate::schema::township::{Township, TownshipNo, Townships};
use crate::store::Snapshot;
use files::{PlanFiles, holiday_files, kind_files, read_townships, text_of};
use first_records::FirstRecords;
use settings::Settings;
use std::sync::OnceLock;

/// A county: its settings and townships read, the rest on demand, and once.
#[derive(Debug)]
pub(crate) struct County<'s> {
    /// The files.
    pub snapshot: &'s Snapshot,
    /// How many threads may read at once.
    pub threads: usize,
    /// What `culture.toml` says.
    pub settings: Settings,
    /// In the bureau's order.
    pub townships: Townships,
    plans: PlanFiles,
    /// The townships are those of a closing: ledgers of others are passed over, and format is restored where it can be.
    as_closed: bool,
    /// What is shown is for the public.
    pub public: bool,
    kinds: OnceLock<Kinds>,
    calendar: OnceLock<Calendar>,
    /// Of the ledgers that were read whole.
    first_records: FirstRecords,
}

/// What `cell` keeps, loaded at first.
fn kept<T>(cell: &OnceLock<T>, load: impl FnOnce() -> Result<T>) -> Result<&T> {
    if let Some(kept) = cell.get() {
        return Ok(kept);
    }
    let loaded = load()?;
    Ok(cell.get_or_init(|| loaded))
}

impl<'s> County<'s> {
    /// Reads the settings and all townships.
    ///
    /// # Errors
    /// Whatever is wrong with them, all at once.
    pub(crate) fn load(snapshot: &'s Snapshot, threads: usize) -> Result<County<'s>> {
        let settings = Settings::load(SETTINGS, &text_of(snapshot, SETTINGS)?)?;
        let townships = Townships::new(read_townships(snapshot, threads)?);
        let plans = PlanFiles::of(snapshot);
        Ok(County {
            snapshot,
            threads,
            settings,
            townships,
            plans,
            as_closed: false,
            public: false,
            kinds: OnceLock::new(),
            calendar: OnceLock::new(),
            first_records: FirstRecords::default(),
        })
    }

    /// The county with the townships that it had when a month was closed.
    #[must_use]
    pub(crate) fn as_closed(&self, townships: &[Township]) -> County<'s> {
        County {
            snapshot: self.snapshot,
            threads: self.threads,
            settings: self.settings.clone(),
            townships: Townships::new(townships.to_vec()),
            plans: self.plans.clone(),
            as_closed: true,
            public: self.public,
            kinds: self.kinds.clone(),
            calendar: self.calendar.clone(),
            first_records: FirstRecords::default(),
        }
    }

    /// The county as the public may see it, if that is asked for: nothing personal is shown.
    #[must_use]
    pub(crate) fn seen_by(self, public: bool) -> County<'s> {
        let townships = if public { self.townships.for_public() } else { self.townships };
        County { public, townships, kinds: OnceLock::new(), ..self }
    }

    /// The townships as a slice, in order.
    #[must_use]
    pub(crate) fn in_order(&self) -> &[Township] {
        self.townships.iter().as_slice()
    }

    /// All kinds.
    ///
    /// # Errors
    /// Whatever is wrong with the county's own kinds.
    pub(crate) fn kinds(&self) -> Result<&Kinds> {
        kept(&self.kinds, || self.load_kinds(None))
    }

    /// The kinds named, and those that they need: so a command that needs few reads few.
    ///
    /// # Errors
    /// Whatever is wrong with the county's own kinds.
    pub(crate) fn kinds_named(&self, only: &[&str]) -> Result<Kinds> {
        self.load_kinds(Some(only))
    }

    fn load_kinds(&self, only: Option<&[&str]>) -> Result<Kinds> {
        let kinds = Kinds::load(&kind_files(self.snapshot)?, only)?;
        Ok(if self.public { kinds.for_public() } else { kinds })
    }

    /// The kinds that writing a record needs of which `word` says the kind.
    ///
    /// # Errors
    /// Whatever is wrong with them.
    pub(crate) fn kinds_to_write(&self, word: &str) -> Result<Kinds> {
        Kinds::load_to_write(&kind_files(self.snapshot)?, word)
    }

    /// The days of rest, as far as they are known.
    ///
    /// # Errors
    /// Whatever is wrong with the files of holidays.
    pub(crate) fn calendar(&self) -> Result<&Calendar> {
        kept(&self.calendar, || Calendar::load(&holiday_files(self.snapshot)?))
    }

    /// A township's number, by its id, its name or an alias.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub(crate) fn township_named(&self, word: &str) -> Result<TownshipNo> {
        let found = self.townships.find(word)?;
        let number = self.townships.number_of(&found.id);
        Ok(number.expect("a township that was found stands in the order"))
    }

    /// The same where one is named at all.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub(crate) fn township_asked(&self, word: Option<&str>) -> Result<Option<TownshipNo>> {
        word.map(|word| self.township_named(word)).transpose()
    }

    /// A township's name by its id.
    #[must_use]
    pub(crate) fn name_of(&self, id: &str) -> Option<String> {
        self.townships.get(id).map(|township| township.name.clone())
    }

    /// A day as people write it; without a year it is of the plan in force.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn parse_day(&self, text: &str, today: Day) -> Result<Day> {
        Ok(parse::day(text, today, self.implied_year(today))?)
    }

    /// A month as people write it; without a year it is of the plan in force.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn parse_month(&self, text: &str, today: Day) -> Result<Month> {
        Ok(parse::month(text, today, self.implied_year(today))?)
    }
}
