//! `culture notice sign`, `reply`, `recheck` and `close`: the steps of a notice, each a revision of its record.

use crate::base::day::Day;
use crate::base::fault::{Exit, Fault, Faults, Level, Result};
use crate::base::text::{Lang, Text};
use crate::cli::frame::{Call, Verb};
use crate::cli::options::{self, option, positional, required, text};
use crate::cli::writing::{WriteArgs, write};
use crate::county::draft::ChangeDraft;
use crate::county::entry::EntryReader;
use crate::county::notices::{find_notice, notice_kind};
use crate::county::search::RecordMatch;
use crate::county::supervision::unresolved;
use crate::county::view::{View, Viewpoint};
use crate::figures::supervision::FindingKey;
use crate::report::notice::key_words;
use crate::schema::kind::NoticeFields;
use crate::schema::parse::plain_text;
use crate::schema::record::{RecordState, Revision};
use clap::{ArgMatches, Command};

/// `notice sign`
pub(super) const SIGN: Verb = Verb {
    name: "sign",
    about: Text::new("签收：登记单位收到的日期", "Record when the township signed for it"),
    arguments: dated_arguments,
    run: |call, matches| run(call, &StepArgs::dated(matches), sign),
};

/// `notice reply`
pub(super) const REPLY: Verb = Verb {
    name: "reply",
    about: Text::new("回复：登记单位报来的整改情况", "Record the township's reply"),
    arguments: reply_arguments,
    run: |call, matches| run(call, &StepArgs::reply(matches), reply),
};

/// `notice recheck`
pub(super) const RECHECK: Verb = Verb {
    name: "recheck",
    about: Text::new("复查：登记复查的日期", "Record when it was rechecked"),
    arguments: recheck_arguments,
    run: |call, matches| run(call, &StepArgs::despite(matches), recheck),
};

/// `notice close`
pub(super) const CLOSE: Verb = Verb {
    name: "close",
    about: Text::new("销号：整改到位后办结", "Close a notice once the problem is corrected"),
    arguments: close_arguments,
    run: |call, matches| run(call, &StepArgs::despite(matches), close),
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

/// What is asked of a step; what a step does not take is empty.
struct StepArgs {
    notice: String,
    date: Option<String>,
    /// What the township answers.
    text: String,
    /// Why it is done all the same.
    despite: Option<String>,
    point: Viewpoint,
    writing: WriteArgs,
}

impl StepArgs {
    fn read(matches: &ArgMatches) -> StepArgs {
        StepArgs {
            notice: required(matches, "notice"),
            date: None,
            text: String::new(),
            despite: None,
            point: options::day_point(matches),
            writing: WriteArgs::recording(matches),
        }
    }

    fn dated(matches: &ArgMatches) -> StepArgs {
        StepArgs { date: text(matches, "date"), ..StepArgs::read(matches) }
    }

    fn reply(matches: &ArgMatches) -> StepArgs {
        StepArgs { text: required(matches, "text"), ..StepArgs::read(matches) }
    }

    fn despite(matches: &ArgMatches) -> StepArgs {
        StepArgs { despite: text(matches, "despite"), ..StepArgs::dated(matches) }
    }
}

/// A notice at one of its steps.
struct StepContext<'a> {
    view: &'a View<'a>,
    notice: &'a NoticeFields,
    reader: &'a EntryReader<'a>,
    found: &'a RecordMatch,
    last: &'a Revision,
    args: &'a StepArgs,
}

/// What a step writes, and what it is called: the reason of the revision.
struct NoticeStep {
    given: Vec<(usize, String)>,
    name: Text,
}

/// How a step is worked out.
type StepWork = fn(&StepContext<'_>) -> Result<NoticeStep>;

fn run(call: &mut Call<'_>, args: &StepArgs, step: StepWork) -> Result<Exit> {
    let lang = call.lang;
    let (said, warnings) =
        write(call, &args.writing, &args.point, |view, draft, _| take_step(view, draft, args, step, lang))?;
    call.warn(&warnings);
    call.acknowledge(&said)?;
    Ok(Exit::Done)
}

fn take_step(
    view: &View<'_>,
    draft: &mut ChangeDraft,
    args: &StepArgs,
    step: StepWork,
    lang: Lang,
) -> Result<(Text, Vec<Fault>)> {
    let (kind, notice) = notice_kind(view.kinds()?)?;
    let search = view.search()?;
    let found = find_notice(&search, kind, notice, &args.notice)?;
    let last = live_revision(&found)?;
    let reader = EntryReader::new(&search, kind, view.today);
    let step = step(&StepContext { view, notice, reader: &reader, found: &found, last, args })?;
    let given: Vec<(usize, &str)> = step.given.iter().map(|(at, text)| (*at, text.as_str())).collect();
    let read = reader.read(&last.values, &given);
    if read.faults.iter().any(|fault| fault.level == Level::Error) {
        return Err(Faults(read.faults));
    }
    let reason = step.name.say(lang).to_owned();
    // That a step comes after its month was closed lies in the nature of steps.
    draft.late.because(&reason);
    let next = draft.stamp.next(last, RecordState::Live, read.cells, &reason);
    draft.row(view.county, kind, found.ledger.township, found.ledger.year, &next);
    let words = search.description(&found);
    let name = step.name;
    Ok((text!("已登记{name}：{words}", "recorded: {name}, {words}", name, words), read.faults))
}

fn live_revision(found: &RecordMatch) -> Result<&Revision> {
    let last = found.last();
    (last.state == RecordState::Live).then_some(last).ok_or_else(|| {
        let id = last.id;
        Fault::usage("void-record", text!("这份文书已经作废", "the notice is void"))
            .hint(text!(
                "恢复：culture edit {id} --restore --reason 事由",
                "to restore it: culture edit {id} --restore --reason …"
            ))
            .into()
    })
}

impl StepContext<'_> {
    fn cell(&self, field: usize) -> &str {
        &self.last.values[field]
    }

    /// The day of the step: not before the notice, not after today.
    fn day(&self) -> Result<Day> {
        let today = self.view.today;
        let day = match &self.args.date {
            Some(text) => self.view.county.parse_day(text, today)?,
            None => today,
        };
        let issued = self.last.date().expect("a record on file has a date");
        if day < issued || day > today {
            return Fault::usage(
                "date-outside",
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
        let before = self.cell(field);
        let id = self.last.id;
        if before.is_empty() {
            return Ok(());
        }
        let title = &self.reader.kind.fields[field].title;
        Fault::usage("step-taken", text!("{title}已经登记：{before}", "“{title}” is already recorded: {before}", title))
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
        Fault::usage("missing-step", text!("还没有登记{title}", "“{title}” is not recorded yet", title))
            .hint(way_out)
            .fail()
    }

    /// Its serial, as the steps take it.
    fn serial(&self) -> String {
        format!("{}-{}", self.found.ledger.year, self.cell(self.notice.serial))
    }

    /// Why it is done all the same.
    fn despite(&self) -> Result<Option<String>> {
        let despite = self.args.despite.as_deref().map(plain_text).transpose()?;
        Ok(despite.filter(|despite| !despite.is_empty()))
    }
}

fn sign(at: &StepContext<'_>) -> Result<NoticeStep> {
    at.once(at.notice.signed_for)?;
    Ok(NoticeStep {
        given: vec![(at.notice.signed_for, at.day()?.to_string())], name: Text::new("签收", "signed for")
    })
}

fn reply(at: &StepContext<'_>) -> Result<NoticeStep> {
    at.once(at.notice.response)?;
    let number = at.serial();
    at.after(
        at.notice.signed_for,
        text!(
            "先登记签收：culture notice sign {number} --date 日期",
            "first: culture notice sign {number} --date DATE"
        ),
    )?;
    let text = at.args.text.clone();
    if plain_text(&text)?.is_empty() {
        return Fault::usage("empty-text", text!("没有写明整改情况", "no reply text given"))
            .hint(text!("加上 --text 文字", "add --text TEXT"))
            .fail();
    }
    Ok(NoticeStep { given: vec![(at.notice.response, text)], name: Text::new("回复", "reply") })
}

/// It can be looked at more than once; the last day stands. The township's answer comes before, or why there is none.
fn recheck(at: &StepContext<'_>) -> Result<NoticeStep> {
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

fn close(at: &StepContext<'_>) -> Result<NoticeStep> {
    let notice = at.notice;
    if at.cell(notice.ty) != notice.rectification {
        let field = &at.reader.kind.fields[notice.ty];
        let title = |token: &str| field.choice(token).map(|choice| choice.title.clone()).unwrap_or_default();
        let this = title(at.cell(notice.ty));
        let only = title(&notice.rectification);
        return Fault::usage(
            "not-to-be-closed",
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
fn check_mended(at: &StepContext<'_>) -> Result<()> {
    let notice = at.notice;
    let despite = || text!("仍要销号，加 --despite 事由", "to close it anyway, add --despite REASON");
    let keys = FindingKey::parse_all(at.cell(notice.grounds)).unwrap_or_default();
    if keys.is_empty() {
        if at.cell(notice.rechecked).is_empty() {
            return Fault::usage(
                "missing-step",
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
    let since = at.last.date().expect("a record on file has a date");
    let view = View::on(at.view.county, at.view.today).of_year(at.view.county.implied_year(since));
    let still = unresolved(&view, &keys, at.found.ledger.township, since)?;
    if still.is_empty() {
        return Ok(());
    }
    let plan = &view.plan()?.plan;
    let list = Text::list(&still.iter().map(|key| key_words(plan, key)).collect::<Vec<_>>());
    Fault::usage("still-lagging", text!("问题仍未解决：{list}", "still not corrected: {list}", list))
        .hint(despite())
        .fail()
}
