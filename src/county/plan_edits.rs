//! What is looked at where a plan is shown or edited: its versions, its shares, whether it may still be edited.

use super::County;
use super::closings::counted_by;
use super::files::text_of;
use crate::base::day::Year;
use crate::base::fault::{Fault, Result};
use crate::base::text::Text;
use crate::schema::plan::{Indicator, Plan};
use crate::schema::township::Township;

/// All versions of a year's plan, with their paths.
///
/// # Errors
/// One cannot be read.
pub(crate) fn all_versions(county: &County<'_>, year: Year) -> Result<Vec<(String, Plan)>> {
    let read = |path: &str| Ok((path.to_owned(), Plan::read(path, &text_of(county.snapshot, path)?)?.into_unchecked()));
    county.plan_versions(year).map(|(_, path)| read(path)).collect()
}

/// What is wrong with the shares, and what they sum to. Above the target is allowed: 分解合计 66/目标 60.
pub(crate) fn shares(plan: &Plan, townships: &[Township]) -> (Vec<Fault>, Vec<Text>) {
    let mut faults = Vec::new();
    let mut lines = Vec::new();
    for indicator in &plan.indicators {
        let id = &indicator.id;
        let title = &indicator.title;
        for (share, _) in indicator.shares.iter().filter(|(id, _)| !townships.iter().any(|one| one.id == *id)) {
            faults.push(
                Fault::new(
                    "unknown-township",
                    text!(
                        "{title}：分解到了不存在的单位 {share}",
                        "{title}: a share is assigned to “{share}”, which is not a township",
                        title
                    ),
                )
                .hint(text!(
                    "改正 [indicator.shares]，或先添加该单位",
                    "correct [indicator.shares], or add the township"
                )),
            );
        }
        let Some(target) = indicator.target.filter(|_| !indicator.shares.is_empty()) else { continue };
        let sum: u64 = indicator.shares.iter().map(|(_, share)| share).sum();
        let year = plan.year;
        lines.push(text!("{title}：任务 {target}，分解合计 {sum}", "{title}: shares {sum} of target {target}", title));
        if sum < target {
            let lacking = target - sum;
            faults.push(
                Fault::warning(
                    "shares-below-target",
                    text!(
                        "{title}：分解合计比任务数少 {lacking}",
                        "{title}: the shares add up to {lacking} less than the target",
                        title
                    ),
                )
                .hint(text!(
                    "重新分解：culture plan apportion {id} --plan {year} --equal",
                    "split it again: culture plan apportion {id} --plan {year} --equal"
                )),
            );
        }
    }
    (faults, lines)
}

/// The indicator of an id.
///
/// # Errors
/// There is none.
pub(crate) fn indicator_named<'p>(plan: &'p Plan, id: &str) -> Result<&'p Indicator> {
    if let Some(indicator) = plan.indicators.iter().find(|indicator| indicator.id == id) {
        return Ok(indicator);
    }
    let all: Vec<Text> = plan.indicators.iter().map(|indicator| Text::same(&indicator.id)).collect();
    let list = Text::list(&all);
    Fault::usage("unknown-indicator", text!("没有指标“{id}”", "unknown indicator “{id}”"))
        .hint(text!("现有：{list}", "choose from: {list}", list))
        .fail()
}

/// Refuses to edit a version by which a month was closed.
///
/// # Errors
/// There is such a closing, or one cannot be read.
pub(crate) fn open_to_edits(county: &County<'_>, year: Year, path: &str) -> Result<()> {
    let Some(closing) = counted_by(county, path)? else { return Ok(()) };
    Fault::usage(
        "closed-plan",
        text!("{path} 已有定稿（{closing}）为依据，不再改动", "{path} is the basis of {closing} and cannot be changed"),
    )
    .hint(text!(
        "另成一版再改：culture plan adjust {year} --document 文号 --reason 原因",
        "create a new version: culture plan adjust {year} --document NUMBER --reason REASON"
    ))
    .fail()
}
