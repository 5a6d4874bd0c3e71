//! What every writing command does: take the lock, compute on what stands under it, commit, and only then speak.

use super::frame::Call;
use super::options::text;
use crate::base::fault::{Fault, Result};
use crate::base::text::Text;
use crate::county::County;
use crate::county::clock::CountyClock;
use crate::county::draft::{ChangeDraft, SettledChange};
use crate::county::late::LateEntries;
use crate::county::view::{View, Viewpoint};
use crate::schema::parse::plain_text;
use clap::ArgMatches;
use std::time::Duration;

/// How long another writer is waited for, where that is not said.
const WAIT: u64 = 10;

/// Who writes, how long another writer is waited for, why rows of closed months come late, and whether somebody has looked
/// at the clock.
#[derive(Clone, Debug, Default)]
pub(super) struct WriteArgs {
    by: Option<String>,
    wait: Option<u64>,
    late: Option<String>,
    clock_is_right: bool,
}

impl WriteArgs {
    /// Of a command that takes [`super::options::writing`].
    pub(super) fn read(matches: &ArgMatches) -> WriteArgs {
        WriteArgs { by: text(matches, "by"), ..WriteArgs::unsigned(matches) }
    }

    /// Of a command that takes [`super::options::recording`].
    pub(super) fn recording(matches: &ArgMatches) -> WriteArgs {
        WriteArgs { late: text(matches, "late"), ..WriteArgs::read(matches) }
    }

    /// Of a command that takes [`super::options::unsigned_writing`].
    pub(super) fn unsigned(matches: &ArgMatches) -> WriteArgs {
        let clock_is_right = matches.get_flag("clock-is-right");
        WriteArgs { clock_is_right, ..WriteArgs::undated(matches) }
    }

    /// Of a command that takes `--wait` alone.
    pub(super) fn undated(matches: &ArgMatches) -> WriteArgs {
        WriteArgs { wait: matches.get_one::<u64>("wait").copied(), ..WriteArgs::default() }
    }

    /// How long another writer is waited for.
    pub(super) fn wait(&self) -> Duration {
        Duration::from_secs(self.wait.unwrap_or(WAIT))
    }
}

/// Who writes: `--by`, else `CULTURE_USER`, else the login name.
///
/// # Errors
/// None of them is there.
fn writer_name(call: &Call<'_>, given: Option<&String>) -> Result<String> {
    let named = |name: &&str| call.world.variable(name);
    let found = given.cloned().or_else(|| ["CULTURE_USER", "USER", "LOGNAME", "USERNAME"].iter().find_map(named));
    let name = found.map(|name| plain_text(&name)).transpose()?.filter(|name| !name.is_empty());
    name.ok_or_else(|| {
        Fault::usage("unknown-writer", Text::new("没有写明登记人", "no user name given"))
            .hint(Text::new("加上 --by 姓名，或设置环境变量 CULTURE_USER", "add --by NAME, or set CULTURE_USER"))
            .into()
    })
}

/// Runs `work` under the lock and commits what it drafts; returns what it returns, once all is durable. A draft with
/// nothing in it writes nothing.
///
/// # Errors
/// Whatever `work` says, or the store: then nothing was stored.
pub(super) fn write<T>(
    call: &mut Call<'_>,
    args: &WriteArgs,
    point: &Viewpoint,
    work: impl FnOnce(&View<'_>, &mut ChangeDraft, &Call<'_>) -> Result<T>,
) -> Result<T> {
    let mut work = Some(work);
    let mut outcome = None;
    run(call, args, point, &mut |view, draft, call| {
        let work = work.take().expect("what a command computes is computed once");
        outcome = Some(work(view, draft, call)?);
        Ok(())
    })?;
    Ok(outcome.expect("a command that did not fail has computed something"))
}

/// What a command computes under the lock.
type DraftWork<'w> = &'w mut dyn FnMut(&View<'_>, &mut ChangeDraft, &Call<'_>) -> Result<()>;

fn run(call: &mut Call<'_>, args: &WriteArgs, point: &Viewpoint, work: DraftWork<'_>) -> Result<()> {
    let by = writer_name(call, args.by.as_ref())?;
    let store = call.store()?;
    let now = call.world.now;
    let verb = call.verb().expect("a command that runs was called by its verb");
    let writer = store.write(args.wait(), verb, call.world.process, now)?;
    call.warn(writer.recovered());
    let late = args.late.as_deref().map(plain_text).transpose()?.filter(|late| !late.is_empty());
    let county = County::load(writer.snapshot(), call.world.threads)?;
    let offset = county.settings.offset;
    let mut draft = ChangeDraft::new(by, now.in_offset(offset), LateEntries::new(&county, late));
    draft.may_write(writer.stage(draft.stamp.batch));
    work(&View::new(&county, point, now)?, &mut draft, call)?;
    if draft.is_empty() {
        call.warn(&draft.late.dry_run_warnings());
        return Ok(());
    }
    let batch = draft.stamp.batch;
    let told = draft.late_entries(&county)?;
    let clock = CountyClock::read(now.in_offset(offset), &county, writer.times())?;
    let is_ahead = clock.check(args.clock_is_right, |question| call.confirms(question))?;
    let SettledChange { change, ahead, clock: is_behind } = draft.change(&county, &clock)?;
    drop(county);
    let cut = writer.in_offset(offset).commit(change, batch, ahead)?;
    call.warn(&is_ahead.into_iter().chain(is_behind).chain(cut).chain(told).collect::<Vec<_>>());
    Ok(())
}
