//! Which records of a kind are asked for, found and put in order.

use super::County;
use super::entry::EntryReader;
use super::fields::{conditions, field_names, field_of};
use super::search::Search;
use crate::base::day::Day;
use crate::base::fault::{Fault, Result};
use crate::base::fuzzy::fold;
use crate::base::id::Id;
use crate::base::text::Text;
use crate::base::unseen::cells_look_alike;
use crate::ledger::excerpt::{ExcerptPlace, Excerpts};
use crate::ledger::{AsOf, IdMap, Row, select_records};
use crate::report::records::ListScope;
use crate::schema::kind::{FieldNo, FieldType, Kind};
use crate::schema::record::{RecordState, Revision, decimal};
use crate::schema::township::TownshipNo;
use std::cmp::Ordering;
use std::ops::ControlFlow;

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
    pub(crate) fn select(&self, search: &Search<'_>, kind: &Kind, at: AsOf) -> Result<Vec<SelectedRecord>> {
        search.each(
            |ledger| ledger.kind == kind.id && self.township.is_none_or(|township| township == ledger.township),
            |ledger, source| {
                let township = ledger.township;
                let all = select_records(source, at, |row| self.holds(row))?.into_iter();
                Ok(all.map(|(revision, _)| SelectedRecord { township, revision }).collect())
            },
        )
    }

    /// The same, kept as the bytes that they are.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn find(&self, search: &Search<'_>, kind: &Kind, at: AsOf) -> Result<FoundRecords> {
        let taken = search.take_each(
            |ledger| ledger.kind == kind.id && self.township.is_none_or(|township| township == ledger.township),
            |ledger, whole| {
                let mut scope = ListScope::none(kind);
                // Where the first revision does not stand, when it was entered is needed again.
                let mut first = IdMap::default();
                let (excerpt, kept) = whole.excerpt(at, |row, stands| {
                    if row.rev == 1 && !stands {
                        first.insert(row.id, row.entered_at);
                    }
                    if !stands || !self.holds(row) {
                        return None;
                    }
                    scope.take(row);
                    let entered = first.get(&row.id).copied().unwrap_or(row.entered_at);
                    Some(FoundKey { date: row.date, township: ledger.township, id: row.id, entered: entered.seconds })
                })?;
                Ok((scope, excerpt, kept))
            },
        )?;
        let mut found = FoundRecords::none(kind);
        found.keys.reserve_exact(taken.iter().map(|(_, (_, _, kept))| kept.len()).sum());
        for (ledger, (scope, excerpt, kept)) in taken {
            found.scope.merge(&scope);
            let at = found.excerpts.add(excerpt);
            found.townships.push(ledger.township);
            found.keys.extend(kept.into_iter().map(|(key, row)| (key, at.row(row))));
        }
        Ok(found)
    }

    fn holds(&self, row: &Row<'_>) -> bool {
        (self.void || row.state == RecordState::Live)
            && self.days.holds(row.date)
            && self.conditions.iter().all(|(field, value)| cells_look_alike(row.cell(*field), value.as_bytes()))
    }
}

/// What records are sorted by, and what is asked of each before its row is read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FoundKey {
    /// The day for which it counts.
    pub date: Day,
    /// Its township.
    pub township: TownshipNo,
    /// The record.
    pub id: Id,
    /// When it entered its ledger, in seconds.
    pub entered: i64,
}

/// Records that were found, as bytes, with what is shown of them.
pub(crate) struct FoundRecords {
    /// Their rows; the order is still to be made.
    pub excerpts: Excerpts,
    /// The township of each excerpt.
    pub townships: Vec<TownshipNo>,
    /// Each record, in order.
    pub keys: Vec<(FoundKey, ExcerptPlace)>,
    /// What their fields hold.
    pub scope: ListScope,
}

impl FoundRecords {
    fn none(kind: &Kind) -> FoundRecords {
        FoundRecords {
            excerpts: Excerpts::none(kind),
            townships: Vec::new(),
            keys: Vec::new(),
            scope: ListScope::none(kind),
        }
    }

    /// By date, then township, then id, unless told otherwise (`FIELD`, or `-FIELD` from the end); an empty value comes
    /// last.
    ///
    /// # Errors
    /// There is no such field.
    pub(crate) fn sort(&mut self, by: Option<&str>) -> Result<()> {
        self.keys.sort_unstable();
        let Some(by) = by else { return Ok(()) };
        let (name, backwards) = by.strip_prefix('-').map_or((by, false), |name| (name, true));
        let township = Text::new("填报单位", "township");
        if [&township.zh, &township.en].into_iter().any(|known| *known == fold(name)) {
            self.keys.sort_by(|(one, _), (other, _)| in_direction(one.township.cmp(&other.township), backwards));
            return Ok(());
        }
        let kind = &self.excerpts.kind;
        let Some(at) = field_of(kind, name) else {
            let names = field_names(kind);
            return Fault::usage("unknown-field", text!("没有字段“{name}”", "unknown field “{name}”"))
                .hint(text!("可用：township、{names}", "choose from: township, {names}", names))
                .fail();
        };
        let ty = kind.fields[at].ty.clone();
        let places: Vec<ExcerptPlace> = self.keys.iter().map(|(_, place)| *place).collect();
        let mut values: Vec<(Box<str>, u32)> = Vec::with_capacity(places.len());
        self.excerpts.order = places;
        let _ = self.excerpts.each(|number, _, row| {
            let number = u32::try_from(number).expect("no memory holds so many records");
            values.push((String::from_utf8_lossy(row.cell(at)).into(), number));
            ControlFlow::Continue(())
        });
        values.sort_by(|(one, _), (other, _)| {
            one.is_empty().cmp(&other.is_empty()).then_with(|| in_direction(compare(&ty, one, other), backwards))
        });
        self.keys = values.into_iter().map(|(_, number)| self.keys[number as usize]).collect();
        Ok(())
    }
}

const fn in_direction(order: Ordering, backwards: bool) -> Ordering {
    if backwards { order.reverse() } else { order }
}

fn compare(ty: &FieldType, one: &str, other: &str) -> Ordering {
    if !ty.is_number() {
        return one.cmp(other);
    }
    let number = |value: &str| decimal(value.as_bytes(), ty.places());
    number(one).cmp(&number(other))
}
