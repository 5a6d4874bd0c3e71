//! What to count: a plan's indicators, deadlines and money, brought down to fields of its kinds.

use crate::base::day::{Day, Instant, Year};
use crate::base::fault::{Fault, Result};
use crate::base::number::Numbered as _;
use crate::figures::rules::CountingRules;
use crate::ledger::Row;
use crate::schema::kind::{FieldNo, Kind, Roster};
use crate::schema::plan::{CountingSpan, DenominatorScope, Indicator, IndicatorNo, Measure, Plan};
use crate::schema::township::{Township, TownshipNo};
use std::collections::HashMap;

/// What to count: a plan's indicators and deadlines over its kinds, for townships and days.
#[derive(Debug)]
pub struct CountSpec<'a> {
    pub(super) year: Year,
    /// Its first day.
    pub(super) first: Day,
    /// The days asked for, ascending, each once.
    pub(super) days: Vec<Day>,
    pub(super) known: Option<Instant>,
    /// Townships by id: their place in the bureau's order.
    pub(super) townships: HashMap<&'a str, TownshipNo>,
    pub(super) kinds: Vec<KindCount<'a>>,
    /// For each indicator how many decimals its figures have.
    pub(super) places: Vec<u8>,
    /// For each indicator whether it is part of a whole.
    pub(super) wholes: Vec<bool>,
    /// Where what was spent stands among the indicators' figures: each heading in order, then all.
    pub(super) money: Option<CounterNo>,
    /// For each indicator whether it counts people.
    pub(super) people: Vec<bool>,
    /// Whose records are counted by month too.
    pub(super) by_month: Option<MonthCounter>,
    pub(super) rules: CountingRules,
}

/// What is counted in the ledgers of one kind.
#[derive(Debug)]
pub(super) struct KindCount<'a> {
    pub(super) kind: &'a Kind,
    pub(super) counters: Vec<Counter>,
    /// Where the kind is a roster whose people are counted.
    pub(super) roster: Option<RosterFields>,
    pub(super) arrangement: Option<FilingFields>,
    pub(super) monthly: Option<FilingFields>,
}

number! {
    /// A counter's place among all: those of the plan's indicators, each in its indicator's place, then those of what was
    /// spent.
    pub(super) CounterNo
}

impl CounterNo {
    /// The indicator that it counts. What was spent is no indicator's, and nobody traces it.
    pub(super) fn indicator(self) -> IndicatorNo {
        IndicatorNo::from(self.index())
    }
}

/// How one indicator, or what was spent, is counted in the records of its kind. Values are canonical bytes.
#[derive(Debug)]
pub(super) struct Counter {
    pub(super) number: CounterNo,
    filter: Vec<FieldFilter>,
    pub(super) done: Addend,
    whole: Option<WholeCounter>,
    pub(super) span: CountingSpan,
    /// For a standing count, the field that ends it.
    pub(super) end: Option<FieldNo>,
}

/// The values of a field that count.
#[derive(Debug)]
struct FieldFilter {
    field: FieldNo,
    values: Vec<Vec<u8>>,
}

/// How the whole of which a figure is a part is counted.
#[derive(Debug)]
struct WholeCounter {
    addend: Addend,
    scope: WholeScope,
}

/// The records of which a whole is made.
#[derive(Debug)]
enum WholeScope {
    /// Those that the figure selects.
    Selected,
    /// Those that these select; all without any.
    All(Vec<FieldFilter>),
}

/// What one record adds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Addend {
    /// One, in units of the indicator.
    One(i64),
    /// A field's value, times the scale that brings it to the indicator's units.
    Sum { field: FieldNo, places: u8, scale: i64 },
    /// Its people; the field holds their number.
    People { heads: FieldNo },
}

/// The fields of a roster.
#[derive(Debug)]
pub(super) struct RosterFields {
    pub(super) reference: FieldNo,
    pub(super) person: Vec<FieldNo>,
    pub(super) credit: Option<FieldNo>,
}

/// The fields of what is handed in by a day.
#[derive(Debug)]
pub(super) struct FilingFields {
    /// The plan's year, or the month reported.
    pub(super) period: FieldNo,
    pub(super) returned: Option<FieldNo>,
    pub(super) zero: Option<FieldNo>,
}

/// The township whose records are counted by month, and up to which day.
#[derive(Clone, Copy, Debug)]
pub(super) struct MonthCounter {
    pub(super) township: TownshipNo,
    pub(super) as_of: Day,
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

fn field_index(kind: &Kind, name: &str) -> std::result::Result<FieldNo, Fault> {
    kind.field(name).ok_or_else(|| missing_field(&kind.id, name))
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
        let mut spec = CountSpec {
            year: plan.year,
            first: plan.year.first(),
            days,
            known,
            townships: townships.iter().numbered().map(|(at, township)| (township.id.as_str(), at)).collect(),
            kinds: Vec::new(),
            places: Vec::new(),
            wholes: Vec::new(),
            money: None,
            people: Vec::new(),
            by_month: None,
            rules: CountingRules::NOW,
        };
        for (at, indicator) in plan.indicators.iter().numbered() {
            spec.add_indicator(at, indicator, &kinds)?;
        }
        spec.add_filings(plan, kinds)?;
        spec.put_rosters_last();
        Ok(spec)
    }

    /// The same by other rules than those of now.
    #[must_use]
    pub fn by_rules(self, rules: CountingRules) -> CountSpec<'a> {
        CountSpec { rules, ..self }
    }

    /// The same, with how many live records of the plan's year a township has, by kind and month,
    /// up to a day.
    #[must_use]
    pub fn with_months(self, township: TownshipNo, as_of: Day) -> CountSpec<'a> {
        CountSpec { by_month: Some(MonthCounter { township, as_of }), ..self }
    }

    /// The same, with what was spent in the plan's year, by heading and in all.
    ///
    /// # Errors
    /// A kind or a field that the plan names and that does not exist.
    pub fn with_money(mut self, plan: &Plan, kinds: impl Fn(&str) -> Option<&'a Kind>) -> Result<CountSpec<'a>> {
        let Some(money) = &plan.money else { return Ok(self) };
        let kind = kinds(&money.kind).ok_or_else(|| missing_field(&money.kind, &money.amount_field))?;
        let heading = field_index(kind, &money.heading_field)?;
        let field = field_index(kind, &money.amount_field)?;
        let places = kind.fields[field].ty.places();
        let done = Addend::Sum { field, places, scale: scale(FEN - places) };
        self.money = Some(CounterNo::from(self.places.len()));
        let headings = plan
            .expenditure
            .iter()
            .map(|one| vec![FieldFilter { field: heading, values: vec![one.heading.as_bytes().to_vec()] }]);
        for filter in headings.chain([Vec::new()]) {
            let number = CounterNo::from(self.places.len());
            self.places.push(FEN);
            self.wholes.push(false);
            let counter = Counter { number, filter, done, whole: None, span: CountingSpan::Year, end: None };
            self.kind_count(kind).counters.push(counter);
        }
        self.put_rosters_last();
        Ok(self)
    }

    fn add_indicator(
        &mut self,
        at: CounterNo,
        indicator: &Indicator,
        kinds: impl Fn(&str) -> Option<&'a Kind>,
    ) -> Result<()> {
        let kind = kinds(&indicator.kind).ok_or_else(|| missing_field(&indicator.kind, "date"))?;
        let counter = Counter::new(at, indicator, kind)?;
        self.places.push(decimals_of(indicator, kind));
        self.wholes.push(indicator.whole.is_some());
        self.people.push(indicator.measure == Measure::People);
        if let (Measure::People, Some(roster)) = (&indicator.measure, &kind.roster) {
            let names = kinds(&roster.kind).ok_or_else(|| missing_field(&roster.kind, "date"))?;
            self.kind_count(names).roster = Some(RosterFields::new(names, roster)?);
        }
        self.kind_count(kind).counters.push(counter);
        Ok(())
    }

    fn add_filings(&mut self, plan: &Plan, kinds: impl Fn(&str) -> Option<&'a Kind>) -> Result<()> {
        if let Some(rule) = &plan.arrangement {
            let kind = kinds(&rule.kind).ok_or_else(|| missing_field(&rule.kind, &rule.year_field))?;
            let fields = FilingFields::new(kind, &rule.year_field, rule.returned_field.as_deref(), None)?;
            self.kind_count(kind).arrangement = Some(fields);
        }
        if let Some(rule) = &plan.monthly {
            let kind = kinds(&rule.kind).ok_or_else(|| missing_field(&rule.kind, &rule.month_field))?;
            let returned = rule.returned_field.as_deref();
            let zero = rule.zero_field.as_deref();
            self.kind_count(kind).monthly = Some(FilingFields::new(kind, &rule.month_field, returned, zero)?);
        }
        Ok(())
    }

    /// A roster is read after the records that it names the people of.
    fn put_rosters_last(&mut self) {
        self.kinds.sort_by_key(|counted| counted.roster.is_some());
    }

    fn kind_count(&mut self, kind: &'a Kind) -> &mut KindCount<'a> {
        let at = self.kind_index(kind).unwrap_or_else(|| {
            self.kinds.push(KindCount { kind, counters: Vec::new(), roster: None, arrangement: None, monthly: None });
            self.kinds.len() - 1
        });
        &mut self.kinds[at]
    }

    /// The kinds whose ledgers of a year are wanted, in the order in which a [`Tally`](super::Tally) takes them: for year
    /// indicators and people the plan's year, of kinds that last also those before it; for standing ones every year; for
    /// deadlines the years around.
    pub fn kinds_of_year(&self, year: Year) -> impl Iterator<Item = &'a Kind> {
        let is_plans = year == self.year;
        let is_near = year.0.abs_diff(self.year.0) <= 1;
        self.kinds.iter().filter_map(move |counted| {
            let standing = counted.counters.iter().any(|counter| counter.span == CountingSpan::Standing);
            let filed = counted.arrangement.is_some() || counted.monthly.is_some();
            let lasting = counted.kind.lasting && year <= self.year && self.rules.read_earlier_years();
            (is_plans || standing || lasting || (filed && is_near)).then_some(counted.kind)
        })
    }

    /// Whether the parts of one ledger of a kind may be taken in by several tallies: what is counted of a record is then in
    /// its row alone. A roster's rows are to be joined with their records in one tally.
    #[must_use]
    pub fn may_be_chunked(&self, kind: &str) -> bool {
        let mut counted = self.kinds.iter().filter(|counted| counted.kind.id == kind);
        counted.all(|counted| counted.roster.is_none() && !counted.counters.iter().any(Counter::counts_people))
    }

    /// The place of a kind among those that are counted.
    pub(super) fn kind_index(&self, kind: &Kind) -> Option<usize> {
        self.kinds.iter().position(|counted| counted.kind.id == kind.id)
    }

    /// The column of a day in the townships' figures: that of the first day asked for on or after it.
    pub(super) fn column(&self, day: Day) -> usize {
        self.days.partition_point(|&asked| asked < day)
    }
}

/// How many decimals a yuan has.
pub const FEN: u8 = 2;

/// How many decimals an indicator's figures have: they are in units of 10^-places.
#[must_use]
pub fn decimals_of(indicator: &Indicator, kind: &Kind) -> u8 {
    let of_whole = indicator.whole.as_ref().map_or(0, |whole| decimals_of_measure(&whole.measure, kind));
    decimals_of_measure(&indicator.measure, kind).max(of_whole)
}

fn decimals_of_measure(measure: &Measure, kind: &Kind) -> u8 {
    match measure {
        Measure::Sum(name) => kind.field(name).map_or(0, |field| kind.fields[field].ty.places()),
        Measure::Count | Measure::People => 0,
    }
}

/// 10 to the power of `places`.
#[must_use]
pub fn scale(places: u8) -> i64 {
    10_i64.checked_pow(places.into()).expect("fields have few decimals")
}

impl Counter {
    fn new(at: CounterNo, indicator: &Indicator, kind: &Kind) -> std::result::Result<Counter, Fault> {
        let places = decimals_of(indicator, kind);
        let whole = match &indicator.whole {
            Some(whole) => Some(WholeCounter {
                addend: Addend::new(&whole.measure, kind, places)?,
                scope: match &whole.scope {
                    DenominatorScope::Selected => WholeScope::Selected,
                    DenominatorScope::All(values) => WholeScope::All(filters(values, kind)?),
                },
            }),
            None => None,
        };
        Ok(Counter {
            number: at,
            filter: filters(&indicator.filter, kind)?,
            done: Addend::new(&indicator.measure, kind, places)?,
            whole,
            span: indicator.span,
            end: kind.end.filter(|_| indicator.span == CountingSpan::Standing),
        })
    }

    /// Whether a row is among those that the indicator's conditions select.
    pub(super) fn selects(&self, row: &Row<'_>) -> bool {
        self.filter.iter().all(|filter| filter.selects(row))
    }

    /// How a row adds to the whole, if it does; `selected` if it is among those of the figure.
    pub(super) fn whole_addend(&self, row: &Row<'_>, selected: bool) -> Option<Addend> {
        let whole = self.whole.as_ref()?;
        let counts = match &whole.scope {
            WholeScope::Selected => selected,
            // What the figure selects is a part of the whole: the plan is held to that.
            WholeScope::All(filter) => selected || filter.iter().all(|filter| filter.selects(row)),
        };
        counts.then_some(whole.addend)
    }

    fn counts_people(&self) -> bool {
        let whole = self.whole.as_ref().map(|whole| whole.addend);
        std::iter::once(self.done).chain(whole).any(|addend| matches!(addend, Addend::People { .. }))
    }
}

impl FieldFilter {
    fn selects(&self, row: &Row<'_>) -> bool {
        let cell = row.cell(self.field);
        self.values.iter().any(|value| value == cell)
    }
}

/// What a plan wants of a kind's fields.
fn filters(wanted: &[(String, Vec<String>)], kind: &Kind) -> std::result::Result<Vec<FieldFilter>, Fault> {
    let filter = |(name, values): &(String, Vec<String>)| {
        let values = values.iter().map(|value| value.as_bytes().to_vec()).collect();
        Ok(FieldFilter { field: field_index(kind, name)?, values })
    };
    wanted.iter().map(filter).collect()
}

impl Addend {
    /// What a measure adds, in units of 10^-places.
    fn new(measure: &Measure, kind: &Kind, places: u8) -> std::result::Result<Addend, Fault> {
        Ok(match measure {
            Measure::Count => Addend::One(scale(places)),
            Measure::Sum(name) => {
                let field = field_index(kind, name)?;
                let own = kind.fields[field].ty.places();
                Addend::Sum { field, places: own, scale: scale(places - own) }
            }
            Measure::People => {
                let roster = kind.roster.as_ref().ok_or_else(|| missing_field(&kind.id, "[roster]"))?;
                Addend::People { heads: roster.heads }
            }
        })
    }
}

impl RosterFields {
    fn new(names: &Kind, roster: &Roster) -> std::result::Result<RosterFields, Fault> {
        let mut person = Vec::new();
        for name in &roster.person {
            person.push(field_index(names, name)?);
        }
        let credit = roster.credit.as_deref().map(|name| field_index(names, name)).transpose()?;
        Ok(RosterFields { reference: field_index(names, &roster.reference)?, person, credit })
    }
}

impl FilingFields {
    fn new(
        kind: &Kind,
        period: &str,
        returned: Option<&str>,
        zero: Option<&str>,
    ) -> std::result::Result<FilingFields, Fault> {
        Ok(FilingFields {
            period: field_index(kind, period)?,
            returned: returned.map(|name| field_index(kind, name)).transpose()?,
            zero: zero.map(|name| field_index(kind, name)).transpose()?,
        })
    }
}
