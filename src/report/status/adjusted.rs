//! What an adjusted plan asks otherwise than the year's plan as first issued: 原目标, 调整后.

use super::Status;
use crate::base::text::Text;
use crate::figures::progress::course::township_share;
use crate::report::settings::changes;
use crate::report::table::{Cell, Column};
use crate::schema::plan::{Indicator, Plan};
use crate::schema::township::{Township, TownshipNo};

impl Status<'_> {
    /// The line that says it for the county; none where nothing is adjusted.
    pub(super) fn adjusted(&self) -> Option<Text> {
        self.by_document(&changes(self.plan))
    }

    /// The line that says it of a township's shares.
    pub(super) fn adjusted_shares(&self, township: TownshipNo) -> Option<Text> {
        let who = &self.townships[township];
        let mut all = Vec::new();
        for indicator in &self.plan.indicators {
            let was = self.original_share(indicator, who);
            let is = township_share(indicator, who);
            if was != is {
                let [was, is] = [was, is].map(|share| share.map_or_else(|| "-".to_owned(), |share| share.to_string()));
                let title = &indicator.title;
                all.push(text!("{title}（原分解 {was}，调整后 {is}）", "{title} (originally {was}, now {is})", title));
            }
        }
        self.by_document(&all)
    }

    fn by_document(&self, all: &[Text]) -> Option<Text> {
        let adjustment = self.plan.adjustment.as_ref().filter(|_| !all.is_empty())?;
        let document = &adjustment.document;
        let issued = adjustment.issued;
        let list = Text::list(all);
        Some(text!("任务有调整（{document}，{issued}）：{list}。", "Adjusted ({document}, {issued}): {list}.", list))
    }

    /// A township's share of an indicator as the year's plan first set it.
    pub(super) fn original_share(&self, indicator: &Indicator, township: &Township) -> Option<u64> {
        self.plan.original(indicator).and_then(|original| township_share(original, township))
    }

    /// Whether a township's share of an indicator is another than was first set.
    pub(super) fn has_other_share(&self, indicator: &Indicator, township: &Township) -> bool {
        self.original_share(indicator, township) != township_share(indicator, township)
    }

    /// A township's share in a table that has no room for two columns: `12（原10）`.
    pub(super) fn share_cell(&self, indicator: &Indicator, township: &Township) -> Cell {
        let share = township_share(indicator, township);
        match (self.original_share(indicator, township), share) {
            (Some(was), Some(is)) if was != is => Cell::plain(is.to_string(), with_original(&is.to_string(), was)),
            _ => Cell::whole(share),
        }
    }
}

/// What is asked now, with what was first asked behind it.
pub(super) fn with_original(is: &str, was: u64) -> Text {
    text!("{is}（原{was}）", "{is} (was {was})")
}

/// The columns of targets: with those first set, where any is another.
pub(in crate::report) fn target_columns(plan: &Plan) -> Vec<Column> {
    if !plan.has_other_targets() {
        return vec![Column::new("target", Text::new("任务", "target"))];
    }
    vec![
        Column::new("original_target", Text::new("原任务", "was")),
        Column::new("target", Text::new("调整后", "adjusted")),
    ]
}

/// An indicator's cells in them.
pub(in crate::report) fn target_cells(plan: &Plan, indicator: &Indicator) -> Vec<Cell> {
    let mut cells = vec![Cell::whole(indicator.target)];
    if plan.has_other_targets() {
        cells.insert(0, Cell::whole(plan.original_target(indicator)));
    }
    cells
}

/// The columns of a township's shares, or of the townships' shares of an indicator; `adjusted` where any is another than
/// was first set.
pub(super) fn share_columns(key: &str, adjusted: bool) -> Vec<Column> {
    if !adjusted {
        return vec![Column::new(key, Text::new("分解任务", "share"))];
    }
    vec![
        Column::new(format!("original_{key}"), Text::new("原分解", "was")),
        Column::new(key, Text::new("调整后", "adjusted")),
    ]
}

/// The cells in them.
pub(super) fn share_cells(adjusted: bool, was: Option<u64>, is: Option<u64>) -> Vec<Cell> {
    if adjusted { vec![Cell::whole(was), Cell::whole(is)] } else { vec![Cell::whole(is)] }
}
