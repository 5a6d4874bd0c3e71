//! `culture merge DIR`: takes in the ledgers of another copy, a township's or a colleague's.

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional, required, text};
use super::writing::{WriteArgs, write};
use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::county::merge::{LedgerMerge, MergeSummary, OtherCopy};
use crate::county::view::Viewpoint;
use crate::ledger::merge::MergeSide;
use crate::store::{Snapshot, Store, find_root};
use anyhow::Result;
use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Command};

/// `merge`
pub(super) const VERB: Verb = Verb {
    name: "merge",
    about: Text::new("并入另一份台账（如乡镇报来的 U 盘）", "Merge the ledgers of another copy"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let dir = Text::new("另一份台账的文件夹", "The other data directory");
    let take = Text::new("有冲突时以谁为准", "Which side wins a conflict");
    let take = option(lang, "take", &Text::new("哪方", "SIDE"), &take)
        .value_parser(PossibleValuesParser::new(["theirs", "ours"]));
    let same_county =
        Text::new("确是本县的数据（看不出时用）", "Vouch that it is this county's, where nothing shows it");
    let command = command
        .arg(positional(lang, "dir", &Text::new("文件夹", "DIR"), &dir).required(true))
        .arg(options::township(lang))
        .arg(take)
        .arg(flag(lang, "same-county", &same_county))
        .arg(options::dry_run(lang));
    Ok(options::recording(lang, command))
}

/// What is asked of `merge`.
struct MergeArgs {
    dir: String,
    /// Whose state stands where they conflict.
    take: Option<MergeSide>,
    /// Where nothing shows whose data it is, somebody vouches for it.
    same_county: bool,
    dry_run: bool,
    point: Viewpoint,
    writing: WriteArgs,
}

impl MergeArgs {
    fn read(matches: &ArgMatches) -> MergeArgs {
        MergeArgs {
            dir: required(matches, "dir"),
            take: text(matches, "take").map(|side| if side == "ours" { MergeSide::Ours } else { MergeSide::Theirs }),
            same_county: matches.get_flag("same-county"),
            dry_run: matches.get_flag("dry-run"),
            point: Viewpoint { township: text(matches, "township"), ..Viewpoint::default() },
            writing: WriteArgs::recording(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = MergeArgs::read(matches);
    let there = call.world.dir.join(&args.dir);
    let other = Store::foreign(find_root(Some(&there), &there)?, call.world.threads);
    let here = call.store()?.root().display().to_string();
    let ((summary, warnings), batch) = write(call, &args.writing, &args.point, |view, draft, _| {
        let search = view.search()?;
        let mut merge = |files: &Snapshot| {
            let theirs = OtherCopy { files, folder: &args.dir };
            let only = view.township;
            let same_county = args.same_county;
            LedgerMerge { search: &search, here: &here, theirs, only, take: args.take, same_county }.merge_all(draft)
        };
        let summary = other.read(|theirs| Ok((merge(theirs)?, theirs.warnings())))?;
        if args.dry_run {
            draft.only_try(view.county);
        }
        Ok((summary, draft.stamp.batch))
    })?;
    call.warn(&warnings);
    for line in &summary.lines {
        call.acknowledge(line)?;
    }
    let MergeSummary { new, further, same, .. } = summary;
    call.acknowledge(&if args.dry_run {
        text!(
            "将新增 {new} 条、更新 {further} 条，相同 {same} 条（--dry-run，未写入）",
            "would add {new} and update {further}; {same} already here (--dry-run: nothing written)",
            new = Text::count(new, "record", "records"),
            same = Text::count(same, "is", "are")
        )
    } else {
        text!(
            "新增 {new} 条、更新 {further} 条，相同 {same} 条",
            "added {new}, updated {further}; {same} already here",
            new = Text::count(new, "record", "records"),
            same = Text::count(same, "was", "were")
        )
    })?;
    if !args.dry_run && new + further > 0 {
        call.acknowledge(&text!(
            "批次 {batch}；撤销：culture undo {batch}",
            "batch {batch}; to undo it: culture undo {batch}"
        ))?;
    }
    Ok(Exit::Done)
}
