//! Which sheets of a workbook are read.

use crate::base::fault::Fault;
use crate::base::fuzzy::fold;
use crate::base::text::Text;

/// The hidden sheet in which our own forms keep their lists: nothing to take, nothing to say.
const LISTS: [&str; 2] = ["填报选项", "form lists"];

/// The sheets to read, by their place, and what to say of those left out: the one that `wanted` names or numbers (from
/// 1), else all that are shown.
pub(super) fn chosen(sheets: &[(String, bool)], wanted: Option<&str>) -> Result<(Vec<usize>, Vec<Text>), Fault> {
    if let Some(wanted) = wanted {
        let by_name = sheets.iter().position(|(name, _)| fold(name) == fold(wanted));
        let by_number = || wanted.parse::<usize>().ok()?.checked_sub(1).filter(|&at| at < sheets.len());
        return by_name.or_else(by_number).map(|at| (vec![at], Vec::new())).ok_or_else(|| unknown(wanted, sheets));
    }
    let shown: Vec<usize> = (0..sheets.len()).filter(|&at| sheets.get(at).is_some_and(|(_, shown)| *shown)).collect();
    let hidden: Vec<Text> = sheets
        .iter()
        .filter(|(name, shown)| !shown && !LISTS.contains(&name.as_str()))
        .map(|(name, _)| Text::same(name))
        .collect();
    if hidden.is_empty() {
        return Ok((shown, Vec::new()));
    }
    let hidden = Text::list(&hidden);
    let note = text!(
        "隐藏的工作表没有读：{hidden}（要读请用 --sheet）",
        "hidden sheets were not read: {hidden} (--sheet reads one)",
        hidden
    );
    Ok((shown, vec![note]))
}

fn unknown(wanted: &str, sheets: &[(String, bool)]) -> Fault {
    let names: Vec<Text> = sheets.iter().take(20).map(|(name, _)| Text::same(name)).collect();
    let names = Text::list(&names);
    Fault::usage(text!("没有工作表“{wanted}”", "no sheet “{wanted}”")).hint(text!(
        "有：{names}",
        "there are: {names}",
        names
    ))
}
