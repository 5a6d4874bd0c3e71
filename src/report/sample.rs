//! A sample for checks on site, with all that is needed to draw it again.

use super::records::{OwnedRecord, ReferenceLabels, page, revision_json};
use super::{Block, Report};
use crate::base::text::Text;
use crate::figures::sample::SampleSize;
use crate::schema::kind::Kind;
use serde_json::{Value, json};

/// What was drawn, and from what.
pub struct Sample<'a> {
    /// The kind of its records.
    pub kind: &'a Kind,
    /// The words from which the lots came.
    pub seed: &'a str,
    /// How many were asked for.
    pub size: SampleSize,
    /// The records drawn, township by township, by lot.
    pub drawn: &'a [OwnedRecord<'a>],
    /// How many there were to draw from.
    pub of: usize,
    /// The SHA-256 of their ids.
    pub digest: String,
}

impl Sample<'_> {
    /// The records, and below them how they were drawn.
    #[must_use]
    pub fn report(&self, names: ReferenceLabels<'_>) -> Report {
        let Sample { kind, seed, size, drawn, of, digest } = self;
        let title = &kind.title;
        let many = drawn.len();
        let title = text!("{title}抽查名单（{many} 条）", "{title}: sample ({many})", title);
        let mut report = Report { title, blocks: vec![Block::Table(page(kind, drawn, names))], json: None };
        report.blocks.extend([
            Block::Line(text!(
                "随机数：{seed}；抽样范围 {of} 条，校验码（SHA-256）：{digest}",
                "Seed: {seed}; drawn from {of}, SHA-256 of their ids: {digest}",
                of = Text::count(*of, "record", "records")
            )),
            Block::Line(match size {
                SampleSize::OfEach(each) => text!(
                    "抽取方法：各单位按抽取序号从小到大取 {each} 条。",
                    "Method: the {each} of each township.",
                    each = Text::count(*each, "lowest lot number", "lowest lot numbers")
                ),
                SampleSize::InAll(all) => text!(
                    "抽取方法：{all} 条按各单位记录数分配（最大余额法），各单位按抽取序号从小到大抽取。",
                    "Method: {all} split among the townships by number of records (largest remainder), the lowest \
                     lot numbers of each."
                ),
            }),
        ]);
        if let SampleSize::InAll(all) = size
            && *all > many as u64
        {
            report.blocks.push(Block::Line(text!(
                "抽样范围只有 {of} 条，不足 {all} 条，全部列入。",
                "There are only {of}: all of them are drawn.",
                of = Text::count(*of, "record", "records")
            )));
        }
        report.blocks.extend([Block::Line(Text::new(
            "抽取序号＝SHA-256（随机数、换行、编号）；随机数和抽样范围相同，抽出的名单必然相同。",
            "A lot number is the SHA-256 of seed, line feed and id: the same seed and records give the same sample.",
        ))]);
        let (method, size) = match size {
            SampleSize::OfEach(each) => ("of-each", each),
            SampleSize::InAll(all) => ("in-all", all),
        };
        let record = |kept: &OwnedRecord<'_>| revision_json(kind, &kept.township.id, &kept.revision);
        let records: Vec<Value> = drawn.iter().map(record).collect();
        report.json = Some(json!({
            "schema": "culture.sample/1", "kind": kind.id, "seed": seed, "method": method, "size": size,
            "population": of, "digest": digest, "records": records,
        }));
        report
    }
}
