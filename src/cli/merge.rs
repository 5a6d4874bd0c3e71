//! `culture merge DIR`: takes in the ledgers of another copy, a township's or a colleague's.

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional};
use super::writing::write;
use crate::base::fault::{Exit, Fault, Faults, Place, Result};
use crate::base::id::Id;
use crate::base::paths::DataPath;
use crate::base::text::Text;
use crate::county::county::{County, Ledger};
use crate::county::draft::ChangeDraft;
use crate::county::search::{Labels, Search};
use crate::ledger::merge::{Conflict, MergeOutcome, MergeSide, merge};
use crate::ledger::revisions;
use crate::report::records::difference;
use crate::schema::kind::Kind;
use crate::schema::kind::load::Kinds;
use crate::schema::record::Revision;
use crate::store::{Snapshot, Store, find_root};
use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Command};

/// The verb.
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
    let command = command
        .arg(positional(lang, "dir", &Text::new("文件夹", "DIR"), &dir).required(true))
        .arg(options::township(lang))
        .arg(take)
        .arg(flag(lang, "dry-run", &Text::new("只看结果，不写入", "Show the outcome without writing anything")));
    Ok(options::recording(lang, command))
}

/// What a merge did, or would do.
#[derive(Default)]
struct MergeSummary {
    batch: Option<Id>,
    lines: Vec<Text>,
    new: usize,
    further: usize,
    same: usize,
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let given = matches.get_one::<String>("dir").map_or("", String::as_str);
    let there = call.world.dir.join(given);
    let other = Store::foreign(find_root(Some(&there), &there)?, call.world.threads);
    let dry = matches.get_flag("dry-run");
    let outcome = write(call, matches, |county, draft, call| {
        let kinds = county.kinds(None)?;
        let search = Search::new(county, &kinds, call.world.threads);
        let mut outcome = other.read(|theirs| LedgerMerge { search: &search, theirs }.merge_all(draft, matches))?;
        if dry {
            draft.only_try();
        }
        outcome.batch = Some(draft.stamp.batch).filter(|_| !dry && outcome.new + outcome.further > 0);
        Ok(outcome)
    })?;
    for line in &outcome.lines {
        call.acknowledge(line)?;
    }
    let MergeSummary { batch, new, further, same, .. } = outcome;
    call.acknowledge(&if dry {
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
    if let Some(batch) = batch {
        call.acknowledge(&text!(
            "批次 {batch}；撤销：culture undo {batch}",
            "batch {batch}; to undo it: culture undo {batch}"
        ))?;
    }
    Ok(Exit::Done)
}

/// Two copies side by side.
struct LedgerMerge<'a> {
    search: &'a Search<'a>,
    theirs: &'a Snapshot,
}

impl LedgerMerge<'_> {
    fn merge_all(&self, draft: &mut ChangeDraft, matches: &ArgMatches) -> Result<MergeSummary> {
        draft.clear();
        let county = self.search.county;
        let only = matches.get_one::<String>("township").map(|word| county.townships.find(word)).transpose()?;
        let only = only.map(|township| county.township_index(&township.id));
        let take = matches
            .get_one::<String>("take")
            .map(|side| if side == "ours" { MergeSide::Ours } else { MergeSide::Theirs });
        let (mut outcome, mut faults) = (MergeSummary::default(), Vec::new());
        for ledger in self.ledgers(only)? {
            match self.merge_ledger(&ledger, take, draft) {
                Ok((kind, joined)) => {
                    outcome.tell(county, &ledger, kind, &joined);
                    faults.extend(joined.conflicts.iter().map(|conflict| self.conflict(&ledger, kind, conflict)));
                }
                Err(Faults(found)) => faults.extend(found),
            }
        }
        Faults::unless(faults, || outcome)
    }

    /// Their ledgers, all of townships and kinds that are known here.
    fn ledgers(&self, only: Option<usize>) -> Result<Vec<Ledger>> {
        let county = self.search.county;
        let (mut all, mut faults) = (Vec::new(), Vec::new());
        for path in self.theirs.ledgers()? {
            let Some(DataPath::Ledger { township: id, year, kind }) = DataPath::parse(path) else { continue };
            let here = county.townships.get(id).map(|township| county.township_index(&township.id));
            match here {
                Some(township) if only.is_none_or(|only| only == township) => {
                    let ledger = Ledger { path: path.to_owned(), township, year, kind: kind.to_owned() };
                    faults.extend(unknown_kind(self.search.kinds, &ledger));
                    all.push(ledger);
                }
                None if only.is_none() => faults.push(
                    Fault::new("unsorted", text!("这里没有代号为 {id} 的填报单位", "no township “{id}” here"))
                        .at(Place::file(path))
                        .hint(text!(
                            "先添加：culture township add {id} --name …；或只并一个：--township",
                            "add it: culture township add {id} --name …; or merge only one with --township"
                        )),
                ),
                Some(_) | None => {}
            }
        }
        Faults::unless(faults, || all)
    }

    /// Joins one ledger and drafts its rows.
    fn merge_ledger(
        &self,
        ledger: &Ledger,
        take: Option<MergeSide>,
        draft: &mut ChangeDraft,
    ) -> Result<(&Kind, MergeOutcome)> {
        let kind = self.search.kind(ledger)?;
        let bytes = self.theirs.read(&ledger.path)?;
        let theirs = revisions(ledger.source(kind, &bytes))?;
        let county = self.search.county;
        let ours: Vec<Revision> = if county.snapshot.has(&ledger.path) {
            let bytes = county.snapshot.read(&ledger.path)?;
            revisions(ledger.source(kind, &bytes))?
        } else {
            Vec::new()
        };
        let mut joined = merge(&ours, &theirs, take, &draft.stamp);
        for row in std::mem::take(&mut joined.rows) {
            draft.row(county, kind, ledger.township, ledger.year, &row);
        }
        Ok((kind, joined))
    }

    fn conflict(&self, ledger: &Ledger, kind: &Kind, conflict: &Conflict) -> Fault {
        let labels = Labels::new(self.search);
        let (id, label) = (conflict.ours.id, conflict.ours.display_label(kind));
        let changed = difference(kind, &conflict.ours, &conflict.theirs, &|field, value| labels.of(field, value));
        let (we, they) = (side(&conflict.ours), side(&conflict.theirs));
        Fault::new(
            "unsorted",
            text!(
                "{id} {label} 两边改得不同：{changed}（本地 {we}；对方 {they}）",
                "conflict in {id} {label}: {changed} (ours {we}; theirs {they})",
                label,
                changed
            ),
        )
        .at(Place::file(&ledger.path))
        .hint(text!(
            "加 --take theirs 或 --take ours；两边的行都会保留",
            "add --take theirs or --take ours; the rows of both are kept"
        ))
    }
}

/// Who wrote a state and when.
fn side(revision: &Revision) -> String {
    format!("{} {}", revision.entered_at.to_minute(), revision.entered_by)
}

fn unknown_kind(kinds: &Kinds, ledger: &Ledger) -> Option<Fault> {
    let kind = &ledger.kind;
    kinds.get(kind).is_none().then(|| {
        Fault::new("unsorted", text!("这里没有台账类别“{kind}”", "no kind “{kind}” here"))
            .at(Place::file(&ledger.path))
            .hint(text!("先把对方的 kinds/{kind}.toml 复制过来", "copy their kinds/{kind}.toml first"))
    })
}

impl MergeSummary {
    fn tell(&mut self, county: &County<'_>, ledger: &Ledger, kind: &Kind, joined: &MergeOutcome) {
        self.new += joined.new;
        self.further += joined.further;
        self.same += joined.same;
        if joined.new + joined.further > 0 {
            let (name, title) = (&county.in_order()[ledger.township].name, &kind.title);
            let (year, new, further) = (ledger.year, joined.new, joined.further);
            self.lines.push(text!(
                "{name} {year} 年{title}：新增 {new} 条、更新 {further} 条",
                "{name} {year} {title}: {new} added, {further} updated",
                title
            ));
        }
    }
}
