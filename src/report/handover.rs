//! One page for a new clerk: what is due and promised, who falls behind, what nobody has verified, which closings come
//! out, and how each figure is counted.

use super::lagging::rule_title;
use super::why::counting;
use super::{Block, Report};
use crate::base::day::{Day, Month};
use crate::base::id::Id;
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::figures::acceptance::IndicatorAcceptance;
use crate::figures::supervision::Finding;
use crate::report::table::{Cell, Column, Table};
use crate::schema::kind::Kind;
use crate::schema::plan::{Indicator, IndicatorNo, Plan};
use crate::schema::township::Township;
use std::collections::BTreeSet;

/// What stands on the page.
pub struct Handover<'a> {
    /// The county's name.
    pub county: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// A kind by its id.
    pub kind: &'a dyn Fn(&str) -> Option<&'a Kind>,
    /// The townships, in order.
    pub townships: &'a [Township],
    /// The as-of day.
    pub as_of: Day,
    /// What is due and open.
    pub due: Vec<Block>,
    /// The notices that are not done with.
    pub promised: Report,
    /// Who falls behind.
    pub findings: &'a [Finding],
    /// What nobody has verified, target by target.
    pub unverified: Vec<UnverifiedRecords>,
    /// Whether the closings come out.
    pub closings: Report,
    /// Months that are over and not closed.
    pub not_closed: Vec<Month>,
}

/// What of a target's records nobody has verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnverifiedRecords {
    /// The indicator.
    pub indicator: IndicatorNo,
    /// How many records it counts.
    pub records: usize,
    /// How many of them lack the evidence that the county asks for; none where it asks for none.
    pub lacking: Option<usize>,
    /// How many of them nobody has inspected.
    pub unchecked: usize,
}

impl UnverifiedRecords {
    /// Of a target up to a day; `lacking`: the records of its kind that lack evidence.
    #[must_use]
    pub fn of(
        indicator: IndicatorNo,
        struck: &IndicatorAcceptance,
        lacking: Option<&BTreeSet<Id>>,
        day: Day,
    ) -> UnverifiedRecords {
        let records = struck.on(day).count();
        let unchecked = struck.not_inspected(day).count();
        UnverifiedRecords {
            indicator,
            records,
            lacking: lacking
                .map(|ids: &BTreeSet<Id>| struck.on(day).filter(|looked| ids.contains(&looked.record)).count()),
            unchecked,
        }
    }
}

impl Handover<'_> {
    /// The page.
    #[must_use]
    pub fn report(self) -> Report {
        let county = self.county;
        let as_of = self.as_of;
        let title = text!("{county}工作交接单（截至 {as_of}）", "{county}: handover sheet (as of {as_of})");
        let lagging = self.lagging();
        let months = self.months();
        let counted = self.counted();
        let unverified = self.unverified();
        let mut blocks = section(Text::new("一、近期到期事项和未报材料", "1. Due and missing"), self.due);
        blocks.extend(section(Text::new("二、未办结的文书", "2. Open notices"), self.promised.blocks));
        blocks.extend(section(Text::new("三、滞后单位", "3. Townships behind"), vec![lagging]));
        blocks.extend(section(Text::new("四、佐证不齐、未抽查的记录", "4. Records not verified"), unverified));
        let mut closings = self.closings.blocks;
        closings.extend(months.map(Block::Line));
        blocks.extend(section(Text::new("五、定稿", "5. Closed months"), closings));
        blocks.extend(section(Text::new("六、各指标统计口径", "6. How each figure is counted"), counted));
        Report { title, blocks, json: None }
    }

    /// The kinds of targets, each with some words before it.
    fn kinds_of(&self, targets: &[&UnverifiedRecords], before: &str) -> Text {
        let ids = targets.iter().map(|one| self.plan.indicators[one.indicator].kind.as_str());
        let ids: BTreeSet<&str> = ids.collect();
        Text::list(&ids.into_iter().map(|id| Text::same(format!("{before}{id}"))).collect::<Vec<_>>())
    }

    /// A row for each target, and where the records are listed.
    fn unverified(&self) -> Vec<Block> {
        let columns = vec![
            Column::new("indicator", Text::new("指标", "indicator")),
            Column::new("records", Text::new("记录", "records")),
            Column::new("lacking", Text::new("佐证不齐", "missing evidence")),
            Column::new("unchecked", Text::new("未抽查", "not checked")),
        ];
        let rows = self.unverified.iter().map(|one| self.unverified_row(one)).collect();
        let mut blocks = vec![Block::Table(Table { title: Text::default(), columns, rows })];
        let (ruled, bare): (Vec<&UnverifiedRecords>, Vec<&UnverifiedRecords>) =
            self.unverified.iter().partition(|one| one.lacking.is_some());
        if !ruled.is_empty() {
            let list = self.kinds_of(&ruled, "culture evidence ");
            blocks.push(Block::Line(text!("佐证不齐的名单：{list}", "Records with missing evidence: {list}", list)));
        }
        if !bare.is_empty() {
            let list = self.kinds_of(&bare, "");
            blocks.push(Block::Line(text!(
                "没有规定佐证要求的类别：{list}（规定的写法：culture evidence 类别）",
                "No evidence rule for {list} (culture evidence KIND shows how to add one)",
                list
            )));
        }
        blocks.push(Block::Line(Text::new(
            "未抽查的名单：culture report acceptance --unchecked；抽样：culture sample；登记结果：culture inspect",
            "To list records not checked: culture report acceptance --unchecked; to draw a sample: culture sample; \
             to record results: culture inspect",
        )));
        blocks
    }

    fn unverified_row(&self, one: &UnverifiedRecords) -> Vec<Cell> {
        let title = Cell::Said(self.plan.indicators[one.indicator].title.clone());
        vec![title, Cell::count(one.records), one.lacking.map_or(Cell::None, Cell::count), Cell::count(one.unchecked)]
    }

    /// A row for each township that falls behind.
    fn lagging(&self) -> Block {
        let columns = vec![
            Column::new("township", Text::new("单位", "township")),
            Column::new("findings", Text::new("项数", "findings")),
            Column::new("about", Text::new("事项", "about")),
        ];
        let mut rows = Vec::new();
        for (at, township) in self.townships.iter().numbered() {
            let its: Vec<&Finding> = self.findings.iter().filter(|finding| finding.township == at).collect();
            let about: Vec<Text> = its.iter().map(|finding| self.about(finding)).collect();
            if !its.is_empty() {
                let count = Cell::count(its.len());
                rows.push(vec![Cell::Text(township.name.clone()), count, Cell::Said(Text::list(&about))]);
            }
        }
        if rows.is_empty() {
            return Block::Line(Text::new("没有滞后单位。", "No township is behind."));
        }
        Block::Table(Table { title: Text::default(), columns, rows })
    }

    fn about(&self, finding: &Finding) -> Text {
        let rule = rule_title(finding.ground.rule());
        let of = if let Some(short) = finding.ground.shortfall() {
            self.plan.indicators[short.indicator].title.clone()
        } else {
            let months = finding.ground.reports().iter().map(|owed| Text::same(owed.month.to_string()));
            Text::list(&months.collect::<Vec<_>>())
        };
        text!("{rule}：{of}", "{rule}: {of}", rule, of)
    }

    fn months(&self) -> Option<Text> {
        let list = Text::list(&self.not_closed.iter().map(|month| Text::same(month.to_string())).collect::<Vec<_>>());
        (!self.not_closed.is_empty())
            .then(|| text!("应定稿、未定稿的月份：{list}", "Ended but not closed: {list}", list))
    }

    /// Each figure, with the clause that it comes from.
    fn counted(&self) -> Vec<Block> {
        self.plan.indicators.iter().filter_map(|indicator| self.counted_line(indicator)).collect()
    }

    fn counted_line(&self, indicator: &Indicator) -> Option<Block> {
        let title = &indicator.title;
        let unit = &indicator.unit;
        let clause = &indicator.clause;
        let how = counting(indicator, (self.kind)(&indicator.kind)?);
        let target = match (self.plan.original_target(indicator), indicator.target) {
            (Some(was), Some(is)) if was != is => {
                text!("原任务 {was}，调整后 {is} {unit}", "target originally {was}, now {is}, counted in {unit}", unit)
            }
            (_, Some(target)) => text!("任务 {target} {unit}", "target {target}, counted in {unit}", unit),
            (_, None) => Text::new("不考核，仅统计", "no target"),
        };
        Some(Block::Line(text!(
            "{title}（{target}）：{how}。方案原文：{clause}",
            "{title} ({target}): {how}. The plan: “{clause}”",
            title,
            target,
            how
        )))
    }
}

fn section(title: Text, blocks: Vec<Block>) -> Vec<Block> {
    let mut all = vec![Block::Heading(title)];
    all.extend(blocks);
    all
}
