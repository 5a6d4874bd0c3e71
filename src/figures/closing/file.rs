//! A closing as a TOML file: written once, read ever after. Its last table seals what stands above it.
#![allow(clippy::format_push_string, reason = "a closing is written once, and reads like the file that it makes")]

use super::{Closing, FigurePair, IndicatorFigures, IssuedFigures, IssuedReport, IssuedReports};
use crate::base::config::{self, ConfigTable, ConfigValue};
use crate::base::day::{Day, Instant, Month};
use crate::base::fault::Result;
use crate::base::paths::DataPath;
use crate::base::text::Text;
use crate::figures::rules::CountingRules;
use crate::ledger::{Seal, sha256};
use crate::schema::township::{Township, TownshipKind};

/// What stands at the top of a closing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosingHead {
    /// By which rules it was counted.
    pub rules: CountingRules,
    /// The month.
    pub month: Month,
    /// The county's name.
    pub county: String,
    /// When it was closed.
    pub closed_at: Instant,
    /// By whom.
    pub closed_by: String,
    /// The as-of day: by it reports had come or not.
    pub as_of: Day,
    /// Why it was closed although something was lacking.
    pub despite: Option<String>,
}

const ABOUT: &str = "\
# 月度定稿：当月上报的数字和当时的依据。请勿修改；再次定稿另成一份。culture verify 按当时的台账重新计算并核对。
# A closed month: the figures as issued, and what they were counted from. Not to be edited: closing again makes another
# file. `culture verify` counts them anew from the ledgers as known then.
# [ledgers]: rows entered by closed_at, and SHA-256 over them sorted by id and rev: each row is LENGTH:ROW, in it each
# column that is not empty, by name, LENGTH:NAME=VALUE. [seal]: SHA-256 of all lines above it, each ended by LF.
";
const SEAL: &str = "\n[seal]\n";

/// A text with its seal below it.
fn sealed(text: String) -> String {
    let digest = sha256(text.as_bytes());
    text + SEAL + &format!("sha256 = \"{digest}\"\n")
}

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string().trim().to_owned()
}

impl ClosingHead {
    /// Reads no more than the head of a closing.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    pub fn read(file: &str, text: &str) -> Result<ClosingHead> {
        let head = text.split("\n[").next().expect("what is split has a first part");
        config::read_whole(file, head, read_head)
    }

    fn text(&self) -> String {
        let mut text = match self.rules {
            CountingRules::First => String::new(),
            rules @ (CountingRules::Second | CountingRules::Third) => format!("format = {}\n", rules.format()),
        };
        text += &format!("month = \"{}\"\ncounty = {}\n", self.month, quoted(&self.county));
        text += &format!("closed_at = \"{}\"\nclosed_by = {}\n", self.closed_at, quoted(&self.closed_by));
        text += &format!("as_of = {}\n", self.as_of);
        if let Some(despite) = &self.despite {
            text += &format!("despite = {}\n", quoted(despite));
        }
        text
    }
}

fn read_head(root: &ConfigTable<'_>) -> Option<ClosingHead> {
    let closed_at = root.require_word("closed_at");
    let read = closed_at.as_ref().and_then(|word| Instant::from_iso(word.text.as_bytes()));
    if let (Some(_), None, Some(value)) = (closed_at, read, root.value("closed_at")) {
        value.fault(
            "wrong-value",
            text!("此处应为时刻", "expected a date and time"),
            Some(Text::same("2018-06-05T09:00:00+08:00")),
        );
    }
    let rules = read_rules(root);
    let month = root.require_month("month");
    let county = root.require_text("county");
    let closed_by = root.require_text("closed_by");
    let as_of = root.require_day("as_of");
    let despite = root.text("despite");
    Some(ClosingHead { rules: rules?, month: month?, county, closed_at: read?, closed_by, as_of: as_of?, despite })
}

/// The rules by the format; a closing of before there were formats has none.
fn read_rules(root: &ConfigTable<'_>) -> Option<CountingRules> {
    let Some(value) = root.value("format") else { return Some(CountingRules::First) };
    let format = value.integer(1..=i64::MAX)?;
    let rules = CountingRules::of_format(format);
    if rules.is_none() {
        let newer = text!(
            "这份定稿出自更新的程序版本（格式 {format}）",
            "this closing was written by a newer program (format {format})"
        );
        value.fault("newer-format", newer, Some(text!("请升级 culture", "update culture")));
    }
    rules
}

impl Closing {
    /// The closing's file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = format!("{ABOUT}\n{}", self.head.text());
        for row in &self.issued.indicators {
            text += &row.text();
        }
        if let Some(reports) = &self.issued.reports {
            text += &reports.text();
        }
        text += "\n[townships]\n";
        for township in &self.townships {
            text += &township_text(township);
        }
        text += "\n[kinds]\n";
        for (id, digest) in &self.kinds {
            text += &format!("{id} = \"{digest}\"\n");
        }
        text += "\n[ledgers]\n";
        for (path, Seal { rows, digest }) in &self.ledgers {
            text += &format!("{} = {{ rows = {rows}, sha256 = \"{digest}\" }}\n", quoted(path));
        }
        let (file, plan) = &self.plan;
        let plan = format!("\n[plan]\nfile = {}\nsha256 = \"{}\"\n", quoted(file), sha256(plan.as_bytes()))
            + &format!("text = {}\n", quoted(plan));
        text += &plan;
        sealed(text)
    }

    /// Reads a closing. Whether it is as it was written, is said in it.
    ///
    /// # Errors
    /// Whatever is wrong with the file.
    pub fn read(file: &str, text: &str) -> Result<Closing> {
        let text = text.replace("\r\n", "\n");
        let above = text.rfind(SEAL).map_or("", |end| &text[..end]);
        // Nothing may stand behind the seal either.
        let intact = text.trim_end() == sealed(above.to_owned()).trim_end();
        config::read_whole(file, &text, |root| {
            // Where it is not the right one the text is not intact.
            let _ = root.require("seal").and_then(|seal| seal.table(|seal| seal.require_text("sha256")));
            let plan = root.require("plan").and_then(|plan| plan.table(read_plan)).flatten();
            let head = read_head(root);
            let indicators = root.tables("indicator", IndicatorFigures::read);
            let reports = root.table("reports", IssuedReports::read).flatten();
            let townships =
                read_entries(root, "townships", |id, value| value.table(|table| read_township(id, table))?);
            let kinds = read_entries(root, "kinds", |id, value| Some((id.to_owned(), value.text()?)));
            let ledgers =
                read_entries(root, "ledgers", |path, value| Some((path.to_owned(), value.table(read_seal)??)));
            let head = head?;
            Some(Closing {
                intact: intact
                    && matches!(DataPath::parse(file), Some(DataPath::Closing { month, .. }) if month == head.month),
                head,
                plan: plan?,
                kinds: kinds.into_iter().collect(),
                townships,
                issued: IssuedFigures { indicators, reports },
                ledgers: ledgers.into_iter().collect(),
            })
        })
    }
}

/// Everything in a table whose keys are free.
fn read_entries<T>(
    root: &ConfigTable<'_>,
    key: &'static str,
    mut read: impl FnMut(&str, &ConfigValue<'_>) -> Option<T>,
) -> Vec<T> {
    let Some(value) = root.require(key) else { return Vec::new() };
    value.entries().iter().filter_map(|(key, value)| read(&key.text, value)).collect()
}

fn read_plan(table: &ConfigTable<'_>) -> Option<(String, String)> {
    // For other programs: ours compares what the texts say.
    table.require_text("sha256");
    let file = table.require_text("file");
    Some((file, table.require("text")?.lines()?))
}

fn read_seal(table: &ConfigTable<'_>) -> Option<Seal> {
    let rows = table.require("rows").and_then(|rows| usize::try_from(rows.integer(0..=i64::from(u32::MAX))?).ok());
    let digest = table.require_text("sha256");
    Some(Seal { rows: rows?, digest })
}

fn township_text(township: &Township) -> String {
    let name = quoted(&township.name);
    let kind = township.kind.token();
    let monthly = township.monthly;
    let mut text = format!("{} = {{ name = {name}, kind = \"{kind}\", order = {}", township.id, township.order);
    text += &format!(", monthly = {monthly}");
    for (key, day) in [("from", township.from), ("until", township.until)] {
        if let Some(day) = day {
            text += &format!(", {key} = {day}");
        }
    }
    text + " }\n"
}

fn read_township(id: &str, table: &ConfigTable<'_>) -> Option<Township> {
    let kind = table.require_word("kind").and_then(|kind| TownshipKind::read(table, &kind));
    let order = table.integer("order", i64::MIN..=i64::MAX);
    let monthly = table.boolean("monthly", true);
    let from = table.day("from");
    let until = table.day("until");
    let name = table.require_text("name");
    let order = order.unwrap_or(Township::UNORDERED);
    Some(Township { order, from, until, monthly, ..Township::new(id, name, kind?) })
}

impl IndicatorFigures {
    fn text(&self) -> String {
        let FigurePair { month, year } = &self.county;
        let zh = quoted(&self.title.zh);
        let en = quoted(&self.title.en);
        let mut text = format!("\n[[indicator]]\nid = {}\ntitle = {{ zh = {zh}, en = {en} }}\n", quoted(&self.id));
        text += &format!("month = \"{month}\"\nyear = \"{year}\"\n");
        if let Some(whole) = &self.whole {
            text += &format!("of = \"{whole}\"\n");
        }
        text += "[indicator.townships]\n";
        for (id, FigurePair { month, year }) in &self.townships {
            text += &format!("{id} = {{ month = \"{month}\", year = \"{year}\" }}\n");
        }
        text
    }

    fn read(table: &ConfigTable<'_>) -> IndicatorFigures {
        IndicatorFigures {
            id: table.require_text("id"),
            title: table.require_bilingual("title"),
            county: self::read_pair(table),
            whole: table.text("of"),
            townships: read_entries(table, "townships", |id, value| Some((id.to_owned(), value.table(read_pair)?))),
        }
    }
}

fn read_pair(table: &ConfigTable<'_>) -> FigurePair {
    FigurePair { month: table.require_text("month"), year: table.require_text("year") }
}

impl IssuedReports {
    fn text(&self) -> String {
        let mut text = format!("\n[reports]\nnamed = {}\ndue = {}\n[reports.townships]\n", self.due.0, self.due.1);
        for filed in &self.townships {
            text += &format!("{} = {{ state = \"{}\"", filed.township, filed.state);
            if let Some(date) = filed.date {
                text += &format!(", date = {date}");
            }
            if let Some(zero) = filed.zero {
                text += &format!(", zero = {zero}");
            }
            text += " }\n";
        }
        text
    }

    fn read(table: &ConfigTable<'_>) -> Option<IssuedReports> {
        let townships =
            read_entries(table, "townships", |id, value| value.table(|table| IssuedReport::read(id, table)));
        let named = table.require_day("named");
        let due = table.require_day("due");
        Some(IssuedReports { due: (named?, due?), townships })
    }
}

impl IssuedReport {
    fn read(township: &str, table: &ConfigTable<'_>) -> IssuedReport {
        IssuedReport {
            township: township.to_owned(),
            state: table.require_text("state"),
            date: table.day("date"),
            zero: table.value("zero").and_then(|zero| zero.boolean()),
        }
    }
}
