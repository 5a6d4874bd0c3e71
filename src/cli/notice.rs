//! `culture notice …`: what falls behind is told to a township, and followed until it is mended. What a notice is, and
//! where its steps are kept, stands in the kind's file (`[notice]`).

mod draft;
mod list;
mod steps;

pub(super) use list::open_notices;

use super::frame::{Call, Verb};
use crate::base::day::Year;
use crate::base::fault::{Exit, Fault, Result};
use crate::base::id::is_prefix;
use crate::base::text::Text;
use crate::county::search::{RecordMatch, Search};
use crate::ledger::records;
use crate::schema::kind::load::Kinds;
use crate::schema::kind::{Kind, NoticeFields};
use crate::schema::record::{RecordState, Revision};
use clap::{ArgMatches, Command};

/// The verb.
pub(super) const VERB: Verb = Verb {
    name: "notice",
    about: Text::new("通报批评和整改通知：起草到销号", "Draft, track and close rectification notices"),
    arguments,
    run,
};

const STEPS: &[Verb] = &[draft::VERB, list::VERB, steps::SIGN, steps::REPLY, steps::RECHECK, steps::CLOSE];

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    STEPS.iter().try_fold(command.subcommand_required(true), |command, step| {
        let below = Command::new(step.name).about(step.about.say(call.lang).to_owned());
        Ok(command.subcommand((step.arguments)(below, call)?))
    })
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let asked = matches.subcommand();
    let found = asked.and_then(|(name, below)| Some((STEPS.iter().find(|step| step.name == name)?, below)));
    let Some((step, below)) = found else {
        return Fault::usage("unsorted", text!("没有写明步骤", "no step given")).fail();
    };
    (step.run)(call, below)
}

/// The kind whose records are notices.
fn kind(kinds: &Kinds) -> Result<(&Kind, &NoticeFields)> {
    let found = kinds.iter().find_map(|kind| Some((kind, kind.notice.as_ref()?)));
    found.ok_or_else(|| {
        Fault::new("unsorted", text!("没有登记督导文书的台账类别", "there is no kind of record for notices"))
            .hint(text!("类别文件里应有 [notice]", "one kind's file must have [notice]"))
            .into()
    })
}

/// A notice on record: in whose ledger, of which year.
#[derive(Clone, Debug)]
struct NoticeOnRecord {
    township: usize,
    year: Year,
    record: Revision,
}

/// Every notice of the county, by year and serial; those that are void too.
fn all_notices(search: &Search<'_>, kind: &Kind, notice: &NoticeFields) -> Result<Vec<NoticeOnRecord>> {
    let mut all = search.each(
        |ledger| ledger.kind == kind.id,
        |ledger, source| {
            let (township, year) = (ledger.township, ledger.year);
            Ok(records(source, None)?.into_iter().map(|record| NoticeOnRecord { township, year, record }).collect())
        },
    )?;
    all.sort_by_key(|kept| (kept.year, serial(notice, &kept.record), kept.township, kept.record.id));
    Ok(all)
}

fn serial(notice: &NoticeFields, record: &Revision) -> Option<i64> {
    record.values[notice.serial].parse().ok()
}

/// The notice that a word means: its serial, with its year where several years have it (`2018-3`), or the beginning of its
/// id.
fn find_notice(search: &Search<'_>, (kind, notice): (&Kind, &NoticeFields), word: &str) -> Result<RecordMatch> {
    let word = word.trim().to_ascii_lowercase();
    if is_prefix(&word) {
        let found = search.by_id(&word)?;
        if found.ledger.kind != kind.id {
            let (words, title) = (search.description(&found), &kind.title);
            return Fault::usage(
                "unsorted",
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
            "unsorted",
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
        [] => Fault::usage("unsorted", text!("没有第 {word} 号文书", "no notice “{word}”"))
            .hint(text!("查看：culture notice list --all", "see culture notice list --all"))
            .fail(),
        several => {
            let of = |kept: &NoticeOnRecord| Text::same(format!("{}-{number} {}", kept.year, kept.record.id));
            let list = Text::list(&several.iter().map(of).collect::<Vec<_>>());
            Fault::usage("unsorted", text!("第 {word} 号文书不止一份", "there is more than one notice “{word}”"))
                .hint(text!("写明年份或编号：{list}", "add the year, or use the id: {list}", list))
                .fail()
        }
    }
}
