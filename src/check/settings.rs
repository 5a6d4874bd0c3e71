//! What is wrong between the files that are no ledgers: names that find two townships, shares of townships that do not
//! exist, files that do not belong.

use super::rules::is_future;
use crate::base::config::{self, Word, suggestion};
use crate::base::day::{Instant, Year};
use crate::base::fault::{Fault, Place};
use crate::base::fuzzy::{fold, nearest};
use crate::base::paths::DataPath;
use crate::base::text::Text;
use crate::schema::kind::{EFFECTIVE, Kind};
use crate::schema::plan::Plan;
use crate::schema::township::Township;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

/// Names, ids and aliases by which two townships would be found: equal once case, width and white space are folded.
/// Each township with its file and that file's text.
#[must_use]
pub fn duplicate_names(townships: &[(Township, String, String)]) -> Vec<Fault> {
    let mut met: HashMap<String, usize> = HashMap::new();
    let mut faults = Vec::new();
    for (at, (township, file, text)) in townships.iter().enumerate() {
        let id = std::iter::once((township.id.clone(), Place::file(file)));
        for (name, place) in id.chain(written_names(file, text)) {
            let first = *met.entry(fold(&name)).or_insert(at);
            if first != at {
                let other = &townships[first].0.name;
                let its = &townships[first].1;
                let what = text!(
                    "“{name}”也是{other}的名称、代号或别名（不分大小写、全半角）：{its}",
                    "“{name}” is also a name of {other} (ignoring case and width): {its}"
                );
                let hint = text!(
                    "两个单位的名称必须分得清：修改其中一个，如 culture township edit 代号 --name …",
                    "township names must be distinct: rename one, e.g. culture township edit ID --name …"
                );
                faults.push(Fault::new("ambiguous-name", what).at(place).hint(hint));
            }
        }
    }
    faults
}

/// The name and aliases in a township's file, with their places.
fn written_names(file: &str, text: &str) -> Vec<(String, Place)> {
    let words: RefCell<Vec<Word>> = RefCell::default();
    // Only the words are wanted: what is wrong with the file has been told.
    let _ = config::read(file, text, |root| {
        words.borrow_mut().extend(root.word("name").into_iter().chain(root.words("aliases")));
    });
    words
        .into_inner()
        .into_iter()
        .filter(|word: &Word| !word.text.trim().is_empty())
        .map(|word| (word.text.clone(), word.place()))
        .collect()
}

/// That a field of the county's keeps the records of a built-in kind from changing in time.
#[must_use]
pub fn kept_from_lasting(kind: &Kind) -> Option<Fault> {
    let place = kind.kept_from_lasting.clone()?;
    let title = &kind.title;
    let what = text!(
        "字段 {EFFECTIVE} 与记变动日期的一列同名：{title}因此不能登记变动，仍照原来的办法登记和统计",
        "the field “{EFFECTIVE}” has the name of the column for changes: so {title} records cannot be changed from a day \
         on, and are kept and counted as before",
        title
    );
    let hint = Text::new(
        "还没有台账有这一列的，在此处换一个字段名；已经有的，不必改",
        "if no ledger has that column yet, give the field another name here; if one has, leave it as it is",
    );
    Some(Fault::warning("reserved-name", what).of_field(EFFECTIVE).at(place).hint(hint))
}

/// Shares of townships that do not exist, and shares that do not add up to their target. `text` is the plan's file.
#[must_use]
pub fn check_shares(plan: &Plan, file: &str, text: &str, townships: &[String]) -> Vec<Fault> {
    let tables: RefCell<Vec<(String, Place, Vec<Word>)>> = RefCell::default();
    // Only the words are wanted: the plan has been read.
    let _ = config::read(file, text, |root| {
        root.tables("indicator", |indicator| {
            let id = indicator.require_text("id");
            let keys = indicator
                .table("shares", |shares| (shares.place(), shares.entries().into_iter().map(|(key, _)| key).collect()));
            tables.borrow_mut().extend(keys.map(|(place, keys)| (id, place, keys)));
        });
    });
    let mut faults = Vec::new();
    for (id, place, keys) in tables.into_inner() {
        let Some(indicator) = plan.indicators.iter().find(|indicator| indicator.id == id) else { continue };
        let title = &indicator.title;
        for key in keys.iter().filter(|key| !townships.contains(&key.text)) {
            let share = &key.text;
            let what = text!(
                "{title}：任务分解到了不存在的单位 {share}",
                "{title}: a share is assigned to “{share}”, which is not a township",
                title
            );
            let near = nearest(share, townships.iter().map(String::as_str), 3);
            let hint = if near.is_empty() {
                text!(
                    "改正它，或先添加：culture township add {share} …",
                    "correct it, or add the township: culture township add {share} …"
                )
            } else {
                suggestion(share, near.into_iter())
            };
            faults.push(Fault::new("unknown-township", what).at(key.place()).hint(hint));
        }
        let sum: u64 = indicator.shares.iter().map(|(_, share)| share).sum();
        if let Some(lacking) =
            indicator.target.and_then(|target| target.checked_sub(sum)).filter(|&lacking| lacking > 0)
        {
            let what = text!(
                "{title}：分解合计比任务数少 {lacking}",
                "{title}: the shares add up to {lacking} less than the target",
                title
            );
            let hint = text!(
                "重新分解：culture plan apportion {id} --equal",
                "split it again: culture plan apportion {id} --equal"
            );
            faults.push(Fault::warning("shares-below-target", what).at(place).hint(hint));
        }
    }
    faults
}

/// A file or folder (ending with `/`) that stands in a data directory and does not belong to it.
#[must_use]
pub fn stray_file(path: &str) -> Fault {
    let what = if path.ends_with('/') {
        Text::new("文件夹不属于数据目录，其中内容一概不读", "this folder does not belong here and is ignored")
    } else {
        Text::new("文件不属于数据目录，不会读取", "this file does not belong here and is ignored")
    };
    let hint = match path.split_once('/').filter(|(_, name)| !name.is_empty()).map(|(folder, _)| folder) {
        Some("townships") => Text::new(
            "移到别处；若是台账，应为 townships/代号/年份/类别.csv，代号和类别用小写字母",
            "move it away; a ledger is named townships/ID/YEAR/KIND.csv, with id and kind in lower case",
        ),
        Some("plans") => Text::new(
            "移到别处；实施方案应为 plans/2018.toml，调整后的为 plans/2018.2.toml",
            "move it away; a plan is named plans/2018.toml, or plans/2018.2.toml if it was adjusted",
        ),
        Some("kinds") => Text::new(
            "移到别处；台账类别应为 kinds/代号.toml，代号以小写字母开头，只含小写字母、数字和连字符，如 kinds/reading.toml",
            "move it away; a kind is named kinds/ID.toml, e.g. kinds/reading.toml: the id starts with a-z and has \
             only a-z, 0-9 and -",
        ),
        Some("holidays") => Text::new(
            "移到别处；节假日应为 holidays/年份.toml，如 holidays/2018.toml",
            "move it away; holidays are named holidays/YEAR.toml, e.g. holidays/2018.toml",
        ),
        Some("closings") => Text::new(
            "移到别处；月度定稿应为 closings/2018-05.toml，再次定稿为 closings/2018-05.2.toml",
            "move it away; a closing is named closings/2018-05.toml, or closings/2018-05.2.toml if the month was \
             closed again",
        ),
        _ => Text::new("移到数据目录之外", "move it out of the data directory"),
    };
    let fault =
        if is_misnumbered(path) { Fault::new("misnamed-file", what) } else { Fault::warning("stray-file", what) };
    fault.at(Place::file(path)).hint(hint)
}

/// Whether somebody meant a file to be a plan or a closing, but numbered it so that it is none: `plans/2018.03.toml`.
fn is_misnumbered(path: &str) -> bool {
    let name = path.strip_prefix("plans/").or_else(|| path.strip_prefix("closings/"));
    let stem = name.and_then(|name| name.strip_suffix(".toml"));
    stem.is_some_and(|stem| stem.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-')))
}

/// A ledger in a township's folder that has no `township.toml`.
#[must_use]
pub fn no_township(id: &str, path: &str) -> Fault {
    let what = text!("文件夹 {id} 里有台账，却没有 township.toml", "folder “{id}” has ledgers but no township.toml");
    Fault::new("unknown-township", what).at(Place::file(path)).hint(text!(
        "从备份恢复它；若单位确实存在：culture township add {id} --name …",
        "restore it from a backup; if the township exists, add it: culture township add {id} --name …"
    ))
}

/// A ledger of a kind that does not exist.
#[must_use]
pub fn no_kind<'k>(id: &str, path: &str, kinds: impl Iterator<Item = &'k str> + Clone) -> Fault {
    Fault::new("unknown-kind", text!("没有台账类别“{id}”", "unknown kind “{id}”"))
        .at(Place::file(path))
        .hint(suggestion(id, kinds))
}

/// A closing that is not as it was written.
#[must_use]
pub fn edited_closing(path: &str) -> Fault {
    Fault::new("edited-closing", text!("定稿文件写成后被改动过", "the closing was changed after it was written"))
        .at(Place::file(path))
        .hint(text!(
            "从备份恢复；再次定稿另成一份：culture close",
            "restore it from a backup; to close the month again: culture close"
        ))
}

/// A plan whose file is named as none of its year.
#[must_use]
pub fn misnamed_plan(path: &str, year: Year) -> Fault {
    Fault::new(
        "misnamed-file",
        text!("方案写的是 {year} 年，文件名却不是", "the plan is for {year}, but its file name says otherwise"),
    )
    .at(Place::file(path))
    .hint(text!(
        "文件名应为 {year}.toml（调整后的为 {year}.2.toml 等），或改正 year",
        "rename the file to {year}.toml ({year}.2.toml for an adjusted plan), or correct “year”"
    ))
}

/// A plan whose due days move by the days of rest of a year that are not on file.
#[must_use]
pub fn unknown_holidays(path: &str, year: Year) -> Fault {
    Fault::warning(
        "unknown-holidays",
        text!(
            "报送期限按 rest_day 顺延或提前，但没有 {year} 年节假日数据，只按周末推算",
            "due days move with days of rest (rest_day), but no public holidays are on file for {year}: only weekends count"
        ),
    )
    .at(Place::file(path))
    .hint(text!(
        "照国务院办公厅的放假通知写 holidays/{year}.toml，样式见 holidays/2018.toml",
        "write holidays/{year}.toml by the published days off, in the form of holidays/2018.toml"
    ))
}

/// Versions of plans that are lacking before a later one, and versions issued before the one before them. `all` are the
/// versions that there are, with their paths; `read` those that could be read.
#[must_use]
pub fn check_versions(all: &BTreeMap<(Year, u32), &str>, read: &BTreeMap<(Year, u32), Plan>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (&(year, number), path) in all.iter().filter(|((_, number), _)| *number > 1) {
        let before = (year, number - 1);
        if !all.contains_key(&before) {
            let lacking = DataPath::Plan { year, version: number - 1 };
            let what = text!("缺少上一版方案 {lacking}", "the previous version, {lacking}, is missing");
            let hint = text!("从备份恢复，或把版本号改连续", "restore it, or renumber the versions without gaps");
            faults.push(Fault::new("missing-version", what).at(Place::file(*path)).hint(hint));
        }
        let issued = |version| read.get(&version).and_then(Plan::issued_on);
        if let (Some(earlier), Some(issued)) = (issued(before), issued((year, number)))
            && issued < earlier
        {
            let what = text!(
                "印发日期 {issued} 早于上一版的 {earlier}",
                "issued on {issued}, before the previous version ({earlier})"
            );
            let hint = text!("改正 [adjustment] 的 issued", "correct “issued” in [adjustment]");
            faults.push(Fault::new("date-order", what).of_field("issued").at(Place::file(*path)).hint(hint));
        }
    }
    faults
}

/// A plan that asks for something else than it did when a month was closed.
#[must_use]
pub fn edited_plan(plan: &str, year: Year, closing: &str) -> Fault {
    Fault::new(
        "edited-plan",
        text!("方案在定稿（{closing}）之后被改动过", "the plan was changed after a month was closed on it ({closing})"),
    )
    .at(Place::file(plan))
    .hint(text!(
        "定稿中存有方案原文，请恢复；要调整：culture plan adjust {year} …",
        "restore it from the copy in the closing; to adjust the plan: culture plan adjust {year} …"
    ))
}

/// A plan that is gone, although a closing was counted by it.
#[must_use]
pub fn lost_plan(plan: &str, closing: &str) -> Fault {
    Fault::new(
        "missing-plan",
        text!("定稿（{closing}）所依据的方案不见了", "the plan that a month was closed on ({closing}) is missing"),
    )
    .at(Place::file(plan))
    .hint(text!("定稿中存有原文，请恢复", "restore it from the copy in the closing"))
}

/// That a closing was made in the future, by a clock that was wrong.
#[must_use]
pub fn future_closing(path: &str, closed_at: Instant, clock: Instant) -> Option<Fault> {
    let at = closed_at.to_minute();
    let now = clock.in_offset(closed_at.offset).to_minute();
    let what = text!(
        "定稿时间在将来（{at}；现在是 {now}）：定稿时电脑时钟不对",
        "closed in the future ({at}; it is {now} now): the clock was wrong"
    );
    let hint = text!(
        "定稿不必改：后来的登记接着这个时间；请确认电脑时钟已经校准",
        "leave the closing as it is: later entries go on from that time; make sure that the clock is right now"
    );
    is_future(closed_at, clock).then(|| Fault::warning("future-stamp", what).at(Place::file(path)).hint(hint))
}
