//! A closed month: its page, and whether it still comes out.

use super::status::{target_cells, target_columns};
use super::{Block, Report};
use crate::base::day::Month;
use crate::base::fault::Fault;
use crate::base::text::Text;
use crate::figures::closing::{
    Closing, ClosingFindings, FigureDifference, FigurePeriod, FigureScope, LedgerDifference, RecordChange, RecordFate,
    TimelinePair,
};
use crate::figures::deadline::DeadlineState;
use crate::report::records::{ReferenceLabels, differences_in_words};
use crate::report::table::{Cell, Column, Table, Tone};
use crate::schema::kind::Kind;
use crate::schema::plan::{Adjustment, Plan};
use crate::schema::township::{Township, TownshipNo};

/// What was issued.
#[must_use]
pub fn page(closing: &Closing, plan: &Plan) -> Report {
    let mut columns = vec![
        Column::new("indicator", Text::new("指标", "indicator")),
        Column::new("in_month", Text::new("本月", "month")),
        Column::new("done", Text::new("累计", "done")),
    ];
    columns.extend(target_columns(plan));
    let mut rows = Vec::new();
    for (issued, indicator) in closing.issued.indicators.iter().zip(&plan.indicators) {
        let title = Cell::Said(indicator.title.clone());
        let mut row = vec![title, figure(&issued.county.month), figure(&issued.county.year)];
        row.extend(target_cells(plan, indicator));
        rows.push(row);
    }
    let mut blocks = vec![Block::Table(Table { title: Text::default(), columns, rows })];
    if let Some(reports) = &closing.issued.reports {
        let on_time = reports.count(DeadlineState::OnTime);
        let late = reports.count(DeadlineState::Late);
        let returned = reports.count(DeadlineState::Returned);
        let missing = reports.count(DeadlineState::Missing) + reports.count(DeadlineState::Open);
        blocks.push(Block::Line(text!(
            "月报：按时 {on_time}、迟报 {late}、退回 {returned}、未报 {missing}",
            "Reports: {on_time} on time, {late} late, {returned} returned, {missing} missing"
        )));
    }
    let ledgers = Text::count(closing.ledgers.len(), "ledger", "ledgers");
    let rows: usize = closing.ledgers.values().map(|seal| seal.rows).sum();
    let rows = Text::count(rows, "row", "rows");
    blocks.push(Block::Line(text!(
        "取自 {ledgers} 本台账、{rows} 条登记（含更正、作废）",
        "Based on {ledgers}, {rows}",
        ledgers,
        rows
    )));
    let month = closing.head.month;
    let county = &closing.head.county;
    Report { title: text!("{county} {month} 月度定稿", "{county}: {month} as closed"), blocks, json: None }
}

/// A figure as written.
#[must_use]
pub(super) fn figure(text: &str) -> Cell {
    text.parse().map_or_else(|_| Cell::Decimal(text.to_owned()), Cell::Number)
}

/// A closing that was looked at.
#[derive(Debug)]
pub struct Verification {
    /// The month.
    pub month: Month,
    /// The first closing of the month, or a later one.
    pub number: u32,
    /// Its path.
    pub path: String,
    /// The closing; none if it cannot be read.
    pub closing: Option<Closing>,
    /// What it was found to be.
    pub findings: ClosingFindings,
}

/// What all closings were found to be.
#[must_use]
pub fn verification(all: &[Verification]) -> Report {
    if all.is_empty() {
        let none = Text::new(
            "还没有一个月定稿；定稿：culture close 月份",
            "No months are closed yet; to close one: culture close MONTH",
        );
        return Report { blocks: vec![Block::Line(none)], ..Report::default() };
    }
    let columns = vec![
        Column::new("month", Text::new("月份", "month")),
        Column::new("closing", Text::new("定稿", "closing")),
        Column::new("closed_at", Text::new("定稿时间", "closed at")),
        Column::new("closed_by", Text::new("定稿人", "closed by")),
        Column::new("verdict", Text::new("核对", "verified")),
    ];
    let mut blocks =
        vec![Block::Table(Table { title: Text::default(), columns, rows: all.iter().map(verification_row).collect() })];
    let found: Vec<Vec<Cell>> = all.iter().flat_map(finding_rows).collect();
    if !found.is_empty() {
        let columns = vec![
            Column::new("month", Text::new("月份", "month")),
            Column::new("file", Text::new("文件", "file")),
            Column::new("finding", Text::new("问题", "finding")),
            Column::new("detail", Text::new("说明", "detail")),
        ];
        blocks.push(Block::Table(Table { title: Text::new("不一致之处", "Differences"), columns, rows: found }));
    }
    let moved: Vec<Vec<Cell>> = all.iter().flat_map(figures).collect();
    if !moved.is_empty() {
        let mut columns = vec![Column::new("month", Text::new("月份", "month"))];
        columns.extend(moved_columns());
        let title = Text::new("重新计算对不上的数字", "Figures that do not match");
        blocks.push(Block::Table(Table { title, columns, rows: moved }));
    }
    Report { title: Text::new("定稿核对", "Closed months, recounted"), blocks, json: None }
}

fn verification_row(one: &Verification) -> Vec<Cell> {
    let head = one.closing.as_ref().map(|closing| &closing.head);
    vec![
        Cell::Month(one.month),
        Cell::Number(one.number.into()),
        head.map_or(Cell::None, |head| Cell::Instant(head.closed_at)),
        head.map_or(Cell::None, |head| Cell::Text(head.closed_by.clone())),
        verdict(&one.findings),
    ]
}

fn verdict(findings: &ClosingFindings) -> Cell {
    let (token, text, tone) = if findings.is_equal() {
        ("equal", Text::new("一致", "matches"), Tone::Good)
    } else {
        ("differs", Text::new("不一致", "differs"), Tone::Bad)
    };
    Cell::Token { token: token.to_owned(), text, tone }
}

fn finding_rows(one: &Verification) -> Vec<Vec<Cell>> {
    let findings = &one.findings;
    let mut rows = Vec::new();
    if findings.edited {
        let detail = Text::new("定稿文件写成后不应改动", "a closing must never be changed");
        rows.push(finding_row(one.month, &one.path, "edited", Text::new("定稿被改动", "closing changed"), detail));
    }
    for (path, difference) in &findings.ledgers {
        let (token, text, detail) = difference_words(difference);
        rows.push(finding_row(one.month, path, token, text, detail));
    }
    for township in &findings.reports {
        let text = Text::new("月报状态不同", "report status differs");
        rows.push(finding_row(one.month, &format!("townships/{township}"), "report", text, Text::default()));
    }
    for fault in &findings.uncounted {
        let file = fault.place.as_ref().map_or("", |place| &place.file);
        let text = Text::new("无法重算", "cannot be recounted");
        let detail = with_line(fault);
        rows.push(finding_row(one.month, file, "uncounted", text, detail));
    }
    for kind in findings.kinds.iter().filter(|_| !findings.is_equal()) {
        let text = Text::new("类别定义已变", "kind definition changed");
        rows.push(finding_row(one.month, &format!("kinds/{kind}"), "kind", text, Text::default()));
    }
    rows
}

fn finding_row(month: Month, file: &str, token: &str, text: Text, detail: Text) -> Vec<Cell> {
    let finding = Cell::Token { token: token.to_owned(), text, tone: Tone::Bad };
    let detail = if detail.is_empty() { Cell::None } else { Cell::Said(detail) };
    vec![Cell::Month(month), Cell::Text(file.to_owned()), finding, detail]
}

fn difference_words(difference: &LedgerDifference) -> (&'static str, Text, Text) {
    match difference {
        LedgerDifference::Lost(rows) => {
            ("lost", Text::new("丢失", "rows lost"), text!("少了 {rows} 行", "rows missing: {rows}"))
        }
        LedgerDifference::More(rows) => (
            "more",
            Text::new("多出", "extra rows"),
            text!("多了 {rows} 行：手工插入，或从别处混入", "extra rows: {rows}, inserted by hand or from elsewhere"),
        ),
        LedgerDifference::Altered => (
            "altered",
            Text::new("改动", "rows changed"),
            Text::new("行数不变，内容被改", "same number of rows, but different content"),
        ),
        LedgerDifference::Unreadable(fault) => ("unreadable", Text::new("读不全", "unreadable"), with_line(fault)),
    }
}

fn with_line(fault: &Fault) -> Text {
    let what = &fault.what;
    match &fault.place {
        Some(place) if place.line > 0 => {
            let line = place.line;
            text!("第 {line} 行：{what}", "line {line}: {what}", what)
        }
        Some(_) | None => what.clone(),
    }
}

fn figures(one: &Verification) -> Vec<Vec<Cell>> {
    let Some(closing) = &one.closing else { return Vec::new() };
    one.findings
        .figures
        .iter()
        .map(|moved: &FigureDifference| {
            let mut row = vec![Cell::Month(one.month)];
            row.extend(moved_row(closing, moved));
            row
        })
        .collect()
}

/// A record that is not as it was when the month was closed.
#[derive(Clone, Debug)]
pub struct ChangedRecord {
    /// Its township.
    pub township: TownshipNo,
    /// Its kind's title.
    pub kind: Text,
    /// What people call it.
    pub label: Text,
    /// What became of it.
    pub since: RecordChange,
    /// Which of its values are others, and on which days.
    changed: Option<Text>,
}

impl ChangedRecord {
    /// A record of a kind.
    #[must_use]
    pub fn new(kind: &Kind, township: TownshipNo, since: RecordChange, names: ReferenceLabels<'_>) -> ChangedRecord {
        ChangedRecord {
            township,
            kind: kind.title.clone(),
            label: since.last.display_label(kind),
            changed: since
                .timelines
                .as_ref()
                .map(|TimelinePair { was, now }| Text::clauses(&differences_in_words(kind, was, now, names))),
            since,
        }
    }
}

/// A month as issued beside the month as it stands, and the records that make the difference.
#[must_use]
pub fn restatement(
    closing: &Closing,
    moved: &[FigureDifference],
    entries: &[ChangedRecord],
    townships: &[Township],
    public: bool,
) -> Report {
    let head = &closing.head;
    let month = head.month;
    let at = head.closed_at.to_minute();
    let by = &head.closed_by;
    let closed = if public {
        text!("定稿：{at}", "Closed: {at}")
    } else {
        text!("定稿：{at}，{by}", "Closed: {at}, by {by}")
    };
    let mut blocks = vec![Block::Line(closed)];
    if moved.is_empty() {
        blocks.push(Block::Line(Text::new("数字与定稿时相同。", "The figures are the same as when issued.")));
    } else {
        let rows = moved.iter().map(|moved| moved_row(closing, moved)).collect();
        let title = Text::new("数字变化", "Changed figures");
        blocks.push(Block::Table(Table { title, columns: moved_columns(), rows }));
    }
    if !entries.is_empty() {
        let rows = entries.iter().map(|entry| entry_row(entry, townships)).collect();
        let columns = [
            ("fate", Text::new("情况", "what")),
            ("township", Text::new("单位", "township")),
            ("kind", Text::new("类别", "kind")),
            ("record", Text::new("记录", "record")),
            ("id", Text::new("编号", "id")),
            ("changed", Text::new("内容", "changed")),
            ("entered_at", Text::new("登记时间", "entered at")),
            ("entered_by", Text::new("登记人", "entered by")),
            ("reason", Text::new("事由", "reason")),
        ];
        let columns = columns.into_iter().map(|(key, title)| Column::new(key, title)).collect();
        let title = Text::new("定稿后补录、更正、作废的记录", "Records entered, corrected or voided since");
        blocks.push(Block::Table(Table { title, columns, rows }));
    }
    let county = &head.county;
    let title = text!("{county} {month} 数据更正说明", "{county}: restatement for {month}");
    Report { title, blocks, json: None }.seen_by(public)
}

/// That the plan has become another version than the one (by its path) by which a month was closed.
#[must_use]
pub fn adjusted_since(plan: &Plan, closed_by: &str) -> Option<Text> {
    let Adjustment { document, issued, .. } = plan.adjustment.as_ref()?;
    Some(text!(
        "方案在定稿后有调整（{document}，{issued}）；以上两个数都按定稿时的方案（{closed_by}）计算。",
        "The plan has been adjusted since ({document}, {issued}); both figures are counted under {closed_by}."
    ))
}

fn entry_row(entry: &ChangedRecord, townships: &[Township]) -> Vec<Cell> {
    let last = &entry.since.last;
    let (token, text) = match entry.since.fate {
        RecordFate::Late => ("late", Text::new("补录", "added late")),
        RecordFate::Corrected => ("corrected", Text::new("更正", "corrected")),
        RecordFate::Changed => ("changed", Text::new("补录变动", "changed late")),
        RecordFate::Voided => ("voided", Text::new("作废", "voided")),
        RecordFate::Restored => ("restored", Text::new("恢复", "restored")),
    };
    vec![
        Cell::Token { token: token.to_owned(), text, tone: Tone::Plain },
        Cell::Text(townships[entry.township].name.clone()),
        Cell::Said(entry.kind.clone()),
        // Its label begins with its date.
        Cell::Said(entry.label.clone()),
        Cell::Text(last.id.to_string()),
        entry.changed.clone().map_or(Cell::None, Cell::Said),
        Cell::Instant(last.entered_at),
        Cell::Text(last.entered_by.clone()),
        Cell::Text(last.reason.clone()),
    ]
}

/// What has changed in the county's figures since a month was closed, in one line; none if nothing has.
#[must_use]
pub fn correction(closing: &Closing, moved: &[FigureDifference]) -> Option<Text> {
    let of_county = moved.iter().filter(|moved| moved.scope == FigureScope::County && moved.part == FigurePeriod::Year);
    let said: Vec<Text> = of_county
        .filter_map(|moved| {
            let title = &closing.issued.indicators.iter().find(|row| row.id == moved.indicator)?.title;
            let issued = &moved.issued;
            let now = &moved.now;
            Some(text!("{title} {issued} 更正为 {now}", "{title} {issued}, now {now}", title))
        })
        .collect();
    if said.is_empty() {
        return None;
    }
    let month = closing.head.month;
    let list = Text::list(&said);
    Some(text!(
        "数据更正说明：{month} 定稿后，{list}（明细：culture restate {month}）",
        "Corrections since {month} was closed: {list} (see culture restate {month})",
        list
    ))
}

/// The columns of figures that are other ones now.
#[must_use]
pub(super) fn moved_columns() -> Vec<Column> {
    vec![
        Column::new("indicator", Text::new("指标", "indicator")),
        Column::new("whose", Text::new("单位", "township")),
        Column::new("part", Text::new("口径", "period")),
        Column::new("issued", Text::new("定稿数", "issued")),
        Column::new("now", Text::new("现在", "now")),
    ]
}

/// One such figure.
#[must_use]
pub(super) fn moved_row(closing: &Closing, moved: &FigureDifference) -> Vec<Cell> {
    let whose = match &moved.scope {
        FigureScope::County => Cell::plain("county", Text::new("全县", "the county")),
        FigureScope::Whole => Cell::plain("whole", Text::new("全县总数", "county total")),
        FigureScope::Township(id) => Cell::plain(id, township_name(closing, id)),
    };
    let part = match moved.part {
        FigurePeriod::Month => Cell::plain("month", Text::new("当月", "month")),
        FigurePeriod::Year => Cell::plain("year", Text::new("累计", "year to date")),
    };
    let title = closing.issued.indicators.iter().find(|row| row.id == moved.indicator).map(|row| row.title.clone());
    let indicator = Cell::plain(&moved.indicator, title.unwrap_or_else(|| Text::same(&moved.indicator)));
    vec![indicator, whose, part, figure(&moved.issued), figure(&moved.now)]
}

/// What a township was called when the month was closed.
fn township_name(closing: &Closing, id: &str) -> Text {
    let known = closing.townships.iter().find(|township| township.id == id);
    Text::same(known.map_or(id, |township| &township.name))
}
