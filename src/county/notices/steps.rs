//! The steps of a notice after it is drafted: signed for, replied to, rechecked, closed. Each is a revision of its record.

use super::{find_notice, notice_kind};
use crate::base::day::Day;
use crate::base::fault::{Fault, Faults, Level, Result};
use crate::base::text::{Lang, Text};
use crate::county::draft::ChangeDraft;
use crate::county::entry::EntryReader;
use crate::county::search::RecordMatch;
use crate::county::supervision::unresolved;
use crate::county::view::View;
use crate::figures::supervision::FindingKey;
use crate::report::notice::key_words;
use crate::schema::kind::{FieldNo, NoticeFields};
use crate::schema::parse::plain_text;
use crate::schema::record::{RecordState, Revision};

/// A step of a notice, as typed.
#[derive(Clone, Debug)]
pub(crate) enum NoticeStep {
    /// The township has signed for it.
    Sign(StepDay),
    /// The township answers.
    Reply(String),
    /// It was looked at again.
    Recheck(StepDay, Despite),
    /// Nothing of it is open any longer.
    Close(StepDay, Despite),
}

/// The day of a step; none: today.
pub(crate) type StepDay = Option<String>;

/// Why a step is taken although what should come before it is lacking; none: it is not.
pub(crate) type Despite = Option<String>;

/// A notice at one of its steps.
struct StepContext<'a> {
    view: &'a View<'a>,
    notice: &'a NoticeFields,
    reader: &'a EntryReader<'a>,
    found: &'a RecordMatch,
    last: &'a Revision,
}

/// What a step writes, and what it is called: the reason of the revision.
struct StepTaken {
    field: FieldNo,
    value: String,
    name: Text,
}

/// Takes a step of the notice that a word means; says what was recorded, and what is worth saying.
///
/// # Errors
/// There is no such notice; the step was taken already, or another comes before it; what was typed cannot be read.
pub(crate) fn take_step(
    view: &View<'_>,
    draft: &mut ChangeDraft,
    notice: &str,
    step: &NoticeStep,
    lang: Lang,
) -> Result<(Text, Vec<Fault>)> {
    let (kind, fields) = notice_kind(view.kinds()?)?;
    let search = view.search()?;
    let found = find_notice(&search, kind, fields, notice)?;
    let last = live_revision(&found)?;
    let reader = EntryReader::new(&search, kind, view.today);
    let at = StepContext { view, notice: fields, reader: &reader, found: &found, last };
    let taken = match step {
        NoticeStep::Sign(day) => at.sign(day)?,
        NoticeStep::Reply(text) => at.reply(text)?,
        NoticeStep::Recheck(day, despite) => at.recheck(day, despite)?,
        NoticeStep::Close(day, despite) => at.close(day, despite)?,
    };
    let read = reader.read(&last.values, &[(taken.field, &taken.value)]);
    if read.faults.iter().any(|fault| fault.level == Level::Error) {
        return Err(Faults(read.faults));
    }
    let reason = taken.name.say(lang).to_owned();
    // That a step comes after its month was closed lies in the nature of steps.
    draft.late.because(&reason);
    let next = draft.stamp.next(last, RecordState::Live, read.cells, &reason);
    draft.row(view.county, kind, found.ledger.township, found.ledger.year, &next);
    let words = search.description(&found);
    let name = taken.name;
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
    fn cell(&self, field: FieldNo) -> &str {
        &self.last.values[field]
    }

    /// The day of the step: not before the notice, not after today.
    fn day(&self, asked: &StepDay) -> Result<Day> {
        let today = self.view.today;
        let day = match asked {
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
    fn once(&self, field: FieldNo) -> Result<()> {
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
    fn after(&self, field: FieldNo, way_out: Text) -> Result<()> {
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

    fn sign(&self, day: &StepDay) -> Result<StepTaken> {
        let field = self.notice.signed_for;
        self.once(field)?;
        Ok(StepTaken { field, value: self.day(day)?.to_string(), name: Text::new("签收", "signed for") })
    }

    fn reply(&self, text: &str) -> Result<StepTaken> {
        let field = self.notice.response;
        self.once(field)?;
        let number = self.serial();
        self.after(
            self.notice.signed_for,
            text!(
                "先登记签收：culture notice sign {number} --date 日期",
                "first: culture notice sign {number} --date DATE"
            ),
        )?;
        if plain_text(text)?.is_empty() {
            return Fault::usage("empty-text", text!("没有写明整改情况", "no reply text given"))
                .hint(text!("加上 --text 文字", "add --text TEXT"))
                .fail();
        }
        Ok(StepTaken { field, value: text.to_owned(), name: Text::new("回复", "reply") })
    }

    /// It can be looked at more than once; the last day stands. The township's answer comes before, or why there is none.
    fn recheck(&self, day: &StepDay, despite: &Despite) -> Result<StepTaken> {
        let field = self.notice.rechecked;
        let value = self.day(day)?.to_string();
        if self.cell(field) == value {
            self.once(field)?;
        }
        let name = if let Some(despite) = stated(despite)? {
            text!("复查（{despite}）", "rechecked ({despite})")
        } else {
            let number = self.serial();
            self.after(
                self.notice.response,
                text!(
                    "先登记回复：culture notice reply {number} --text 文字；没有回复的，加 --despite 事由",
                    "first: culture notice reply {number} --text TEXT; if there is no reply, add --despite REASON"
                ),
            )?;
            Text::new("复查", "rechecked")
        };
        Ok(StepTaken { field, value, name })
    }

    fn close(&self, day: &StepDay, despite: &Despite) -> Result<StepTaken> {
        let field = self.notice.closed;
        if self.cell(self.notice.ty) != self.notice.rectification {
            return self.not_to_be_closed().fail();
        }
        self.once(field)?;
        let value = self.day(day)?.to_string();
        let name = if let Some(despite) = stated(despite)? {
            text!("销号（{despite}）", "closed ({despite})")
        } else {
            self.is_mended()?;
            Text::new("销号", "closed")
        };
        Ok(StepTaken { field, value, name })
    }

    /// What only criticises is done with once it is signed for.
    fn not_to_be_closed(&self) -> Fault {
        let this = self.title_of_type(self.cell(self.notice.ty));
        let only = self.title_of_type(&self.notice.rectification);
        let what = text!(
            "{this}不需销号，需销号的只有{only}",
            "a {this} does not need closing; only a {only} does",
            this,
            only
        );
        let hint = text!(
            "签收即办结：culture notice sign {number} --date 日期",
            "it is complete once signed for: culture notice sign {number} --date DATE",
            number = Text::same(self.serial())
        );
        Fault::usage("not-to-be-closed", what).hint(hint)
    }

    /// The title of a type; of a type that the kind has no longer, the type as it is kept.
    fn title_of_type(&self, token: &str) -> Text {
        let choice = self.reader.kind.fields[self.notice.ty].choice(token);
        choice.map_or_else(|| Text::same(token), |choice| choice.title.clone())
    }

    /// That nothing of what was found holds any longer.
    fn is_mended(&self) -> Result<()> {
        let despite = text!("仍要销号，加 --despite 事由", "to close it anyway, add --despite REASON");
        let keys = match FindingKey::parse_all(self.cell(self.notice.grounds)) {
            Some(keys) if !keys.is_empty() => keys,
            Some(_) | None if self.cell(self.notice.rechecked).is_empty() => {
                return Fault::usage(
                    "missing-step",
                    text!(
                        "文书没有可核对的督导依据，也没有复查",
                        "the notice has no grounds that can be checked, and it was not rechecked"
                    ),
                )
                .hint(text!("先登记复查；{despite}", "record a recheck first; {despite}", despite))
                .fail();
            }
            Some(_) | None => return Ok(()),
        };
        let since = self.last.date().expect("a record on file has a date");
        let county = self.view.county;
        let view = View::on(county, self.view.today).of_year(county.implied_year(since));
        let still = unresolved(&view, &keys, self.found.ledger.township, since)?;
        if still.is_empty() {
            return Ok(());
        }
        let plan = &view.plan()?.plan;
        let list = Text::list(&still.iter().map(|key| key_words(plan, key)).collect::<Vec<_>>());
        Fault::usage("still-lagging", text!("问题仍未解决：{list}", "still not corrected: {list}", list))
            .hint(despite)
            .fail()
    }
}

/// Why it is done all the same.
fn stated(despite: &Despite) -> Result<Option<String>> {
    let despite = despite.as_deref().map(plain_text).transpose()?;
    Ok(despite.filter(|despite| !despite.is_empty()))
}
