//! Figures: a fold over ledgers' bytes that can be split over threads and merged. What to count is a [`CountSpec`], made
//! from the plan and its kinds; a [`Tally`] takes in ledgers; [`Figures`] come out. Knows no disk and no threads.

mod figures;
mod fold;
mod people;
#[cfg(test)]
pub(crate) mod tests;
mod trace;

pub use figures::{Figures, Filing};
pub use fold::Tally;
pub use trace::{Contribution, ContributionBasis, Provenance, RepeatAttendance, Trace, sum};

use crate::base::day::{Day, Instant, Year};
use crate::base::fault::{Fault, Result};
use crate::schema::kind::Kind;
use crate::schema::plan::{CountingSpan, Measure, Plan};
use crate::schema::township::Township;
use std::collections::HashMap;

/// What to count: a plan's indicators and deadlines over its kinds, for townships and days.
#[derive(Debug)]
pub struct CountSpec<'a> {
    year: Year,
    /// Its first day.
    first: Day,
    /// The days asked for, ascending, each once.
    days: Vec<Day>,
    known: Option<Instant>,
    /// Townships by id: their place in the bureau's order.
    townships: HashMap<&'a str, usize>,
    kinds: Vec<KindCount<'a>>,
    /// For each indicator how many decimals its figures have.
    places: Vec<u8>,
    /// For each indicator whether it is part of a whole.
    wholes: Vec<bool>,
    /// Where what was spent stands among the indicators' figures: each heading in order, then all.
    money: Option<usize>,
    /// For each indicator whether it counts people.
    people: Vec<bool>,
    /// The township whose records are counted by month, up to a day.
    by_month: Option<(usize, Day)>,
}

/// What is counted in the ledgers of one kind.
#[derive(Debug)]
struct KindCount<'a> {
    kind: &'a Kind,
    counters: Vec<Counter>,
    /// Where the kind is a roster whose people are counted.
    roster: Option<RosterFields>,
    arrangement: Option<FilingFields>,
    monthly: Option<FilingFields>,
}

/// How one indicator counts the records of its kind. Fields are indices, values canonical bytes.
#[derive(Debug)]
struct Counter {
    indicator: usize,
    filter: Vec<(usize, Vec<Vec<u8>>)>,
    done: Addend,
    whole: Option<(Addend, bool)>,
    span: CountingSpan,
    /// For a standing count, the field that ends it.
    end: Option<usize>,
}

/// What one record adds.
#[derive(Clone, Copy, Debug)]
enum Addend {
    /// One, in units of the indicator.
    One(i64),
    /// A field's value, times the scale that brings it to the indicator's units.
    Sum { field: usize, places: u8, scale: i64 },
    /// Its people; the field holds their number.
    People { heads: usize },
}

/// The fields of a roster.
#[derive(Debug)]
struct RosterFields {
    reference: usize,
    person: Vec<usize>,
    credit: Option<usize>,
}

/// The fields of what is handed in by a day.
#[derive(Debug)]
struct FilingFields {
    /// The plan's year, or the month reported.
    period: usize,
    returned: Option<usize>,
    zero: Option<usize>,
}

/// What a plan needs was not given: a kind, or a field of one.
fn missing_field(kind: &str, field: &str) -> Fault {
    Fault::new(
        "unknown-field",
        text!(
            "实施方案用到的台账类别“{kind}”或其字段“{field}”不存在",
            "the plan uses kind “{kind}” and field “{field}”, which do not exist"
        ),
    )
    .of_field(field)
    .hint(text!("运行 culture kinds 查看有哪些类别和字段", "list kinds and fields with culture kinds"))
}

impl<'a> CountSpec<'a> {
    /// Puts a plan, its kinds and the townships together. `days`: the days at which townships' figures are wanted.
    ///
    /// # Errors
    /// A kind or a field that the plan names and that does not exist.
    pub fn new(
        plan: &Plan,
        kinds: impl Fn(&str) -> Option<&'a Kind>,
        townships: &'a [Township],
        days: impl IntoIterator<Item = Day>,
        known: Option<Instant>,
    ) -> Result<CountSpec<'a>> {
        let mut days: Vec<Day> = days.into_iter().collect();
        days.sort();
        days.dedup();
        let mut count = CountSpec {
            year: plan.year,
            first: plan.year.first(),
            days,
            known,
            townships: townships.iter().enumerate().map(|(at, township)| (township.id.as_str(), at)).collect(),
            kinds: Vec::new(),
            places: Vec::new(),
            wholes: Vec::new(),
            money: None,
            people: Vec::new(),
            by_month: None,
        };
        for (at, indicator) in plan.indicators.iter().enumerate() {
            let kind = kinds(&indicator.kind).ok_or_else(|| missing_field(&indicator.kind, "date"))?;
            let counter = Counter::new(at, indicator, kind)?;
            count.places.push(decimals_of(indicator, kind));
            count.wholes.push(indicator.whole.is_some());
            count.people.push(indicator.measure == Measure::People);
            if let (Measure::People, Some(roster)) = (&indicator.measure, &kind.roster) {
                let names = kinds(&roster.kind).ok_or_else(|| missing_field(&roster.kind, "date"))?;
                count.kind_count(names).roster = Some(RosterFields::new(names, roster)?);
            }
            count.kind_count(kind).counters.push(counter);
        }
        count.add_filings(plan, kinds)?;
        // A roster is read after the records that it names the people of.
        count.kinds.sort_by_key(|counted| counted.roster.is_some());
        Ok(count)
    }

    /// The same, with how many live records of the plan's year a township (its place in the order) has, by kind and month,
    /// up to a day.
    #[must_use]
    pub fn with_months(self, township: usize, as_of: Day) -> CountSpec<'a> {
        CountSpec { by_month: Some((township, as_of)), ..self }
    }

    /// The same, with what was spent in the plan's year, by heading and in all.
    ///
    /// # Errors
    /// A kind or a field that the plan names and that does not exist.
    pub fn with_money(mut self, plan: &Plan, kinds: impl Fn(&str) -> Option<&'a Kind>) -> Result<CountSpec<'a>> {
        let Some(money) = &plan.money else { return Ok(self) };
        let kind = kinds(&money.kind).ok_or_else(|| missing_field(&money.kind, &money.amount_field))?;
        let of = |name: &str| kind.field(name).ok_or_else(|| missing_field(&kind.id, name));
        let (heading, field) = (of(&money.heading_field)?, of(&money.amount_field)?);
        let places = kind.fields[field].ty.places();
        let done = Addend::Sum { field, places, scale: scale(FEN.saturating_sub(places)) };
        self.money = Some(self.places.len());
        let headings = plan.expenditure.iter().map(|one| vec![(heading, vec![one.heading.clone().into_bytes()])]);
        for filter in headings.chain([Vec::new()]) {
            let indicator = self.places.len();
            self.places.push(FEN);
            self.wholes.push(false);
            let counter = Counter { indicator, filter, done, whole: None, span: CountingSpan::Year, end: None };
            self.kind_count(kind).counters.push(counter);
        }
        self.kinds.sort_by_key(|counted| counted.roster.is_some());
        Ok(self)
    }

    fn add_filings(&mut self, plan: &Plan, kinds: impl Fn(&str) -> Option<&'a Kind>) -> Result<()> {
        if let Some(rule) = &plan.arrangement {
            let kind = kinds(&rule.kind).ok_or_else(|| missing_field(&rule.kind, &rule.year_field))?;
            let fields = FilingFields::new(kind, &rule.year_field, rule.returned_field.as_deref(), None)?;
            self.kind_count(kind).arrangement = Some(fields);
        }
        if let Some(rule) = &plan.monthly {
            let kind = kinds(&rule.kind).ok_or_else(|| missing_field(&rule.kind, &rule.month_field))?;
            let (returned, zero) = (rule.returned_field.as_deref(), rule.zero_field.as_deref());
            self.kind_count(kind).monthly = Some(FilingFields::new(kind, &rule.month_field, returned, zero)?);
        }
        Ok(())
    }

    fn kind_count(&mut self, kind: &'a Kind) -> &mut KindCount<'a> {
        let at = self.kinds.iter().position(|counted| counted.kind.id == kind.id).unwrap_or_else(|| {
            self.kinds.push(KindCount { kind, counters: Vec::new(), roster: None, arrangement: None, monthly: None });
            self.kinds.len() - 1
        });
        &mut self.kinds[at]
    }

    /// The kinds whose ledgers of a year are wanted, in the order in which a [`Tally`] takes them: for year indicators
    /// and people the plan's year, for standing ones every year, for deadlines the years around.
    pub fn kinds_of_year(&self, year: Year) -> impl Iterator<Item = &'a Kind> {
        let (this, near) = (year == self.year, year.0.abs_diff(self.year.0) <= 1);
        self.kinds.iter().filter_map(move |counted| {
            let standing = counted.counters.iter().any(|counter| counter.span == CountingSpan::Standing);
            let filed = counted.arrangement.is_some() || counted.monthly.is_some();
            (this || standing || (filed && near)).then_some(counted.kind)
        })
    }

    /// Whether the parts of one ledger of a kind may be taken in by several tallies: what is counted of a record is then in
    /// its row alone. A roster's rows are to be joined with their records in one tally.
    #[must_use]
    pub fn may_be_chunked(&self, kind: &str) -> bool {
        let people = |counter: &Counter| {
            let all = [Some(counter.done), counter.whole.map(|(whole, _)| whole)];
            all.into_iter().flatten().any(|measured| matches!(measured, Addend::People { .. }))
        };
        let counted = self.kinds.iter().filter(|counted| counted.kind.id == kind);
        counted.fold(true, |may, counted| may && counted.roster.is_none() && !counted.counters.iter().any(people))
    }

    /// The place of a kind among those that are counted.
    fn kind_index(&self, kind: &Kind) -> Option<usize> {
        self.kinds.iter().position(|counted| counted.kind.id == kind.id)
    }

    /// The column of a day asked for in the townships' figures: the first such day on or after `day`.
    fn column(&self, day: Day) -> usize {
        self.days.partition_point(|&asked| asked < day)
    }
}

/// How many decimals a yuan has.
pub const FEN: u8 = 2;

/// How many decimals an indicator's figures have: they are in units of 10^-places.
#[must_use]
pub fn decimals_of(indicator: &crate::schema::plan::Indicator, kind: &Kind) -> u8 {
    let whole = indicator.whole.as_ref().map(|whole| &whole.measure);
    let places = [Some(&indicator.measure), whole].into_iter().flatten().map(|measure| match measure {
        Measure::Sum(name) => kind.field(name).map_or(0, |field| kind.fields[field].ty.places()),
        Measure::Count | Measure::People => 0,
    });
    places.max().unwrap_or(0)
}

impl Counter {
    fn new(at: usize, indicator: &crate::schema::plan::Indicator, kind: &Kind) -> Result<Counter> {
        let places = decimals_of(indicator, kind);
        let field = |name: &str| kind.field(name).ok_or_else(|| missing_field(&kind.id, name));
        let measured = |measure: &Measure| {
            Ok::<Addend, Fault>(match measure {
                Measure::Count => Addend::One(scale(places)),
                Measure::Sum(name) => {
                    let field = field(name)?;
                    let own = kind.fields[field].ty.places();
                    Addend::Sum { field, places: own, scale: scale(places - own) }
                }
                Measure::People => {
                    let roster = kind.roster.as_ref().ok_or_else(|| missing_field(&kind.id, "[roster]"))?;
                    Addend::People { heads: roster.heads }
                }
            })
        };
        let mut filter = Vec::new();
        for (name, values) in &indicator.filter {
            filter.push((field(name)?, values.iter().map(|value| value.clone().into_bytes()).collect()));
        }
        let whole = match &indicator.whole {
            Some(whole) => Some((measured(&whole.measure)?, whole.all)),
            None => None,
        };
        let (done, span) = (measured(&indicator.measure)?, indicator.span);
        Ok(Counter {
            indicator: at,
            filter,
            done,
            whole,
            span,
            end: kind.end.filter(|_| span == CountingSpan::Standing),
        })
    }
}

/// 10 to the power of `places`.
#[must_use]
pub fn scale(places: u8) -> i64 {
    10_i64.checked_pow(places.into()).unwrap_or(i64::MAX)
}

impl RosterFields {
    fn new(names: &Kind, roster: &crate::schema::kind::Roster) -> Result<RosterFields> {
        let field = |name: &str| names.field(name).ok_or_else(|| missing_field(&names.id, name));
        let mut person = Vec::new();
        for name in &roster.person {
            person.push(field(name)?);
        }
        let credit = roster.credit.as_deref().map(field).transpose()?;
        Ok(RosterFields { reference: field(&roster.reference)?, person, credit })
    }
}

impl FilingFields {
    fn new(kind: &Kind, period: &str, returned: Option<&str>, zero: Option<&str>) -> Result<FilingFields> {
        let field = |name: &str| kind.field(name).ok_or_else(|| missing_field(&kind.id, name));
        Ok(FilingFields {
            period: field(period)?,
            returned: returned.map(field).transpose()?,
            zero: zero.map(field).transpose()?,
        })
    }
}
