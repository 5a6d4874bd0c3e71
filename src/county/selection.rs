//! Which records of a kind are asked for, found and put in order.

use super::County;
use super::entry::EntryReader;
use super::fields::{conditions, field_names, field_of};
use super::search::Search;
use crate::base::day::{Day, Instant};
use crate::base::fault::{Fault, Result};
use crate::base::fuzzy::fold;
use crate::base::text::Text;
use crate::base::unseen::cells_look_alike;
use crate::ledger::{Row, select_records};
use crate::schema::kind::{FieldNo, FieldType, Kind};
use crate::schema::record::{RecordState, Revision, decimal};
use crate::schema::township::TownshipNo;
use std::cmp::Ordering;

/// The days that records are asked for, as typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct DaysAsked {
    /// From this day.
    pub from: Option<String>,
    /// To this day, included.
    pub to: Option<String>,
    /// Of one month.
    pub month: Option<String>,
}

/// Days from one to another, as far as they are bounded.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DaySpan {
    from: Option<Day>,
    to: Option<Day>,
}

impl DaySpan {
    /// Reads the days that were asked for.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub(crate) fn read(county: &County<'_>, asked: &DaysAsked, today: Day) -> Result<DaySpan> {
        let day = |text: &Option<String>| text.as_ref().map(|text| county.parse_day(text, today)).transpose();
        let mut from = day(&asked.from)?;
        let mut to = day(&asked.to)?;
        if let Some(text) = &asked.month {
            let month = county.parse_month(text, today)?;
            from = Some(from.map_or(month.first(), |from| from.max(month.first())));
            to = Some(to.map_or(month.last(), |to| to.min(month.last())));
        }
        Ok(DaySpan { from, to })
    }

    /// Whether a day lies within.
    pub(crate) fn holds(&self, day: Day) -> bool {
        self.from.is_none_or(|from| day >= from) && self.to.is_none_or(|to| day <= to)
    }
}

/// Which records are asked for, as typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct SelectionAsked {
    /// Of when.
    pub days: DaysAsked,
    /// Conditions `FIELD=VALUE`.
    pub conditions: Vec<String>,
    /// Those that are void too.
    pub void: bool,
}

/// Which records of a kind are asked for.
pub(crate) struct RecordFilter {
    township: Option<TownshipNo>,
    days: DaySpan,
    conditions: Vec<(FieldNo, String)>,
    void: bool,
}

/// A record that was selected.
pub(crate) struct SelectedRecord {
    /// Its township.
    pub township: TownshipNo,
    /// The record, as it stands or as known.
    pub revision: Revision,
    /// When it entered its ledger.
    pub entered: Instant,
}

impl RecordFilter {
    /// Reads what was asked for.
    ///
    /// # Errors
    /// A part of it cannot be read.
    pub(crate) fn read(
        reader: &EntryReader<'_>,
        township: Option<TownshipNo>,
        asked: &SelectionAsked,
    ) -> Result<RecordFilter> {
        let days = DaySpan::read(reader.search.county, &asked.days, reader.today)?;
        let conditions = reader.with_frame(|frame| conditions(reader.kind, &asked.conditions, frame))?;
        Ok(RecordFilter { township, days, conditions, void: asked.void })
    }

    /// The records that are asked for, as they stand or as known, ledger by ledger.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn select(
        &self,
        search: &Search<'_>,
        kind: &Kind,
        known: Option<Instant>,
    ) -> Result<Vec<SelectedRecord>> {
        search.each(
            |ledger| ledger.kind == kind.id && self.township.is_none_or(|township| township == ledger.township),
            |ledger, source| {
                let township = ledger.township;
                let all = select_records(source, known, |row| self.holds(row))?.into_iter();
                Ok(all.map(|(revision, entered)| SelectedRecord { township, revision, entered }).collect())
            },
        )
    }

    fn holds(&self, row: &Row<'_>) -> bool {
        (self.void || row.state == RecordState::Live)
            && self.days.holds(row.date)
            && self.conditions.iter().all(|(field, value)| cells_look_alike(row.cell(*field), value.as_bytes()))
    }
}

/// By date, then township, then id, unless told otherwise (`FIELD`, or `-FIELD` from the end); an empty value comes last.
///
/// # Errors
/// There is no such field.
pub(crate) fn sort(kind: &Kind, found: &mut [SelectedRecord], by: Option<&str>) -> Result<()> {
    found.sort_by_key(|one| (one.revision.date(), one.township, one.revision.id));
    let Some(by) = by else { return Ok(()) };
    let (name, backwards) = by.strip_prefix('-').map_or((by, false), |name| (name, true));
    let township = Text::new("填报单位", "township");
    if [&township.zh, &township.en].into_iter().any(|known| *known == fold(name)) {
        found.sort_by(|a, b| if backwards { b.township.cmp(&a.township) } else { a.township.cmp(&b.township) });
        return Ok(());
    }
    let Some(at) = field_of(kind, name) else {
        let names = field_names(kind);
        return Fault::usage("unknown-field", text!("没有字段“{name}”", "unknown field “{name}”"))
            .hint(text!("可用：township、{names}", "choose from: township, {names}", names))
            .fail();
    };
    found.sort_by(|one, other| {
        let one = &one.revision.values[at];
        let other = &other.revision.values[at];
        let order = compare(&kind.fields[at].ty, one, other);
        one.is_empty().cmp(&other.is_empty()).then(if backwards { order.reverse() } else { order })
    });
    Ok(())
}

fn compare(ty: &FieldType, one: &str, other: &str) -> Ordering {
    if !ty.is_number() {
        return one.cmp(other);
    }
    let number = |value: &str| decimal(value.as_bytes(), ty.places());
    number(one).cmp(&number(other))
}
