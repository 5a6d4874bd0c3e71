//! The status of a plan on a day: one screen for the county, a page for a township, the matrices by month and by
//! township, and the same for machines (docs/data-format.md).

mod acceptance;
mod adjusted;
mod behind;
mod json;
mod matrix;
mod milestone;
mod money;
mod monthly;
#[cfg(test)]
mod tests;
mod told;
mod township;

pub(super) use adjusted::{target_cells, target_columns};
pub(super) use json::{number, percent as percent_json};
pub use milestone::{LateEntry, MilestoneReport};
pub use told::{MonthNarrative, TownshipRecords};
pub use township::MonthCounts;

use super::due::unknown_holidays;
use super::{Block, Report};
use crate::base::day::{Day, Instant, Month};
use crate::base::text::Text;
use crate::figures::deadline::{self, Deadline, TownshipFiling};
use crate::figures::progress::{self, MilestoneProgress};
use crate::figures::tally::{Figures, scale};
use crate::report::table::{Cell, Column, Table, Tone};
use crate::schema::calendar::Calendar;
use crate::schema::plan::{CountingSpan, Indicator, IndicatorNo, Plan};
use crate::schema::record::decimal_text;
use crate::schema::township::Township;

impl From<progress::MilestoneState> for Cell {
    fn from(state: progress::MilestoneState) -> Cell {
        let tone = match state {
            progress::MilestoneState::Met | progress::MilestoneState::OnCourse => Tone::Good,
            progress::MilestoneState::MetLate | progress::MilestoneState::Behind => Tone::Warn,
            progress::MilestoneState::Missed => Tone::Bad,
            progress::MilestoneState::Pending | progress::MilestoneState::NotStarted => Tone::Plain,
        };
        Cell::Token { token: state.token().to_owned(), text: state.title(), tone }
    }
}

/// The day on which figures stand, and what was known when.
#[must_use]
pub(super) fn as_of(day: Day, known: Option<Instant>) -> Text {
    match known.map(Instant::to_minute) {
        None => text!("截至 {day}", "as of {day}"),
        Some(known) => text!("截至 {day}，按 {known} 已登记的数据", "as of {day}, as known at {known}"),
    }
}

const FOOTNOTE: Text = Text::new(
    "完成率尾数舍去；月均需＝距节点差额×30÷剩余天数，有小数进一，不超过差额。",
    "Percentages are truncated. Per month: short × 30 ÷ days left, at most all of it.",
);

/// All that a status is made from.
#[derive(Clone, Debug)]
pub struct Status<'a> {
    /// The county's name.
    pub county: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// The days of rest.
    pub calendar: &'a Calendar,
    /// The townships, in order.
    pub townships: &'a [Township],
    /// The figures, at least at [`progress::status_days`].
    pub figures: &'a Figures,
    /// The day on which it stands.
    pub as_of: Day,
    /// What was known when.
    pub known: Option<Instant>,
    /// A month whose own figures are wanted.
    pub month: Option<Month>,
}

impl Status<'_> {
    /// The county's page: targets, what is due next, who has not handed in, who is behind.
    #[must_use]
    pub fn page(&self) -> Report {
        let mut blocks = vec![Block::Table(self.targets()), Block::Line(FOOTNOTE)];
        blocks.extend(self.adjusted().map(Block::Line));
        blocks.extend(self.people().into_iter().map(Block::Line));
        blocks.extend(self.money(self.as_of));
        blocks.extend(self.next_due().map(Block::Line));
        blocks.extend(self.not_handed_in().into_iter().map(Block::Line));
        blocks.extend(unknown_holidays(self.plan, self.calendar).map(Block::Line));
        blocks.extend(self.behind().into_iter().map(Block::Line));
        Report { title: self.title(), blocks, json: None }
    }

    /// The plan, the day, and what was known.
    fn title(&self) -> Text {
        let county = self.county;
        let title = &self.plan.title;
        let as_of = as_of(self.as_of, self.known);
        text!("{county} {title}（{as_of}）", "{county}: {title} ({as_of})", title, as_of)
    }

    fn targets(&self) -> Table {
        let dues = self.dues();
        let mut columns = vec![
            Column::new("indicator", Text::new("指标", "indicator")),
            Column::new("done", Text::new("完成", "done")),
        ];
        columns.extend(target_columns(self.plan));
        columns.push(Column::new("percent", Text::new("完成率", "percent")));
        if let Some(month) = self.month {
            let number = month.month;
            columns.insert(1, Column::new("in_month", text!("{number}月", "in {month}")));
        }
        columns.extend(
            dues.iter()
                .map(|(due, share)| Column::new(format!("milestone_{due}"), self.milestone_heading(*due, *share))),
        );
        columns.push(Column::new("per_month", Text::new("月均需", "per month")));
        let rows = self.plan.indicator_nos().map(|at| self.target_row(at, &dues)).collect();
        Table { title: Text::default(), columns, rows }
    }

    /// A milestone's day, without the year where it is the plan's, and its per cent.
    fn milestone_heading(&self, due: Day, share: u32) -> Text {
        let Month { year, month } = due.month();
        let day = due.day_of_month();
        if year == self.plan.year {
            text!("{month}月{day}日 {share}%", "{month:02}-{day:02} {share}%")
        } else {
            text!("{due} {share}%", "{due} {share}%")
        }
    }

    /// Every milestone of any indicator, once, by day; with its per cent.
    fn dues(&self) -> Vec<(Day, u32)> {
        let all = self.plan.indicators.iter().flat_map(|indicator| &indicator.milestones);
        let mut dues: Vec<(Day, u32)> = all.map(|milestone| (milestone.due, milestone.share)).collect();
        dues.sort();
        dues.dedup();
        dues
    }

    fn target_row(&self, at: IndicatorNo, dues: &[(Day, u32)]) -> Vec<Cell> {
        let indicator = &self.plan.indicators[at];
        let done = self.figures.county(at, self.as_of);
        let places = self.figures.places(at);
        let progress = progress::county_progress(self.plan, at, self.figures, self.as_of);
        let mut row = vec![Cell::Said(indicator.title.clone()), figure_cell(done, places)];
        row.extend(target_cells(self.plan, indicator));
        row.push(self.percent_cell(at, done, indicator.target));
        if let Some(month) = self.month {
            row.insert(1, figure_cell(self.in_month(at, month), places));
        }
        row.extend(dues.iter().map(|(due, share)| {
            let found = progress.iter().find(|progress| progress.due == *due && progress.share == *share);
            found.map_or(Cell::None, |progress| progress.state.into())
        }));
        row.push(self.per_month(&progress, done, places));
        row
    }

    fn percent_cell(&self, at: IndicatorNo, done: i64, target: Option<u64>) -> Cell {
        progress::percent(done, self.hundred_percent(at, target)).map_or(Cell::None, Cell::Percent)
    }

    /// What would be 100 %, in units of the figure: the target, else the whole, else 0.
    fn hundred_percent(&self, at: IndicatorNo, target: Option<u64>) -> i64 {
        match target {
            Some(target) => units(target, self.figures.places(at)),
            None => self.figures.whole(at, self.as_of).unwrap_or(0),
        }
    }

    /// The county's figure on a day, or on the as-of day, if that is earlier.
    fn county_on(&self, at: IndicatorNo, day: Day) -> i64 {
        self.figures.county(at, day.min(self.as_of))
    }

    /// What a month of the plan's year brought (本月), up to the as-of day; of what stands, how it changed.
    fn in_month(&self, at: IndicatorNo, month: Month) -> i64 {
        self.county_on(at, month.last()) - self.county_on(at, month.previous().last())
    }

    /// A month in the row of all months: what it brought, but of what stands the figure at its end.
    fn of_month(&self, at: IndicatorNo, month: Month) -> i64 {
        match self.plan.indicators[at].span {
            CountingSpan::Standing => self.county_on(at, month.last()),
            CountingSpan::Year => self.in_month(at, month),
        }
    }

    /// How much a month is needed to reach the next milestone that is not reached: thirty days' part of what is lacking,
    /// rounded up, and where fewer are left all of it.
    fn per_month(&self, progress: &[MilestoneProgress], done: i64, places: u8) -> Cell {
        let next = progress.iter().find(|next| next.due >= self.as_of && units(next.required, places) > done);
        let Some(next) = next else { return Cell::None };
        let lacking = i128::from(units(next.required, places) - done);
        // The due day itself is left too, and within a month all of it is needed.
        let days = i128::from(next.due.0 - self.as_of.0).max(30);
        let amount = (lacking.unsigned_abs() * 30).div_ceil(days.unsigned_abs());
        i64::try_from(amount).map_or(Cell::None, |amount| figure_cell(amount, places))
    }

    /// What is due next and in how many days.
    fn next_due(&self) -> Option<Text> {
        let mut next: Vec<(Day, Text)> = Vec::new();
        for (due, share) in self.dues() {
            next.push((due, text!("各项任务完成 {share}%", "{share}% of every target")));
        }
        if let Some(arrangement) = &self.plan.arrangement {
            let due = self.calendar.effective(arrangement.due, arrangement.rest_day);
            next.push((due, Text::new("报送工作安排", "work arrangements")));
        }
        if let Some(monthly) = &self.plan.monthly {
            let reports = monthly
                .months()
                .map(|month| (monthly.due_day(month, self.calendar), text!("报送 {month} 月报", "report for {month}")));
            next.extend(reports);
        }
        next.retain(|(due, _)| *due >= self.as_of);
        next.sort_by_key(|(due, _)| *due);
        next.dedup();
        // The next, and what else comes within a month.
        let within = next.first().map_or(self.as_of, |(due, _)| (*due).max(self.as_of.plus(31)));
        let said: Vec<Text> = next
            .into_iter()
            .take_while(|(due, _)| *due <= within)
            .take(3)
            .map(|(due, what)| {
                let days = due.0 - self.as_of.0;
                match days {
                    0 => text!("{due} 前{what}（今天到期）", "{what} by {due} (today)", what),
                    days => text!(
                        "{due} 前{what}（还有 {days} 天）",
                        "{what} by {due} (in {days})",
                        what,
                        days = Text::count(days, "day", "days")
                    ),
                }
            })
            .collect();
        let list = Text::list(&said);
        (!said.is_empty()).then(|| text!("近期到期：{list}", "Due next: {list}", list))
    }

    /// Who has not handed in: the arrangement, and the report of the last month that is over.
    fn not_handed_in(&self) -> Vec<Text> {
        if self.townships.is_empty() {
            return vec![Text::new(
                "还没有填报单位：culture township add …",
                "There are no townships yet; to add one: culture township add …",
            )];
        }
        let mut lines = Vec::new();
        if let Some(deadline) =
            deadline::arrangement_deadline(self.plan, self.calendar, self.townships, &self.figures.filings, self.as_of)
        {
            lines.push(self.lacking_line(&Text::new("工作安排", "Work arrangement"), &deadline));
        }
        let months =
            deadline::monthly_deadlines(self.plan, self.calendar, self.townships, &self.figures.filings, self.as_of);
        let over = months.iter().rfind(|deadline| deadline.month.is_some_and(|month| month.last() < self.as_of));
        if let Some(deadline) = over
            && let Some(month) = deadline.month
        {
            lines.push(self.lacking_line(&text!("{month} 月报", "Report for {month}"), deadline));
            let earlier = months.iter().filter(|earlier| earlier.month < deadline.month);
            let count: usize = earlier.map(lacking_in).sum();
            if count > 0 {
                lines.push(text!(
                    "此前月报未报 {count} 份（各单位情况：culture status --township 单位）",
                    "Earlier reports missing: {count} (see culture status --township TOWNSHIP)"
                ));
            }
        }
        lines
    }

    fn lacking_line(&self, what: &Text, deadline: &Deadline) -> Text {
        let lacking: Vec<TownshipFiling> =
            deadline.townships.iter().filter(|filed| filed.state.is_lacking()).copied().collect();
        let due = deadline.due_text();
        let count = lacking.len();
        if lacking.is_empty() {
            return text!("{what}（{due} 前）：已全部报送", "{what} (by {due}): all submitted", what, due);
        }
        let names = lacking.iter().map(|filed| {
            let name = &self.townships[filed.township].name;
            let state = filed.state.title();
            if filed.state == deadline::DeadlineState::Returned {
                text!("{name}（{state}）", "{name} ({state})", state)
            } else {
                Text::same(name)
            }
        });
        let list = some_names(names.collect());
        text!(
            "{what}（{due} 前）未报 {count} 个：{list}",
            "{what} (by {due}), not submitted ({count}): {list}",
            what,
            due,
            list
        )
    }

    /// The milestone that comes next, else the last.
    fn current(&self, indicator: &Indicator) -> Option<usize> {
        let next = indicator.milestones.iter().position(|milestone| milestone.due >= self.as_of);
        next.or(indicator.milestones.len().checked_sub(1))
    }

    /// For each township its progress at one milestone of an indicator; none without a share.
    fn progress_by_township(&self, at: IndicatorNo, milestone: usize) -> Vec<Option<MilestoneProgress>> {
        let all = progress::township_progress(self.plan, at, self.figures, self.townships, self.as_of);
        all.into_iter()
            .map(|mut progress| (milestone < progress.len()).then(|| progress.swap_remove(milestone)))
            .collect()
    }

    /// Whether a milestone that is no stretch target is missed or behind, or something due is missing.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        let targets = self.plan.indicator_nos().any(|at| {
            progress::county_progress(self.plan, at, self.figures, self.as_of).iter().any(|one| one.state.is_failing())
        });
        targets || !self.overdue().is_empty()
    }

    /// Deadlines past with somebody's work missing or sent back.
    #[must_use]
    pub fn overdue(&self) -> Vec<Deadline> {
        let filings = &self.figures.filings;
        let mut all = deadline::monthly_deadlines(self.plan, self.calendar, self.townships, filings, self.as_of);
        all.extend(deadline::arrangement_deadline(self.plan, self.calendar, self.townships, filings, self.as_of));
        all.retain(|deadline| {
            deadline.due < self.as_of && deadline.townships.iter().any(|filed| filed.state.is_lacking())
        });
        all
    }

    /// What of this plan is still open on a later day, in one line; none if all is settled.
    #[must_use]
    pub fn still_open(&self) -> Option<Text> {
        let missed = self.plan.indicator_nos().filter(|&at| {
            let progress = progress::county_progress(self.plan, at, self.figures, self.as_of);
            progress.iter().any(|one| one.state == progress::MilestoneState::Missed)
        });
        let mut open: Vec<Text> = missed.map(|at| self.plan.indicators[at].title.clone()).collect();
        let lacking: usize = self.overdue().iter().map(lacking_in).sum();
        if lacking > 0 {
            open.push(text!(
                "未报材料 {lacking} 份",
                "{lacking} missing",
                lacking = Text::count(lacking, "document is", "documents are")
            ));
        }
        let year = self.plan.year;
        let list = some_names(open);
        (!list.is_empty())
            .then(|| text!("{year} 年方案尚有未了事项：{list}", "Still open in the {year} plan: {list}", list))
    }

    /// The months shown: from January to the as-of month, all after the plan's year, none before it.
    fn months(&self) -> impl Iterator<Item = Month> {
        self.plan.year.months().filter(|month| month.first() <= self.as_of)
    }
}

fn lacking_in(deadline: &Deadline) -> usize {
    deadline.townships.iter().filter(|filed| filed.state.is_lacking()).count()
}

/// A list that says how many it leaves out when it is long.
fn some_names(mut names: Vec<Text>) -> Text {
    if names.len() > 7 {
        names.truncate(6);
        let list = Text::list(&names);
        return text!("{list} 等", "{list} …", list);
    }
    Text::list(&names)
}

/// A whole number in units of 10^-places.
fn units(number: u64, places: u8) -> i64 {
    let number = i64::try_from(number).expect("no plan asks for that much");
    number.saturating_mul(scale(places))
}

/// A figure in units of 10^-places.
pub(super) fn figure_cell(figure: i64, places: u8) -> Cell {
    if places == 0 { Cell::Number(figure) } else { Cell::Decimal(decimal_text(figure, places)) }
}
