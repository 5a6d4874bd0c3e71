//! Where a county's ledgers are, and their bytes.

use super::County;
use crate::base::day::Year;
use crate::base::fault::{Faults, Result};
use crate::base::number::Numbered as _;
use crate::base::paths::DataPath;
use crate::check::settings::no_township;
use crate::ledger::{AsOf, Source, repair, walk};
use crate::schema::kind::Kind;
use crate::schema::township::TownshipNo;
use std::collections::HashMap;

/// Where one ledger is.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    /// Its path in the data directory.
    pub path: String,
    /// Its township.
    pub township: TownshipNo,
    /// Its year.
    pub year: Year,
    /// Its kind's id.
    pub kind: String,
}

impl Ledger {
    /// The ledger of a kind and a year of the township `id`, whose number is `township`.
    #[must_use]
    pub(crate) fn of(id: &str, township: TownshipNo, year: Year, kind: &Kind) -> Ledger {
        let path = DataPath::Ledger { township: id, year, kind: &kind.id }.to_string();
        Ledger { path, township, year, kind: kind.id.clone() }
    }

    /// Its bytes as a source.
    #[must_use]
    pub(crate) fn source<'a>(&'a self, kind: &'a Kind, bytes: &'a [u8]) -> Source<'a> {
        Source { file: &self.path, kind, year: self.year, bytes }
    }
}

impl County<'_> {
    /// A ledger's bytes, into a buffer whose room is used again.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn read_ledger(&self, ledger: &Ledger, kind: &Kind, buffer: &mut Vec<u8>) -> Result<()> {
        self.snapshot.read_into(&ledger.path, buffer)?;
        if self.as_closed
            && walk(ledger.source(kind, buffer), AsOf::LATEST, |_, _| Ok(())).is_err()
            && let Some(repaired) = repair(ledger.source(kind, buffer))
        {
            *buffer = repaired.bytes;
        }
        Ok(())
    }

    /// All ledgers that stand in folders of townships, by path.
    ///
    /// # Errors
    /// A ledger of a township that has no `township.toml`.
    pub(crate) fn ledgers(&self) -> Result<Vec<Ledger>> {
        let numbers: HashMap<&str, TownshipNo> =
            self.in_order().iter().numbered().map(|(at, township)| (township.id.as_str(), at)).collect();
        let mut all = Vec::new();
        let mut faults = Vec::new();
        for path in self.snapshot.ledgers()? {
            let Some(DataPath::Ledger { township: id, year, kind }) = DataPath::parse(path) else { continue };
            match numbers.get(id) {
                Some(&township) => all.push(Ledger { path: path.to_owned(), township, year, kind: kind.to_owned() }),
                None if self.as_closed => {}
                None => faults.push(no_township(id, path)),
            }
        }
        Faults::unless(faults, || all)
    }

    /// The ledgers of one kind that a township has, of one year or of all, by year.
    ///
    /// # Errors
    /// Its folder cannot be read.
    pub(crate) fn ledgers_of(&self, township: TownshipNo, kind: &Kind, only: Option<Year>) -> Result<Vec<Ledger>> {
        let Some(id) = self.in_order().get(township.index()).map(|township| &township.id) else {
            return Ok(Vec::new());
        };
        let ledger = |year| Ledger::of(id, township, year, kind);
        if let Some(year) = only {
            return Ok([ledger(year)].into_iter().filter(|ledger| self.snapshot.has(&ledger.path)).collect());
        }
        let year = |path: &String| match DataPath::parse(path) {
            Some(DataPath::Ledger { year, kind: of, .. }) if of == kind.id => Some(year),
            _ => None,
        };
        Ok(self.snapshot.ledgers_of(id)?.iter().filter_map(year).map(ledger).collect())
    }
}
