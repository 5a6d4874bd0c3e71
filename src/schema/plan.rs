//! The year's plan: indicators, targets, shares, milestones, deadlines, budget, each with its clause.

pub mod apportion;
pub mod edit;
pub mod load;
mod version;

pub use version::Adjustment;

use crate::base::day::{Day, Month, Year};
use crate::base::number::Numbered as _;
use crate::base::text::Text;

/// A year's plan (实施方案).
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Its year.
    pub year: Year,
    /// Its title.
    pub title: Text,
    /// The day it was issued.
    pub issued: Option<Day>,
    /// What made this version out of the one before it; none for the first.
    pub adjustment: Option<Adjustment>,
    /// The plan as first issued, where this is a later version and the first was read beside it.
    pub first: Option<Box<Plan>>,
    /// The day from which the course of the first milestone runs, with nothing done.
    pub course_from: Day,
    /// The dates by which a part of each target is due.
    pub milestones: Vec<Milestone>,
    /// What it sets or follows, in order.
    pub indicators: Vec<Indicator>,
    /// Work arrangements asked for.
    pub arrangement: Option<Arrangement>,
    /// Monthly reports asked for.
    pub monthly: Option<MonthlyReporting>,
    /// The bureau's own duties.
    pub duties: Vec<Duty>,
    /// Where expenses are recorded.
    pub money: Option<ExpenseFields>,
    /// Heads of expenditure.
    pub expenditure: Vec<Expenditure>,
    /// Whose records say who was reached.
    pub coverage: Option<Coverage>,
    /// When the bureau takes a township to task.
    pub supervision: Supervision,
}

impl Plan {
    /// The numbers of all indicators, in order.
    pub fn indicator_nos(&self) -> impl Iterator<Item = IndicatorNo> + use<> {
        (0..self.indicators.len()).map(IndicatorNo::from)
    }

    /// The number of the indicator of that id.
    #[must_use]
    pub fn indicator_no(&self, id: &str) -> Option<IndicatorNo> {
        self.indicators.iter().numbered().find_map(|(number, indicator)| (indicator.id == id).then_some(number))
    }

    /// Whether it asks for the same as another: what the bureau has done of its own duties, when it takes whom to task, and
    /// from which records coverage is read, is no part of that.
    #[must_use]
    pub fn asks_the_same(&self, other: &Plan) -> bool {
        self.only_what_is_asked() == other.only_what_is_asked()
    }

    fn only_what_is_asked(&self) -> Plan {
        let mut plan = self.clone();
        plan.duties.iter_mut().for_each(|duty| duty.done = None);
        plan.coverage = None;
        plan.supervision = Supervision::default();
        plan
    }
}

/// A part of the target that is due on a day (时间节点); the day is included.
#[derive(Clone, Debug, PartialEq)]
pub struct Milestone {
    /// The day.
    pub due: Day,
    /// Percent of the target.
    pub share: u32,
    /// Where the plan says so.
    pub clause: String,
}

number! {
    /// An indicator's place in the plan.
    pub IndicatorNo
}

/// A figure that the plan sets or follows (指标).
#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// What one of it is called: 人, 支, 场.
    pub unit: Text,
    /// The kind it counts.
    pub kind: String,
    /// How it counts.
    pub measure: Measure,
    /// Which records it counts.
    pub filter: IndicatorFilter,
    /// The whole of which the figure is a part.
    pub whole: Option<Denominator>,
    /// Which records' dates count.
    pub span: CountingSpan,
    /// The county's target.
    pub target: Option<u64>,
    /// 力争: missed, it is no failure.
    pub stretch: bool,
    /// Its milestones, its own or else the plan's; none without a target.
    pub milestones: Vec<Milestone>,
    /// Township id and its part of the target, in the file's order.
    pub shares: Vec<(String, u64)>,
    /// Where the plan says so.
    pub clause: String,
}

impl Indicator {
    /// Whether it counts the same records in the same way as another, whatever is asked of them.
    #[must_use]
    pub fn counts_as(&self, other: &Indicator) -> bool {
        self.kind == other.kind
            && self.measure == other.measure
            && self.filter == other.filter
            && self.whole == other.whole
            && self.span == other.span
    }
}

/// Field = one of these values (canonical); all must hold.
pub type IndicatorFilter = Vec<(String, Vec<String>)>;

/// How an indicator counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// Records.
    Count,
    /// The sum of a field.
    Sum(String),
    /// Distinct people (人, not 人次), by the kind's roster.
    People,
}

/// The whole of which an indicator's figure is a part.
#[derive(Clone, Debug, PartialEq)]
pub struct Denominator {
    /// How it counts: never people.
    pub measure: Measure,
    /// Over which records.
    pub scope: DenominatorScope,
}

/// The records over which a whole is measured.
#[derive(Clone, Debug, PartialEq)]
pub enum DenominatorScope {
    /// Those that the indicator's filter selects (`of`).
    Selected,
    /// All of the kind (`of_all`), or of them those that this selects (`of_where`).
    All(IndicatorFilter),
}

/// Which records an indicator counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountingSpan {
    /// Dated in the plan's year, up to the day asked for.
    Year,
    /// Of any year, up to the day asked for, whose end is empty or after it.
    Standing,
}

/// The work arrangement that every township hands in.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrangement {
    /// The kind of its records.
    pub kind: String,
    /// The field that holds the plan's year.
    pub year_field: String,
    /// The date field that says it was sent back.
    pub returned_field: Option<String>,
    /// The last day.
    pub due: Day,
    /// What it means that the last day is a day of rest.
    pub rest_day: RestDayRule,
    /// Where the plan says so.
    pub clause: String,
}

/// What a due day on a day of rest means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RestDayRule {
    /// It stays the day that counts.
    #[default]
    Keep,
    /// 顺延: the next working day counts.
    Next,
    /// The working day before counts.
    Previous,
}

/// What the bureau itself has to do by a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Duty {
    /// Its id.
    pub id: String,
    /// What it is.
    pub title: Text,
    /// The last day.
    pub due: Day,
    /// The day on which it was done.
    pub done: Option<Day>,
    /// Where the plan says so.
    pub clause: String,
}

/// The monthly reports that every township hands in.
#[derive(Clone, Debug, PartialEq)]
pub struct MonthlyReporting {
    /// The kind of their records.
    pub kind: String,
    /// The field that holds the month.
    pub month_field: String,
    /// The date field that says it was sent back.
    pub returned_field: Option<String>,
    /// The boolean field that says there was nothing to report.
    pub zero_field: Option<String>,
    /// The bureau's summary is due on this day of the next month.
    pub day: u8,
    /// The townships' reports are due on this day, where that is earlier.
    pub collect_day: Option<u8>,
    /// What it means that such a day is a day of rest.
    pub rest_day: RestDayRule,
    /// The first month reported.
    pub first_month: Month,
    /// The last month reported.
    pub last_month: Month,
    /// Where the plan says so.
    pub clause: String,
}

/// Where expenses are recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpenseFields {
    /// The kind of its records.
    pub kind: String,
    /// The field that says under which heading.
    pub heading_field: String,
    /// The field that holds the yuan.
    pub amount_field: String,
}

number! {
    /// The place of a head of expenditure in the plan.
    pub ExpenditureNo
}

/// A head of expenditure.
#[derive(Clone, Debug, PartialEq)]
pub struct Expenditure {
    /// The value of the expense's heading field.
    pub heading: String,
    /// Its title.
    pub title: Text,
    /// Yuan, as written (`120000.00`).
    pub budget: Option<String>,
    /// The indicator whose figure divides what was spent, to say what one of it cost.
    pub per: Option<String>,
    /// Where the plan says so.
    pub clause: String,
}

number! {
    /// A value's place among those that every township should have.
    pub CoverageValueNo
}

/// Whose records say who was reached, in which way and where (覆盖情况).
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// The kind of the records.
    pub kind: String,
    /// The field whose values are told apart.
    pub by: String,
    /// The values that every township should have.
    pub values: Vec<String>,
    /// The field that names the township reached, where it is not the ledger's own.
    pub host: Option<String>,
    /// The field that names the village or unit.
    pub place: String,
    /// How the records count: never people.
    pub measure: Measure,
    /// The indicator of households reached.
    pub households: Option<String>,
    /// Where the plan says so.
    pub clause: String,
}

/// By which rules a township falls behind (督导规则), with their margins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supervision {
    /// A milestone has passed, and its required number is not reached.
    pub milestone: bool,
    /// Behind the course by more than so many percent points of the target; 100: never.
    pub course_margin: u32,
    /// A monthly report is overdue.
    pub report_missing: bool,
    /// So many monthly reports came late; 0: never.
    pub reports_late: u32,
}

impl Default for Supervision {
    fn default() -> Supervision {
        Supervision { milestone: true, course_margin: 10, report_missing: true, reports_late: 2 }
    }
}
