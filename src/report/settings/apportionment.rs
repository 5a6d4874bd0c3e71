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
    let mut rows = Vec::new();
    for (at, (id, share)) in shares.iter().enumerate() {
        let before = indicator.shares.iter().find(|(other, _)| other == id).map(|(_, share)| *share);
        let name = Cell::Text(townships[at].name.clone());
        rows.push(vec![name, weight_cell(weights[at].into()), Cell::whole(before), Cell::whole(Some(*share))]);
    }
    let sum: u128 = weights.iter().copied().map(u128::from).sum();
    rows.push(vec![Cell::Said(Text::new("合计", "total")), weight_cell(sum), Cell::None, Cell::whole(Some(target))]);
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

/// A weight as it was given, however large.
fn weight_cell(weight: u128) -> Cell {
    i64::try_from(weight).map_or_else(|_| Cell::Text(weight.to_string()), Cell::Number)
}
