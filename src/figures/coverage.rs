//! Coverage (覆盖情况): how often each township was reached in each of the ways that the plan names, and how often each
//! village or unit. A pure fold over ledgers' bytes; knows no disk.

use crate::base::day::{Day, Instant, Year};
use crate::base::fault::{Fault, Result};
use crate::base::fuzzy::fold;
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::figures::faults::{sum_too_large, unknown_township};
use crate::figures::tally::Provenance;
use crate::ledger::{AsOf, Row, Source, walk};
use crate::schema::kind::{FieldNo, Kind};
use crate::schema::plan::{Coverage, CoverageValueNo, Measure};
use crate::schema::record::{RecordState, decimal};
use crate::schema::township::{Township, TownshipNo};
use std::collections::{BTreeMap, HashMap};

/// What is to be read from which fields.
#[derive(Debug)]
pub struct CoverageRule<'a> {
    /// The kind of the records.
    pub kind: &'a Kind,
    /// The values that every township should have.
    pub values: &'a [String],
    /// The field that holds them.
    pub by: FieldNo,
    /// The field that names the township reached.
    pub host: Option<FieldNo>,
    /// The field that names the village or unit.
    pub village: FieldNo,
    /// The field that is summed; none where records are counted.
    pub sum: Option<FieldNo>,
    /// How many decimals the figures have.
    pub places: u8,
}

/// How often whom, in units of 10^-places.
#[derive(Clone, Debug, Default)]
pub struct CoverageCounts {
    /// By township and value.
    pub cells: BTreeMap<(TownshipNo, CoverageValueNo), i64>,
    /// By township and the name of the village or unit, folded.
    pub villages: BTreeMap<(TownshipNo, String), VillageCoverage>,
    /// What has none of the plan's values.
    pub outside: i64,
}

/// One village or unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VillageCoverage {
    /// Its name, as it was first written.
    pub name: String,
    /// How often, in units of 10^-places.
    pub done: i64,
    /// How many records.
    pub records: i64,
    /// When last.
    pub last: Day,
}

/// Which records count.
#[derive(Clone, Copy, Debug)]
pub struct CoverageQuery {
    /// Those dated in this year,
    pub year: Year,
    /// up to this day,
    pub as_of: Day,
    /// as they stand, or as known.
    pub known: Option<Instant>,
}

fn field_of(kind: &Kind, name: &str) -> std::result::Result<FieldNo, Fault> {
    let id = &kind.id;
    kind.field(name).ok_or_else(|| {
        Fault::new("unknown-field", text!("类别 {id} 没有字段 {name}", "kind “{id}” has no field “{name}”"))
            .of_field(name)
    })
}

impl<'a> CoverageRule<'a> {
    /// The fields that a plan names.
    ///
    /// # Errors
    /// One does not exist (never, once the plan is checked).
    pub fn new(coverage: &'a Coverage, kind: &'a Kind) -> Result<CoverageRule<'a>> {
        let sum = match &coverage.measure {
            Measure::Sum(name) => Some(field_of(kind, name)?),
            Measure::Count | Measure::People => None,
        };
        Ok(CoverageRule {
            kind,
            values: &coverage.values,
            by: field_of(kind, &coverage.by)?,
            host: coverage.host.as_deref().map(|host| field_of(kind, host)).transpose()?,
            village: field_of(kind, &coverage.place)?,
            sum,
            places: sum.map_or(0, |at| kind.fields[at].ty.places()),
        })
    }

    /// What one of the values is called.
    #[must_use]
    pub fn value_title(&self, value: CoverageValueNo) -> Text {
        let token = &self.values[value];
        let choice = self.kind.fields[self.by].choice(token);
        choice.map_or_else(|| Text::same(token), |choice| choice.title.clone())
    }

    /// What is counted: the field's title, else records.
    #[must_use]
    pub fn unit_title(&self) -> Text {
        self.sum.map_or(Text::new("条", "records"), |at| self.kind.fields[at].title.clone())
    }

    /// Whom the records of one ledger reached.
    ///
    /// # Errors
    /// Whatever is wrong with it; a host that is no township.
    pub fn count_ledger(
        &self,
        source: Source<'_>,
        ledger: TownshipNo,
        townships: &[Township],
        asked: CoverageQuery,
    ) -> Result<CoverageCounts> {
        let of_id: HashMap<&[u8], TownshipNo> =
            townships.iter().numbered().map(|(at, township)| (township.id.as_bytes(), at)).collect();
        let mut covered = CoverageCounts::default();
        walk(source, AsOf { known: asked.known, day: Some(asked.as_of) }, |row, stands| {
            let counts = stands && row.state == RecordState::Live;
            if !counts || row.date.year() != asked.year || row.date > asked.as_of {
                return Ok(());
            }
            let township = match self.host.map(|field| (field, row.cell(field))) {
                None | Some((_, [])) => ledger,
                Some((field, id)) => *of_id.get(id).ok_or_else(|| unknown_township(row, field))?,
            };
            self.count_row(&mut covered, row, township)
        })?;
        Ok(covered)
    }

    fn count_row(
        &self,
        covered: &mut CoverageCounts,
        row: &Row<'_>,
        township: TownshipNo,
    ) -> std::result::Result<(), Fault> {
        let done = match self.sum.map(|field| row.cell(field)) {
            None => 1,
            Some([]) => 0,
            Some(cell) => decimal(cell, self.places).ok_or_else(|| sum_too_large().at(row.place()))?,
        };
        let value =
            self.values.iter().position(|value| value.as_bytes() == row.cell(self.by)).map(CoverageValueNo::from);
        let sum = match value {
            None => &mut covered.outside,
            Some(value) => covered.cells.entry((township, value)).or_default(),
        };
        *sum = sum.checked_add(done).ok_or_else(sum_too_large)?;
        let name = String::from_utf8_lossy(row.cell(self.village));
        if value.is_some() && !name.is_empty() {
            let reached = VillageCoverage { name: name.to_string(), done, records: 1, last: row.date };
            covered.add_village((township, fold(&name)), reached)?;
        }
        Ok(())
    }
}

impl CoverageCounts {
    fn add_village(&mut self, place: (TownshipNo, String), more: VillageCoverage) -> std::result::Result<(), Fault> {
        match self.villages.get_mut(&place) {
            Some(reached) => {
                reached.done = reached.done.checked_add(more.done).ok_or_else(sum_too_large)?;
                reached.records += more.records;
                reached.last = reached.last.max(more.last);
            }
            None => {
                self.villages.insert(place, more);
            }
        }
        Ok(())
    }

    /// Takes in what another ledger holds.
    ///
    /// # Errors
    /// A sum is too large.
    pub fn merge(&mut self, other: CoverageCounts) -> Result<()> {
        for (cell, done) in other.cells {
            let sum = self.cells.entry(cell).or_default();
            *sum = sum.checked_add(done).ok_or_else(sum_too_large)?;
        }
        for (place, reached) in other.villages {
            self.add_village(place, reached)?;
        }
        self.outside = self.outside.checked_add(other.outside).ok_or_else(sum_too_large)?;
        Ok(())
    }

    /// How often a township was reached in one of the ways.
    #[must_use]
    pub fn cell(&self, township: TownshipNo, value: CoverageValueNo) -> i64 {
        self.cells.get(&(township, value)).copied().unwrap_or(0)
    }

    /// How often a township was reached in any of the ways.
    #[must_use]
    pub fn township_total(&self, township: TownshipNo) -> i64 {
        let from = self.cells.range((township, CoverageValueNo::from(0))..);
        from.take_while(|((of, _), _)| *of == township).map(|(_, done)| done).sum()
    }

    /// How often anyone was reached in one of the ways.
    #[must_use]
    pub fn value_total(&self, value: CoverageValueNo) -> i64 {
        self.cells.iter().filter(|((_, one), _)| *one == value).map(|(_, done)| done).sum()
    }

    /// A township's villages and units, the one reached most first, then by name.
    #[must_use]
    pub fn villages_of(&self, township: TownshipNo) -> Vec<&VillageCoverage> {
        let from = self.villages.range((township, String::new())..);
        let own = from.take_while(|((of, _), _)| *of == township);
        let mut places: Vec<&VillageCoverage> = own.map(|(_, reached)| reached).collect();
        places.sort_by_key(|reached| std::cmp::Reverse(reached.done));
        places
    }
}

/// For each township what a trace of a single indicator makes its figure on a day, and the whole of which that is a part.
#[must_use]
pub fn township_figures(traced: &Provenance, townships: usize, as_of: Day) -> Vec<(i64, i64)> {
    let mut parts = vec![(0, 0); townships];
    for one in traced.done.iter().filter(|one| one.days.contains(as_of)) {
        parts[one.township].0 += one.amount;
    }
    for one in traced.whole.iter().filter(|one| one.days.contains(as_of)) {
        parts[one.township].1 += one.amount;
    }
    parts
}
