//! `culture notice sign`, `reply`, `recheck` and `close`: the steps of a notice, each a revision of its record.

use super::{find_notice, kind};
use crate::base::day::Day;
use crate::base::fault::{Exit, Fault, Faults, Level, Result};
use crate::base::text::Text;
use crate::cli::frame::{Call, Verb};
use crate::cli::lagging::still_lagging;
use crate::cli::options::{self, option, positional};
use crate::cli::writing::write;
use crate::county::counting::StatusQuery;
use crate::county::county::County;
use crate::county::entry::EntryReader;
use crate::county::search::{RecordMatch, Search};
use crate::figures::supervision::FindingKey;
use crate::report::notice::key_words;
use crate::schema::kind::NoticeFields;
use crate::schema::parse::plain_text;
use crate::schema::record::{RecordState, Revision};
use clap::{ArgMatches, Command};

pub(super) const SIGN: Verb = Verb {
    name: "sign",
    about: Text::new("签收：登记单位收到的日期", "Record when the township signed for it"),
    arguments: dated_arguments,
    run: |call, matches| run(call, matches, sign),
};

pub(super) const REPLY: Verb = Verb {
    name: "reply",
    about: Text::new("回复：登记单位报来的整改情况", "Record the township's reply"),
    arguments: reply_arguments,
    run: |call, matches| run(call, matches, reply),
};

pub(super) const RECHECK: Verb = Verb {
    name: "recheck",
    about: Text::new("复查：登记复查的日期", "Record when it was rechecked"),
    arguments: recheck_arguments,
    run: |call, matches| run(call, matches, recheck),
};

pub(super) const CLOSE: Verb = Verb {
    name: "close",
    about: Text::new("销号：整改到位后办结", "Close a notice once the problem is corrected"),
    arguments: close_arguments,
    run: |call, matches| run(call, matches, close),
};

fn notice_argument(command: Command, call: &Call<'_>) -> Command {
    let which = Text::new("序号（如 3、2018-3）或编号", "Serial number (3, 2018-3) or record id");
    let which = positional(call.lang, "notice", &Text::new("文书", "NOTICE"), &which).required(true);
    options::recording(call.lang, command.arg(which).arg(options::today(call.lang)))
}

fn dated_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let day = Text::new("哪一天（默认今天）", "Date (default: today)");
    Ok(notice_argument(command, call).arg(option(call.lang, "date", &Text::new("日期", "DATE"), &day)))
}

fn reply_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let text = option(call.lang, "text", &Text::new("文字", "TEXT"), &Text::new("整改情况", "Text of the reply"));
    Ok(notice_argument(command, call).arg(text.required(true)))
}

fn recheck_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let why = Text::new("没有回复仍要复查的事由", "Recheck without a reply, giving a reason");
    let despite = option(call.lang, "despite", &Text::new("事由", "REASON"), &why);
    Ok(dated_arguments(command, call)?.arg(despite))
}

fn close_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let why = Text::new("问题未解决仍要销号的事由", "Close despite open findings, giving a reason");
    let despite = option(call.lang, "despite", &Text::new("事由", "REASON"), &why);
    Ok(dated_arguments(command, call)?.arg(despite))
}

/// A notice at one of its steps.
struct StepContext<'a, 'c> {
    county: &'a County<'a>,
    notice: &'a NoticeFields,
    reader: &'a EntryReader<'a>,
    found: &'a RecordMatch,
    last: &'a Revision,
    matches: &'a ArgMatches,
    call: &'a Call<'c>,
}

/// What a step writes, and what it is called: the reason of the revision.
struct NoticeStep {
    given: Vec<(usize, String)>,
    name: Text,
}

fn run(
    call: &mut Call<'_>,
    matches: &ArgMatches,
    step: fn(&StepContext<'_, '_>) -> Result<NoticeStep>,
) -> Result<Exit> {
    let (said, warnings) = write(call, matches, |county, draft, call| {
        let kinds = county.kinds(None)?;
        let (kind, notice) = kind(&kinds)?;
        let today = county.as_of(matches.get_one("today"), call.world.now)?;
        let search = Search::new(county, &kinds, call.world.threads);
        let found =
            find_notice(&search, (kind, notice), matches.get_one::<String>("notice").map_or("", String::as_str))?;
        let last = live_revision(&found)?;
        let reader = EntryReader::new(&search, kind, today);
        let step = step(&StepContext { county, notice, reader: &reader, found: &found, last, matches, call })?;
        let given: Vec<(usize, &str)> = step.given.iter().map(|(at, text)| (*at, text.as_str())).collect();
        let read = reader.read(&last.values, &given);
        if read.faults.iter().any(|fault| fault.level == Level::Error) {
            return Err(Faults(read.faults));
        }
        let name = step.name.say(call.lang).to_owned();
        // That a step comes after its month was closed lies in the nature of steps.
        draft.late.because(&name);
        let next = draft.stamp.next(last, RecordState::Live, read.cells, &name);
        draft.row(county, kind, found.ledger.township, found.ledger.year, &next);
        let (words, name) = (search.description(&found), step.name);
        Ok((text!("已登记{name}：{words}", "recorded: {name}, {words}", name, words), read.faults))
    })?;
    call.warn(&warnings);
    call.acknowledge(&said)?;
    Ok(Exit::Done)
}

fn live_revision(found: &RecordMatch) -> Result<&Revision> {
    found.last().filter(|last| last.state == RecordState::Live).ok_or_else(|| {
        let id = found.last().map_or_else(String::new, |last| last.id.to_string());
        Fault::usage("void-record", text!("这份文书已经作废", "the notice is void"))
            .hint(text!(
                "恢复：culture edit {id} --restore --reason 事由",
                "to restore it: culture edit {id} --restore --reason …"
            ))
            .into()
    })
}

impl StepContext<'_, '_> {
    fn cell(&self, field: usize) -> &str {
        &self.last.values[field]
    }

    /// The day of the step: not before the notice, not after today.
    fn day(&self) -> Result<Day> {
        let today = self.reader.today;
        let day = match self.matches.get_one::<String>("date") {
            Some(text) => {
                let year = self.county.plan_year(today).unwrap_or(today.year());
                crate::schema::parse::day(text, today, year)?
            }
            None => today,
        };
        let issued = self.last.date().unwrap_or(day);
        if day < issued || day > today {
            return Fault::usage(
                "unsorted",
                text!(
                    "{day} 不在印发日期 {issued} 和今天 {today} 之间",
                    "{day} is not between the date of issue ({issued}) and today ({today})"
                ),
            )
            .hint(text!("请核对日期", "check the date"))
            .fail();
        }
        Ok(day)
    }

    /// A step that is taken once.
    fn once(&self, field: usize) -> Result<()> {
        let (before, id) = (self.cell(field), self.last.id);
        if before.is_empty() {
            return Ok(());
        }
        let title = &self.reader.kind.fields[field].title;
        Fault::usage("unsorted", text!("{title}已经登记：{before}", "“{title}” is already recorded: {before}", title))
            .hint(text!(
                "更正：culture edit {id} {name}=… --reason 事由",
                "to correct it: culture edit {id} {name}=… --reason REASON",
                name = Text::same(&self.reader.kind.fields[field].name)
            ))
            .fail()
    }

    /// A step that another one comes before.
    fn after(&self, field: usize, way_out: Text) -> Result<()> {
        if !self.cell(field).is_empty() {
            return Ok(());
        }
        let title = &self.reader.kind.fields[field].title;
        Fault::usage("unsorted", text!("还没有登记{title}", "“{title}” is not recorded yet", title))
            .hint(way_out)
            .fail()
    }

    /// Its serial, as the steps take it.
    fn serial(&self) -> String {
        format!("{}-{}", self.found.ledger.year, self.cell(self.notice.serial))
    }

    /// Why it is done all the same.
    fn despite(&self) -> Result<Option<String>> {
        let despite = self.matches.get_one::<String>("despite").map(|text| plain_text(text)).transpose()?;
        Ok(despite.filter(|despite| !despite.is_empty()))
    }
}

fn sign(at: &StepContext<'_, '_>) -> Result<NoticeStep> {
    at.once(at.notice.signed_for)?;
    Ok(NoticeStep {
        given: vec![(at.notice.signed_for, at.day()?.to_string())], name: Text::new("签收", "signed for")
    })
}

fn reply(at: &StepContext<'_, '_>) -> Result<NoticeStep> {
    at.once(at.notice.response)?;
    let number = at.serial();
    at.after(
        at.notice.signed_for,
        text!(
            "先登记签收：culture notice sign {number} --date 日期",
            "first: culture notice sign {number} --date DATE"
        ),
    )?;
    let text = at.matches.get_one::<String>("text").cloned().unwrap_or_default();
    if plain_text(&text)?.is_empty() {
        return Fault::usage("unsorted", text!("没有写明整改情况", "no reply text given"))
            .hint(text!("加上 --text 文字", "add --text TEXT"))
            .fail();
    }
    Ok(NoticeStep { given: vec![(at.notice.response, text)], name: Text::new("回复", "reply") })
}

/// It can be looked at more than once; the last day stands. The township's answer comes before, or why there is none.
fn recheck(at: &StepContext<'_, '_>) -> Result<NoticeStep> {
    let day = at.day()?.to_string();
    if at.cell(at.notice.rechecked) == day {
        at.once(at.notice.rechecked)?;
    }
    let name = if let Some(despite) = at.despite()? {
        text!("复查（{despite}）", "rechecked ({despite})")
    } else {
        let number = at.serial();
        at.after(
            at.notice.response,
            text!(
                "先登记回复：culture notice reply {number} --text 文字；没有回复的，加 --despite 事由",
                "first: culture notice reply {number} --text TEXT; if there is no reply, add --despite REASON"
            ),
        )?;
        Text::new("复查", "rechecked")
    };
    Ok(NoticeStep { given: vec![(at.notice.rechecked, day)], name })
}

fn close(at: &StepContext<'_, '_>) -> Result<NoticeStep> {
    let notice = at.notice;
    if at.cell(notice.ty) != notice.rectification {
        let field = &at.reader.kind.fields[notice.ty];
        let title = |token: &str| field.choice(token).map(|choice| choice.title.clone()).unwrap_or_default();
        let (this, only) = (title(at.cell(notice.ty)), title(&notice.rectification));
        return Fault::usage(
            "unsorted",
            text!(
                "{this}不需销号，需销号的只有{only}",
                "a {this} does not need closing; only a {only} does",
                this,
                only
            ),
        )
        .hint(text!(
            "签收即办结：culture notice sign {number} --date 日期",
            "it is complete once signed for: culture notice sign {number} --date DATE",
            number = Text::same(at.serial())
        ))
        .fail();
    }
    at.once(notice.closed)?;
    let day = at.day()?;
    let name = if let Some(despite) = at.despite()? {
        text!("销号（{despite}）", "closed ({despite})")
    } else {
        check_mended(at)?;
        Text::new("销号", "closed")
    };
    Ok(NoticeStep { given: vec![(notice.closed, day.to_string())], name })
}

/// That nothing of what was found holds any longer.
fn check_mended(at: &StepContext<'_, '_>) -> Result<()> {
    let notice = at.notice;
    let despite = || text!("仍要销号，加 --despite 事由", "to close it anyway, add --despite REASON");
    let keys = FindingKey::parse_all(at.cell(notice.grounds)).unwrap_or_default();
    if keys.is_empty() {
        if at.cell(notice.rechecked).is_empty() {
            return Fault::usage(
                "unsorted",
                text!(
                    "文书没有可核对的督导依据，也没有复查",
                    "the notice has no grounds that can be checked, and it was not rechecked"
                ),
            )
            .hint(text!("先登记复查；{despite}", "record a recheck first; {despite}", despite = despite()))
            .fail();
        }
        return Ok(());
    }
    let since = at.last.date().unwrap_or(at.reader.today);
    let year = at.county.plan_year(since).unwrap_or(since.year());
    let asked = StatusQuery { as_of: at.reader.today, known: None, month: None, year, township: None };
    let (plan, still) =
        still_lagging(at.county, &asked, at.call.world.threads, (&keys, at.found.ledger.township, since))?;
    if still.is_empty() {
        return Ok(());
    }
    let list = Text::list(&still.iter().map(|key| key_words(&plan, key)).collect::<Vec<_>>());
    Fault::usage("unsorted", text!("问题仍未解决：{list}", "still not corrected: {list}", list)).hint(despite()).fail()
}
