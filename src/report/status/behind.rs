//! The townships that are behind their share, in words.

use super::{Status, some_names};
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::schema::plan::{Indicator, IndicatorNo};
use crate::schema::record::decimal_text;
use crate::schema::township::TownshipNo;

impl Status<'_> {
    /// For each indicator, the townships that are behind their share at the milestone that comes next, or have missed
    /// the last.
    pub(super) fn behind(&self) -> Vec<Text> {
        let mut lines = Vec::new();
        for (at, indicator) in self.plan.indicators.iter().numbered() {
            let behind = self.behind_in(at, indicator);
            if behind.is_empty() {
                continue;
            }
            let title = &indicator.title;
            let count = behind.len();
            let list = some_names(behind);
            // All are judged by one milestone: once its day is over, who has not reached it has missed it.
            let is_over = self.current(indicator).is_some_and(|current| indicator.milestones[current].due < self.as_of);
            lines.push(if is_over {
                text!(
                    "{title}，逾期未完成 {count} 个：{list}",
                    "{title}, missed their share ({count}): {list}",
                    title,
                    list
                )
            } else {
                text!(
                    "{title}，滞后单位 {count} 个：{list}",
                    "{title}, behind their share ({count}): {list}",
                    title,
                    list
                )
            });
        }
        lines
    }

    fn behind_in(&self, at: IndicatorNo, indicator: &Indicator) -> Vec<Text> {
        let Some(current) = self.current(indicator) else { return Vec::new() };
        let places = self.figures.places(at);
        let mut behind = Vec::new();
        for (township, parts) in self.progress_by_township(at, current).into_iter().numbered::<TownshipNo>() {
            if let Some(progress) = parts.filter(|progress| progress.state.is_failing()) {
                let name = &self.townships[township].name;
                let required = progress.required;
                let done = decimal_text(self.figures.township(at, township, self.as_of), places);
                behind.push(Text::same(format!("{name} {done}/{required}")));
            }
        }
        behind
    }
}
