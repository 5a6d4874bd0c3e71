//! What every writing command does: take the lock, compute on what stands under it, commit, and only then speak.

use super::frame::Call;
use crate::base::fault::{Fault, Result};
use crate::base::text::Text;
use crate::county::county::County;
use crate::county::draft::ChangeDraft;
use crate::county::late::LateEntries;
use crate::schema::parse::plain_text;
use clap::ArgMatches;
use std::time::Duration;

/// Who writes: `--by`, else `CULTURE_USER`, else the login name.
///
/// # Errors
/// None of them is there.
pub(super) fn writer_name(call: &Call<'_>, matches: &ArgMatches) -> Result<String> {
    let given = matches.try_get_one::<String>("by").ok().flatten().cloned();
    let named = |name: &&str| call.world.variable(name);
    let found = given.or_else(|| ["CULTURE_USER", "USER", "LOGNAME", "USERNAME"].iter().find_map(named));
    let name = found.map(|name| plain_text(&name)).transpose()?.filter(|name| !name.is_empty());
    name.ok_or_else(|| {
        Fault::usage("unsorted", Text::new("没有写明登记人", "no user name given"))
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
    matches: &ArgMatches,
    work: impl FnOnce(&County<'_>, &mut ChangeDraft, &Call<'_>) -> Result<T>,
) -> Result<T> {
    let (mut work, mut outcome) = (Some(work), None);
    run(call, matches, &mut |county, draft, call| {
        if let Some(work) = work.take() {
            outcome = Some(work(county, draft, call)?);
        }
        Ok(())
    })?;
    outcome.ok_or_else(|| Fault::new("unsorted", text!("没有做任何改动", "nothing to do")).into())
}

/// What a command computes under the lock.
type DraftWork<'w> = &'w mut dyn FnMut(&County<'_>, &mut ChangeDraft, &Call<'_>) -> Result<()>;

fn run(call: &mut Call<'_>, matches: &ArgMatches, work: DraftWork<'_>) -> Result<()> {
    let by = writer_name(call, matches)?;
    let seconds = matches.try_get_one::<u64>("wait").ok().flatten().copied().unwrap_or(10);
    let store = call.store()?;
    let (now, process) = (call.world.now, call.world.process);
    let writer = store.write(Duration::from_secs(seconds), call.verb().unwrap_or_default(), process, now)?;
    call.warn(writer.recovered());
    let late = matches.try_get_one::<String>("late").ok().flatten().map(|text| plain_text(text)).transpose()?;
    let late = late.filter(|late| !late.is_empty());
    let ((change, ahead), batch, offset, told) = {
        let county = County::load(writer.snapshot(), call.world.threads)?;
        let offset = county.settings.offset;
        let mut draft = ChangeDraft::new(by, now.in_offset(offset), LateEntries::new(&county, late));
        draft.may_write(writer.stage(draft.stamp.batch));
        work(&county, &mut draft, call)?;
        if draft.is_empty() {
            call.warn(&draft.late.dry_run_warnings());
            return Ok(());
        }
        let batch = draft.stamp.batch;
        let told = draft.late.take_faults()?;
        (draft.change(&county, call.world.threads)?, batch, offset, told)
    };
    let cut = writer.in_offset(offset).commit(change, batch, ahead)?;
    call.warn(&cut);
    call.warn(&told);
    Ok(())
}
