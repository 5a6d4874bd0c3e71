//! The notices of rectification on record: which kind they are, which one a word means, which are open.

pub(crate) mod draft;
pub(crate) mod steps;

use super::search::{RecordMatch, Search};
use super::view::View;
use crate::base::day::Year;
use crate::base::fault::{Fault, Result};
use crate::base::id::is_prefix;
use crate::base::text::Text;
use crate::ledger::{AsOf, records};
use crate::report::Report;
use crate::report::notice::{ListedNotice, NoticeList};
use crate::schema::kind::load::Kinds;
use crate::schema::kind::{Kind, NoticeFields};
use crate::schema::record::{RecordState, Revision};

/// The kind whose records are notices.
///
/// # Errors
/// There is none.
pub(crate) fn notice_kind(kinds: &Kinds) -> Result<(&Kind, &NoticeFields)> {
    let found = kinds.iter().find_map(|kind| Some((kind, kind.notice.as_ref()?)));
    found.ok_or_else(|| {
        Fault::new("missing-kind", text!("没有登记督导文书的台账类别", "there is no kind of record for notices"))
            .hint(text!("类别文件里应有 [notice]", "one kind's file must have [notice]"))
            .into()
    })
}

/// The notices up to a day, of all townships or of the one asked for; those that are done with only where they are wanted.
///
/// # Errors
/// Whatever is wrong with a ledger; no kind has notices.
pub(crate) fn list(view: &View<'_>, closed: bool) -> Result<Report> {
    let (kind, notice) = notice_kind(view.kinds()?)?;
    let mut all = all_notices(&view.search()?, kind, notice)?;
    all.retain(|kept| {
        kept.record.state == RecordState::Live
            && view.township.is_none_or(|township| township == kept.township)
            && kept.record.date().is_some_and(|date| date <= view.as_of)
    });
    let mut notices = NoticeList { kind, notice, townships: view.county.in_order(), as_of: view.as_of, all };
    if !closed {
        notices.drop_closed();
    }
    Ok(notices.report())
}

/// The notices that are not done with.
///
/// # Errors
/// Whatever is wrong with a ledger; no kind has notices.
pub(crate) fn open(view: &View<'_>) -> Result<Report> {
    list(view, false)
}

/// Every notice of the county, by year and serial; those that are void too.
///
/// # Errors
/// Whatever is wrong with a ledger.
pub(crate) fn all_notices(search: &Search<'_>, kind: &Kind, notice: &NoticeFields) -> Result<Vec<ListedNotice>> {
    let mut all = search.each(
        |ledger| ledger.kind == kind.id,
        |ledger, source| {
            let township = ledger.township;
            let year = ledger.year;
            Ok(records(source, AsOf::LATEST)?
                .into_iter()
                .map(|record| ListedNotice { township, year, record })
                .collect())
        },
    )?;
    all.sort_by_key(|kept| (kept.year, serial(notice, &kept.record), kept.township, kept.record.id));
    Ok(all)
}

/// The serial of a notice.
pub(crate) fn serial(notice: &NoticeFields, record: &Revision) -> Option<i64> {
    record.values[notice.serial].parse().ok()
}

/// The notice that a word means: its serial, with its year where several years have it (`2018-3`), or the beginning of its
/// id.
///
/// # Errors
/// None, or more than one.
pub(crate) fn find_notice(search: &Search<'_>, kind: &Kind, notice: &NoticeFields, word: &str) -> Result<RecordMatch> {
    let word = word.trim().to_ascii_lowercase();
    if is_prefix(&word) {
        let found = search.by_id(&word)?;
        if found.ledger.kind != kind.id {
            let words = search.description(&found);
            let title = &kind.title;
            return Fault::usage(
                "unknown-notice",
                text!("{words} 不是{title}", "{words} is not a {title} record", words, title),
            )
            .fail();
        }
        return Ok(found);
    }
    let (year, number) = match word.split_once(['-', '/']) {
        Some((year, number)) => (Year::from_iso(year.as_bytes()), number.parse::<i64>().ok()),
        None => (None, word.parse().ok()),
    };
    let Some(number) = number.filter(|_| year.is_some() || !word.contains(['-', '/'])) else {
        return Fault::usage(
            "unreadable-serial",
            text!("“{word}”不是文书序号", "“{word}” is not the serial number of a notice"),
        )
        .hint(text!("写成 3、2018-3 或记录编号", "write 3, 2018-3 or the record id"))
        .fail();
    };
    let mut fitting = all_notices(search, kind, notice)?;
    fitting.retain(|kept| {
        kept.record.state == RecordState::Live
            && serial(notice, &kept.record) == Some(number)
            && year.is_none_or(|year| year == kept.year)
    });
    match fitting.as_slice() {
        [one] => search.by_id(&one.record.id.to_string()),
        [] => Fault::usage("unknown-notice", text!("没有第 {word} 号文书", "no notice “{word}”"))
            .hint(text!("查看：culture notice list --all", "see culture notice list --all"))
            .fail(),
        several => {
            let of = |kept: &ListedNotice| Text::same(format!("{}-{number} {}", kept.year, kept.record.id));
            let list = Text::list(&several.iter().map(of).collect::<Vec<_>>());
            Fault::usage(
                "ambiguous-notice",
                text!("第 {word} 号文书不止一份", "there is more than one notice “{word}”"),
            )
            .hint(text!("写明年份或编号：{list}", "add the year, or use the id: {list}", list))
            .fail()
        }
    }
}
