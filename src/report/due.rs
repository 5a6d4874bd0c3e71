//! What is due next, from whom it is still lacking, whom to call, and a reminder to paste.

use super::{Block, Report};
use crate::base::day::{Day, Month};
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::figures::deadline::{self, Deadline};
use crate::figures::tally::Filing;
use crate::report::table::{Cell, Column, Table, Tone};
use crate::schema::calendar::Calendar;
use crate::schema::plan::Plan;
use crate::schema::township::{Township, TownshipNo};

impl From<deadline::DeadlineState> for Cell {
    fn from(state: deadline::DeadlineState) -> Cell {
        let tone = match state {
            deadline::DeadlineState::OnTime => Tone::Good,
            deadline::DeadlineState::Late | deadline::DeadlineState::Returned => Tone::Warn,
            deadline::DeadlineState::Missing => Tone::Bad,
            deadline::DeadlineState::Open => Tone::Plain,
        };
        Cell::Token { token: state.token().to_owned(), text: state.title(), tone }
    }
}

/// All that the calendar of a plan is made from.
#[derive(Clone, Copy)]
pub struct DueDates<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The days of rest.
    pub calendar: &'a Calendar,
    /// The townships, in order.
    pub townships: &'a [Township],
    /// What has been handed in.
    pub filings: &'a [Filing],
    /// Months that are closed: their summaries are made.
    pub closed: &'a [Month],
    /// The as-of day.
    pub as_of: Day,
}

/// Something that is due.
#[derive(Clone, Debug)]
pub struct DueItem {
    /// A name that stays the same from year to year's end.
    pub id: String,
    /// The day that counts.
    pub due: Day,
    /// What is due.
    pub what: Text,
    /// Where the plan says so.
    pub clause: String,
    /// Whether it is done.
    pub done: bool,
    /// From whom it is still lacking.
    pub lacking: Vec<TownshipNo>,
    /// It is the bureau's own to do.
    pub own: bool,
}

impl DueDates<'_> {
    /// Everything that the plan's year asks for, by day.
    #[must_use]
    pub fn items(&self) -> Vec<DueItem> {
        let mut items: Vec<DueItem> = self.plan.duties.iter().map(duty).collect();
        items.extend(self.plan.milestones.iter().map(|milestone| {
            let share = milestone.share;
            DueItem {
                id: format!("milestone-{share}"),
                due: milestone.due,
                what: text!("各项任务完成 {share}%", "{share}% of every target"),
                clause: milestone.clause.clone(),
                done: milestone.due < self.as_of,
                lacking: Vec::new(),
                own: false,
            }
        }));
        let all = Day(i32::MAX / 2).min(self.plan.year.last().plus(366));
        // Deadlines of months that have not begun are asked for as of their end.
        if let Some(rule) = &self.plan.arrangement
            && let Some(deadline) =
                deadline::arrangement_deadline(self.plan, self.calendar, self.townships, self.filings, self.as_of)
        {
            let what = Text::new("工作安排", "work arrangement");
            items.push(filing_item("arrangement".to_owned(), what, &rule.clause, &deadline));
        }
        items.extend(self.reports(all));
        items.sort_by(|one, other| (one.due, &one.id).cmp(&(other.due, &other.id)));
        items
    }

    /// The townships' monthly reports, and the bureau's summaries of them.
    fn reports(&self, all: Day) -> Vec<DueItem> {
        let Some(rule) = &self.plan.monthly else { return Vec::new() };
        let known: Vec<Filing> = self.filings.iter().filter(|filing| filing.date <= self.as_of).copied().collect();
        let mut items = Vec::new();
        for deadline in deadline::monthly_deadlines(self.plan, self.calendar, self.townships, &known, all) {
            let Some(month) = deadline.month else { continue };
            let what = text!("{month} 月报", "report for {month}");
            let mut item = filing_item(format!("report-{month}"), what, &rule.clause, &deadline);
            if month.first() > self.as_of {
                item.lacking.clear();
            }
            items.push(item);
            let due = rule.summary_due_day(month, self.calendar);
            let named = rule.summary_planned_day(month);
            items.push(DueItem {
                id: format!("summary-{month}"),
                due,
                what: moved_note(text!("汇总 {month} 工作进展", "summary for {month}"), due, named),
                clause: rule.clause.clone(),
                done: self.closed.contains(&month),
                lacking: Vec::new(),
                own: true,
            });
        }
        items
    }

    /// What is due within so many days, and what is overdue.
    #[must_use]
    pub fn report(&self, days: i32) -> Report {
        let until = self.as_of.plus(days);
        let items: Vec<DueItem> = self.items().into_iter().filter(|item| item.due <= until && !item.done).collect();
        let mut blocks = vec![Block::Table(self.table(&items))];
        if let Some(table) = self.contacts(&items) {
            blocks.push(Block::Table(table));
        }
        blocks.extend(items.iter().filter_map(|item| self.reminder(item)).map(Block::Line));
        blocks.extend(unknown_holidays(self.plan, self.calendar).map(Block::Line));
        let title = &self.plan.title;
        let as_of = self.as_of;
        let days = Text::count(days, "day", "days");
        let title =
            text!("{title}：{as_of} 起 {days} 天内到期事项", "{title}: due within {days} of {as_of}", title, days);
        Report { title, blocks, json: None }
    }

    /// What is due within so many days and what is overdue, and whom to call for what is overdue.
    #[must_use]
    pub fn open(&self, days: i32) -> Vec<Block> {
        let until = self.as_of.plus(days);
        let items: Vec<DueItem> = self.items().into_iter().filter(|item| item.due <= until && !item.done).collect();
        let overdue: Vec<DueItem> = items.iter().filter(|item| item.due < self.as_of).cloned().collect();
        std::iter::once(self.table(&items)).chain(self.contacts(&overdue)).map(Block::Table).collect()
    }

    fn table(&self, items: &[DueItem]) -> Table {
        let columns = vec![
            Column::new("due", Text::new("截止日期", "due")),
            Column::new("days", Text::new("剩余（天）", "days left")),
            Column::new("what", Text::new("事项", "what")),
            Column::new("lacking", Text::new("未完成单位", "missing")),
        ];
        Table { title: Text::default(), columns, rows: items.iter().map(|item| self.item_row(item)).collect() }
    }

    fn item_row(&self, item: &DueItem) -> Vec<Cell> {
        let left = item.due.0 - self.as_of.0;
        let lacking = if item.own {
            let text = Text::new("本局", "the bureau");
            let tone = if left < 0 { Tone::Bad } else { Tone::Plain };
            Cell::Token { token: "bureau".to_owned(), text, tone }
        } else if item.lacking.is_empty() {
            Cell::None
        } else {
            let count = item.lacking.len();
            let tone = if left < 0 { Tone::Bad } else { Tone::Plain };
            Cell::Token { token: count.to_string(), text: townships(count), tone }
        };
        let days = if left < 0 {
            let late = -left;
            Cell::Token {
                token: left.to_string(),
                text: text!("已逾期 {late} 天", "{late} late", late = Text::count(late, "day", "days")),
                tone: Tone::Bad,
            }
        } else {
            Cell::Number(left.into())
        };
        vec![Cell::Day(item.due), days, Cell::Said(item.what.clone()), lacking]
    }

    /// Whom to call for what is overdue or due.
    fn contacts(&self, items: &[DueItem]) -> Option<Table> {
        let mut rows = Vec::new();
        for (at, township) in self.townships.iter().numbered() {
            let lacks: Vec<Text> =
                items.iter().filter(|item| item.lacking.contains(&at)).map(|item| item.what.clone()).collect();
            if lacks.is_empty() {
                continue;
            }
            rows.push(vec![
                Cell::Text(township.name.clone()),
                Cell::Said(Text::list(&lacks)),
                Cell::text(township.contact.as_deref()),
                Cell::text(township.phone.as_deref()),
            ]);
        }
        let columns = vec![
            Column::new("township", Text::new("单位", "township")),
            Column::new("lacks", Text::new("未报材料", "missing")),
            Column::new("contact", Text::new("联系人", "contact")),
            Column::new("phone", Text::new("电话", "phone")),
        ];
        let mut table = Table { title: Text::new("未报单位", "Not submitted"), columns, rows };
        table.drop_empty_columns();
        (!table.rows.is_empty()).then_some(table)
    }

    /// Words to paste into a message.
    fn reminder(&self, item: &DueItem) -> Option<Text> {
        if item.lacking.is_empty() {
            return None;
        }
        let names: Vec<Text> = item.lacking.iter().map(|&at| Text::same(&self.townships[at].name)).collect();
        let names = Text::list(&names);
        let what = &item.what;
        let due = item.due;
        Some(if item.due < self.as_of {
            text!(
                "【催报】{names}：{what}已于 {due} 到期，至今未收到，请立即报送。",
                "[Reminder] {names}: {what} was due on {due} and has not been received; please submit it now.",
                names,
                what
            )
        } else {
            text!(
                "【提醒】{names}：请于 {due} 前报送{what}。",
                "[Reminder] {names}: please submit by {due}: {what}.",
                names,
                what = what.set_off()
            )
        })
    }
}

/// A note where due days move with days of rest that are not known.
pub(super) fn unknown_holidays(plan: &Plan, calendar: &Calendar) -> Option<Text> {
    let years: Vec<Text> = calendar.unknown_years(plan).into_iter().map(|year| Text::same(year.to_string())).collect();
    if years.is_empty() {
        return None;
    }
    let files: Vec<Text> = years.iter().map(|year| Text::same(format!("holidays/{}.toml", year.zh))).collect();
    let years = Text::list(&years);
    let files = Text::list(&files);
    Some(text!(
        "没有 {years} 年节假日数据（{files}），报送期限只按周末推算。",
        "No public holidays on file for {years} ({files}): due days take only weekends into account.",
        years,
        files
    ))
}

fn duty(duty: &crate::schema::plan::Duty) -> DueItem {
    DueItem {
        id: format!("duty-{}", duty.id),
        due: duty.due,
        what: duty.title.clone(),
        clause: duty.clause.clone(),
        done: duty.done.is_some(),
        lacking: Vec::new(),
        own: true,
    }
}

fn filing_item(id: String, what: Text, clause: &str, deadline: &Deadline) -> DueItem {
    let what = moved_note(what, deadline.due, deadline.planned);
    let lacking = deadline.townships.iter().filter(|filed| filed.state.is_lacking());
    let lacking: Vec<TownshipNo> = lacking.map(|filed| filed.township).collect();
    let due = deadline.due;
    let clause = clause.to_owned();
    let done = lacking.is_empty();
    DueItem { id, due, what, clause, done, lacking, own: false }
}

fn townships(count: usize) -> Text {
    text!("{count} 个单位", "{count}", count = Text::count(count, "township", "townships"))
}

/// What is due, with a word where it is due on another day than the one that the plan names.
fn moved_note(what: Text, due: Day, named: Day) -> Text {
    match due.cmp(&named) {
        std::cmp::Ordering::Equal => what,
        std::cmp::Ordering::Greater => text!("{what}（顺延）", "{what} (moved)", what),
        std::cmp::Ordering::Less => text!("{what}（提前）", "{what} (moved)", what),
    }
}
