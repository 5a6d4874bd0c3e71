//! A target split over townships, as a table.

use crate::base::text::Text;
use crate::report::table::{Cell, Column, Table};
use crate::report::{Block, Report};
use crate::schema::plan::Indicator;
use crate::schema::township::Township;

/// The shares of an indicator's target beside those before: of each township its weight and its share.
#[must_use]
pub fn apportionment(
    indicator: &Indicator,
    target: u64,
    townships: &[&Township],
    weights: &[u64],
    shares: &[(String, u64)],
) -> Report {
    let number = |number: u64| i64::try_from(number).map_or(Cell::None, Cell::Number);
    let row = |at: usize| {
        let before = indicator.shares.iter().find(|(id, _)| *id == shares[at].0).map(|(_, share)| *share);
        let before = before.map_or(Cell::None, number);
        vec![Cell::Text(townships[at].name.clone()), number(weights[at]), before, number(shares[at].1)]
    };
    let mut rows: Vec<Vec<Cell>> = (0..shares.len()).map(row).collect();
    rows.push(vec![Cell::Said(Text::new("合计", "total")), number(weights.iter().sum()), Cell::None, number(target)]);
    let columns = vec![
        Column::new("township", Text::new("填报单位", "township")),
        Column::new("weight", Text::new("权重", "weight")),
        Column::new("before", Text::new("原分解", "previous")),
        Column::new("share", Text::new("分解任务", "share")),
    ];
    let title = &indicator.title;
    Report {
        title: text!("{title}：分解 {target}", "{title}: {target}, split", title),
        blocks: vec![Block::Table(Table { title: Text::default(), columns, rows })],
        json: None,
    }
}
