//! Notices: the facts frozen in words, the text for the office's template, and the list of what is open.

use super::lagging::words;
use super::{Block, Report};
use crate::base::day::{Day, Year};
use crate::base::text::{Lang, Text};
use crate::figures::supervision::{Finding, FindingKey};
use crate::report::table::{Cell, Column, Table, Tone};
use crate::schema::kind::{FieldNo, Kind, NoticeFields};
use crate::schema::plan::Plan;
use crate::schema::record::Revision;
use crate::schema::township::{Township, TownshipNo};
use serde_json::{Value, json};

/// As many characters of facts as certainly fit into a cell.
const ROOM: usize = 3_600;

/// Findings in one line: when, as known when, each with its figures and the ids of its records. Where there are more ids
/// than fit, so many are named and how many there are is said.
#[must_use]
pub fn facts(plan: &Plan, findings: &[&Finding], (as_of, known): (Day, &str), lang: Lang) -> String {
    const SIZES: [usize; 6] = [usize::MAX, 50, 20, 10, 5, 2];
    for most in SIZES {
        let facts = facts_naming(plan, findings, (as_of, known), most, lang);
        if facts.chars().count() <= ROOM {
            return facts;
        }
    }
    facts_naming(plan, findings, (as_of, known), 0, lang)
}

/// The same, with no more than so many ids of each finding.
fn facts_naming(plan: &Plan, findings: &[&Finding], (as_of, known): (Day, &str), most: usize, lang: Lang) -> String {
    let told: Vec<String> =
        findings.iter().enumerate().map(|(at, finding)| finding_line(plan, at + 1, finding, most, lang)).collect();
    let told = told.join(if lang == Lang::Zh { "；" } else { "; " });
    text!("截至 {as_of}（按 {known} 已登记的数据）：{told}。", "As of {as_of} (as known at {known}): {told}.")
        .say(lang)
        .to_owned()
}

fn finding_line(plan: &Plan, number: usize, finding: &Finding, most: usize, lang: Lang) -> String {
    let words = words(plan, &finding.ground);
    let count = finding.records.len();
    let ids: Vec<String> = finding.records.iter().take(most).map(ToString::to_string).collect();
    let zh = ids.join("、");
    let en = ids.join(", ");
    let records = match (count, ids.len()) {
        (0, _) => Text::new("［没有记录］", " [no records]"),
        (_, 0) => text!("［记录 {count} 条］", " [{count}]", count = Text::count(count, "record", "records")),
        (count, named) if named < count => text!("［记录 {count} 条：{zh} 等］", " [{count} records: {en} …]"),
        _ => text!("［记录：{zh}］", " [records: {en}]"),
    };
    text!("{number}. {words}{records}", "{number}. {words}{records}", words, records).say(lang).to_owned()
}

/// What a finding was about, in few words.
#[must_use]
pub fn key_words(plan: &Plan, key: &FindingKey) -> Text {
    match key {
        FindingKey::Milestone(id, due) => {
            let title = indicator_title(plan, id);
            text!("{title}未达 {due} 节点要求", "{title} short of what was due on {due}", title)
        }
        FindingKey::Course(id) => {
            let title = indicator_title(plan, id);
            text!("{title}滞后序时进度", "{title} behind schedule", title)
        }
        FindingKey::Missing(of) => {
            let months: Vec<Text> = of.iter().map(|month| Text::same(month.to_string())).collect();
            let months = Text::list(&months);
            text!("月报未报（{months}）", "missing monthly reports ({months})", months)
        }
        FindingKey::Late(_) => Text::new("发文后的月报仍未按时报送", "no monthly report on time since then"),
    }
}

fn indicator_title(plan: &Plan, id: &str) -> Text {
    let found = plan.indicators.iter().find(|indicator| indicator.id == id);
    found.map_or_else(|| Text::same(id), |indicator| indicator.title.clone())
}

/// A notice that is being drafted.
#[derive(Clone, Debug)]
pub struct NoticeDraft {
    /// To whom.
    pub township: TownshipNo,
    /// Our serial.
    pub serial: i64,
    /// The token of its type.
    pub ty: String,
    /// The title of its type.
    pub title: Text,
    /// By when.
    pub due: Option<Day>,
    /// The facts, in words.
    pub facts: String,
    /// By which rules, as a record keeps it.
    pub grounds: String,
}

/// What was drafted, for the office's template.
pub struct Letter<'a> {
    /// The county's name.
    pub county: &'a str,
    /// The townships, in order.
    pub townships: &'a [Township],
    /// The day.
    pub today: Day,
    /// One letter to all of them, which criticises; else one to each.
    pub circular: bool,
    /// What is asked for, if anything.
    pub requirements: Option<&'a str>,
    /// What was drafted, in the bureau's order.
    pub drafted: &'a [NoticeDraft],
}

impl Letter<'_> {
    /// Line by line.
    #[must_use]
    pub fn lines(&self) -> Vec<Text> {
        let mut lines = Vec::new();
        if self.circular {
            self.head(self.drafted, &mut lines);
            for one in self.drafted {
                let name = &self.townships[one.township].name;
                let facts = &one.facts;
                lines.push(text!("{name}：{facts}", "{name}: {facts}"));
            }
            self.asked(&mut lines);
            if let Some(due) = self.drafted.iter().find_map(|one| one.due) {
                lines.push(text!("请于 {due} 前整改到位。", "Please correct this by {due}."));
            }
            lines.push(Text::new("现予以通报批评。", "This circular is issued as a formal criticism."));
            self.foot(&mut lines);
            return lines;
        }
        for one in self.drafted {
            self.head(std::slice::from_ref(one), &mut lines);
            let name = &self.townships[one.township].name;
            let facts = &one.facts;
            lines.push(text!("{name}：", "{name}:"));
            lines.push(text!("经查，你单位存在以下问题。{facts}", "The inspectors found: {facts}"));
            self.asked(&mut lines);
            if let Some(due) = one.due {
                lines.push(text!(
                    "请于 {due} 前整改到位，并将整改情况书面报送我局。",
                    "Please correct this by {due}, and report in writing on how it was corrected."
                ));
            }
            self.foot(&mut lines);
        }
        lines
    }

    fn head(&self, drafted: &[NoticeDraft], lines: &mut Vec<Text>) {
        let Some(title) = drafted.first().map(|one| &one.title) else { return };
        let year = self.today.year();
        let serials = Text::list(&drafted.iter().map(|one| Text::same(one.serial.to_string())).collect::<Vec<_>>());
        lines.push(Text::default());
        lines.push(text!(
            "{title}（编号：〔{year}〕{serials}号）",
            "{title} (no. {serials} of {year})",
            title,
            serials
        ));
    }

    fn asked(&self, lines: &mut Vec<Text>) {
        if let Some(requirements) = self.requirements {
            lines.push(text!("整改要求：{requirements}", "Requirements: {requirements}"));
        }
    }

    fn foot(&self, lines: &mut Vec<Text>) {
        lines.extend([Text::same(self.county), Text::same(self.today.to_string())]);
    }
}

/// How far a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeState {
    /// 未办结
    Open,
    /// 逾期
    Overdue,
    /// 已办结: closed, or, of what only criticises, signed for.
    Closed,
}

/// How far a notice is on a day.
#[must_use]
pub fn notice_state(notice: &NoticeFields, record: &Revision, as_of: Day) -> NoticeState {
    let end = if record.values[notice.ty] == notice.rectification { notice.closed } else { notice.signed_for };
    match (record.day(end), record.day(notice.due)) {
        (Some(end), _) if end <= as_of => NoticeState::Closed,
        (_, Some(due)) if due < as_of => NoticeState::Overdue,
        _ => NoticeState::Open,
    }
}

impl NoticeState {
    fn cell(self) -> Cell {
        let (token, text, tone) = match self {
            NoticeState::Open => ("open", Text::new("未办结", "open"), Tone::Plain),
            NoticeState::Overdue => ("overdue", Text::new("逾期", "overdue"), Tone::Bad),
            NoticeState::Closed => ("closed", Text::new("已办结", "closed"), Tone::Good),
        };
        Cell::Token { token: token.to_owned(), text, tone }
    }

    const fn token(self) -> &'static str {
        match self {
            NoticeState::Open => "open",
            NoticeState::Overdue => "overdue",
            NoticeState::Closed => "closed",
        }
    }
}

/// A notice on record.
#[derive(Clone, Debug)]
pub struct ListedNotice {
    /// To whom.
    pub township: TownshipNo,
    /// Of which year.
    pub year: Year,
    /// The record.
    pub record: Revision,
}

/// Notices, and what is needed to tell of them.
pub struct NoticeList<'a> {
    /// Their kind.
    pub kind: &'a Kind,
    /// Where it keeps what.
    pub notice: &'a NoticeFields,
    /// The townships, in order.
    pub townships: &'a [Township],
    /// The as-of day.
    pub as_of: Day,
    /// By year and serial.
    pub all: Vec<ListedNotice>,
}

impl NoticeList<'_> {
    /// Leaves out what is done with.
    pub fn drop_closed(&mut self) {
        let notice = self.notice;
        let as_of = self.as_of;
        self.all.retain(|one| notice_state(notice, &one.record, as_of) != NoticeState::Closed);
    }

    /// The list.
    #[must_use]
    pub fn report(&self) -> Report {
        let title = &self.kind.title;
        let as_of = self.as_of;
        let title = text!("{title}（截至 {as_of}）", "{title}s (as of {as_of})", title);
        let block =
            if self.all.is_empty() { Block::Line(Text::new("没有。", "None.")) } else { Block::Table(self.table()) };
        let json = json!({
            "schema": "culture.notices/1", "as_of": as_of.to_string(),
            "notices": self.all.iter().map(|one| self.json(one)).collect::<Vec<_>>(),
        });
        Report { title, blocks: vec![block], json: Some(json) }
    }

    fn table(&self) -> Table {
        let columns = [
            ("serial", Text::new("序号", "serial")),
            ("type", Text::new("类型", "type")),
            ("township", Text::new("单位", "to")),
            ("date", Text::new("印发", "issued")),
            ("due", Text::new("期限", "due")),
            ("step", Text::new("进展", "step")),
            ("state", Text::new("状态", "state")),
            ("id", Text::new("编号", "id")),
        ];
        let columns = columns.into_iter().map(|(key, title)| Column::new(key, title)).collect();
        Table { title: Text::default(), columns, rows: self.all.iter().map(|one| self.row(one)).collect() }
    }

    fn row(&self, one: &ListedNotice) -> Vec<Cell> {
        let values = &one.record.values;
        let serial = &values[self.notice.serial];
        vec![
            Cell::Text(format!("{}-{serial}", one.year)),
            super::records::value_cell(&self.kind.fields[self.notice.ty], &values[self.notice.ty], &|_, _| None),
            Cell::Text(self.townships[one.township].name.clone()),
            Cell::day(one.record.date()),
            Cell::day(one.record.day(self.notice.due)),
            self.step(one),
            notice_state(self.notice, &one.record, self.as_of).cell(),
            Cell::Text(one.record.id.to_string()),
        ]
    }

    /// The last step that was taken.
    fn step(&self, one: &ListedNotice) -> Cell {
        let notice = self.notice;
        let steps = [
            (notice.closed, "closed", Text::new("已销号", "closed")),
            (notice.rechecked, "rechecked", Text::new("已复查", "rechecked")),
            (notice.response, "replied", Text::new("已回复", "replied")),
            (notice.signed_for, "signed", Text::new("已签收", "signed for")),
        ];
        let taken = steps.into_iter().find(|(field, ..)| !one.record.values[*field].is_empty());
        let drafted = (FieldNo::DATE, "drafted", Text::new("已起草", "drafted"));
        let (_, reached, text) = taken.unwrap_or(drafted);
        Cell::Token { token: reached.to_owned(), text, tone: Tone::Plain }
    }

    fn json(&self, one: &ListedNotice) -> Value {
        let fields = self.kind.fields.iter().zip(&one.record.values);
        let values: serde_json::Map<String, Value> =
            fields.map(|(field, value)| (field.name.clone(), super::records::value_json(field, value))).collect();
        json!({
            "id": one.record.id.to_string(), "year": one.year.0, "township": self.townships[one.township].id,
            "state": notice_state(self.notice, &one.record, self.as_of).token(), "values": values,
        })
    }
}
