//! A closing as a TOML file: written once, read ever after. Its last table seals what stands above it.
#![allow(clippy::format_push_string, reason = "a closing is written once, and reads like the file that it makes")]

use super::{Closing, FigurePair, IndicatorFigures, IssuedFigures, IssuedReport, IssuedReports};
use crate::base::config::{self, ConfigTable, ConfigValue};
use crate::base::day::{Day, Instant, Month, Year};
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
        let end = text.find("\n[").unwrap_or(text.len());
        config::read(file, text.get(..end).unwrap_or(text), read_head)
    }

    fn text(&self) -> String {
        let mut text = match self.rules {
            CountingRules::First => String::new(),
            rules @ CountingRules::Second => format!("format = {}\n", rules.format()),
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

fn read_head(root: &ConfigTable<'_>) -> ClosingHead {
    let closed_at = root.require_word("closed_at");
    let read = closed_at.as_ref().and_then(|word| Instant::from_iso(word.text.as_bytes()));
    if let (Some(_), None, Some(value)) = (closed_at, read, root.value("closed_at")) {
        value.fault(
            "wrong-value",
            text!("此处应为时刻", "expected a date and time"),
            Some(Text::same("2018-06-05T09:00:00+08:00")),
        );
    }
    let none = Month { year: Year(1), month: 1 };
    ClosingHead {
        rules: read_rules(root),
        month: root.require("month").and_then(|value| value.month()).unwrap_or(none),
        county: root.require_text("county"),
        closed_at: read.unwrap_or(Instant::new(0, crate::base::day::Offset::CHINA)),
        closed_by: root.require_text("closed_by"),
        as_of: root.require("as_of").and_then(|value| value.day()).unwrap_or(Day(0)),
        despite: root.text("despite"),
    }
}

/// The rules by the format; a closing of before there were formats has none.
fn read_rules(root: &ConfigTable<'_>) -> CountingRules {
    let Some(value) = root.value("format") else { return CountingRules::First };
    let Some(format) = value.integer(1..=i64::MAX) else { return CountingRules::First };
    CountingRules::of_format(format).unwrap_or_else(|| {
        let newer = text!(
            "这份定稿出自更新的程序版本（格式 {format}）",
            "this closing was written by a newer program (format {format})"
        );
        value.fault("newer-format", newer, Some(text!("请升级 culture", "update culture")));
        CountingRules::NOW
    })
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
        config::read(file, &text, |root| {
            // Where it is not the right one the text is not intact.
            let _ = root.require("seal").and_then(|seal| seal.table(|seal| seal.require_text("sha256")));
            let plan = root.require("plan").and_then(|plan| plan.table(read_plan)).unwrap_or_default();
            let head = read_head(root);
            let indicators = root.tables("indicator", IndicatorFigures::read);
            let reports = root.table("reports", IssuedReports::read);
            let townships = read_entries(root, "townships", |id, value| value.table(|table| read_township(id, table)));
            let kinds = read_entries(root, "kinds", |id, value| Some((id.to_owned(), value.text()?)));
            let ledgers = read_entries(root, "ledgers", |path, value| Some((path.to_owned(), value.table(read_seal)?)));
            Closing {
                intact: intact
                    && matches!(DataPath::parse(file), Some(DataPath::Closing { month, .. }) if month == head.month),
                head,
                plan,
                kinds: kinds.into_iter().collect(),
                townships,
                issued: IssuedFigures { indicators, reports },
                ledgers: ledgers.into_iter().collect(),
            }
        })
    }
}

/// Everything in a table whose keys are free.
fn read_entries<T>(
    root: &ConfigTable<'_>,
    key: &'static str,
    mut read: impl FnMut(&str, &ConfigValue<'_>) -> Option<T>,
) -> Vec<T> {
    let entries = root.require(key).map(|value| value.entries()).unwrap_or_default();
    entries.iter().filter_map(|(key, value)| read(&key.text, value)).collect()
}

fn read_plan(table: &ConfigTable<'_>) -> (String, String) {
    // For other programs: ours compares what the texts say.
    table.require_text("sha256");
    (table.require_text("file"), table.require("text").and_then(|text| text.lines()).unwrap_or_default())
}

fn read_seal(table: &ConfigTable<'_>) -> Seal {
    let rows = table.require("rows").and_then(|rows| rows.integer(0..=i64::MAX));
    // Where there is no number a fault has been told, and nothing comes of the seal.
    Seal { rows: rows.and_then(|rows| usize::try_from(rows).ok()).unwrap_or(0), digest: table.require_text("sha256") }
}

fn township_text(township: &Township) -> String {
    let name = quoted(&township.name);
    let kind = township.kind.token();
    let monthly = township.monthly;
    let mut text = format!("{} = {{ name = {name}, kind = \"{kind}\", order = {}", township.id, township.order);
    text += &format!(", monthly = {monthly}");
    for (key, day) in [("from", township.from), ("until", township.until)] {
        text += &day.map(|day| format!(", {key} = {day}")).unwrap_or_default();
    }
    text + " }\n"
}

fn read_township(id: &str, table: &ConfigTable<'_>) -> Township {
    let kind = TownshipKind::from_token(&table.require_text("kind")).unwrap_or(TownshipKind::Township);
    Township {
        order: table.integer("order", i64::MIN..=i64::MAX).unwrap_or(Township::UNORDERED),
        monthly: table.boolean("monthly", true),
        from: table.day("from"),
        until: table.day("until"),
        ..Township::new(id, table.require_text("name"), kind)
    }
}

impl IndicatorFigures {
    fn text(&self) -> String {
        let FigurePair { month, year } = &self.county;
        let zh = quoted(&self.title.zh);
        let en = quoted(&self.title.en);
        let mut text = format!("\n[[indicator]]\nid = {}\ntitle = {{ zh = {zh}, en = {en} }}\n", quoted(&self.id));
        text += &format!("month = \"{month}\"\nyear = \"{year}\"\n");
        text += &self.whole.as_ref().map(|whole| format!("of = \"{whole}\"\n")).unwrap_or_default();
        text += "[indicator.townships]\n";
        for (id, FigurePair { month, year }) in &self.townships {
            text += &format!("{id} = {{ month = \"{month}\", year = \"{year}\" }}\n");
        }
        text
    }

    fn read(table: &ConfigTable<'_>) -> IndicatorFigures {
        let pair = |id: &str, value: &ConfigValue<'_>| Some((id.to_owned(), value.table(read_pair)?));
        IndicatorFigures {
            id: table.require_text("id"),
            title: table.require_bilingual("title"),
            county: self::read_pair(table),
            whole: table.text("of"),
            townships: read_entries(table, "townships", pair),
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
            text += &filed.date.map(|date| format!(", date = {date}")).unwrap_or_default();
            text += &filed.zero.map(|zero| format!(", zero = {zero}")).unwrap_or_default();
            text += " }\n";
        }
        text
    }

    fn read(table: &ConfigTable<'_>) -> IssuedReports {
        let day = |key| table.require(key).and_then(|value| value.day()).unwrap_or(Day(0));
        let filed = |id: &str, table: &ConfigTable<'_>| IssuedReport {
            township: id.to_owned(),
            state: table.require_text("state"),
            date: table.day("date"),
            zero: table.value("zero").and_then(|zero| zero.boolean()),
        };
        let townships = read_entries(table, "townships", |id, value| value.table(|table| filed(id, table)));
        IssuedReports { due: (day("named"), day("due")), townships }
    }
}
