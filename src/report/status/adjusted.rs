//! What an adjusted plan asks otherwise than the year's plan as first issued: 原目标, 调整后.

use super::{Status, whole_cell};
use crate::plan::Indicator;
use crate::report::settings::changes;
use crate::standing;
use crate::table::{Cell, Column};
use crate::text::Text;

impl Status<'_> {
    /// The line that says it for the county; none where nothing is adjusted.
    pub(super) fn adjusted(&self) -> Option<Text> {
        self.by_document(&changes(self.plan))
    }

    /// The line that says it of a township's shares.
    pub(super) fn adjusted_shares(&self, township: usize) -> Option<Text> {
        let who = &self.townships[township];
        let share = |indicator: Option<&Indicator>| indicator.and_then(|indicator| standing::share(indicator, who));
        let mut all = Vec::new();
        for indicator in &self.plan.indicators {
            let (was, is) = (share(self.plan.original(indicator)), share(Some(indicator)));
            if was != is {
                let [was, is] = [was, is].map(|share| share.map_or_else(|| "-".to_owned(), |share| share.to_string()));
                let title = &indicator.title;
                all.push(text!("{title}（原分解 {was}，调整后 {is}）", "{title} ({was} at first, now {is})", title));
            }
        }
        self.by_document(&all)
    }

    fn by_document(&self, all: &[Text]) -> Option<Text> {
        let adjustment = self.plan.adjustment.as_ref().filter(|_| !all.is_empty())?;
        let (document, issued, list) = (&adjustment.document, adjustment.issued, Text::list(all));
        Some(text!("任务有调整（{document}，{issued}）：{list}。", "Adjusted ({document}, {issued}): {list}.", list))
    }

    /// The columns of targets: with those first set, where any is another.
    pub(super) fn target_columns(&self) -> Vec<Column> {
        if !self.plan.has_other_targets() {
            return vec![Column::new("target", Text::new("任务", "target"))];
        }
        vec![
            Column::new("original_target", Text::new("原目标", "at first")),
            Column::new("target", Text::new("调整后", "adjusted")),
        ]
    }

    /// An indicator's cells in them.
    pub(super) fn target_cells(&self, indicator: &Indicator) -> Vec<Cell> {
        let mut cells = vec![whole_cell(indicator.target)];
        if self.plan.has_other_targets() {
            cells.insert(0, whole_cell(self.plan.original_target(indicator)));
        }
        cells
    }
}
