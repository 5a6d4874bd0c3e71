//! The ledgers of another copy, joined with the county's: taken is only what the check would accept.

mod dataset;
mod other_copy;
mod planned;

pub(crate) use other_copy::OtherCopy;

use super::County;
use super::draft::ChangeDraft;
use super::ledgers::Ledger;
use super::search::{Labels, Search};
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::paths::DataPath;
use crate::base::text::Text;
use crate::ledger::merge::{Conflict, MergeOutcome, MergeSide, merge};
use crate::ledger::revisions;
use crate::report::records::difference_by_day;
use crate::schema::kind::Kind;
use crate::schema::record::Revision;
use crate::schema::township::TownshipNo;
use planned::PlannedLedgers;

/// What a merge did, or would do.
#[derive(Default)]
pub(crate) struct MergeSummary {
    /// How it was told that both are of one county, if not by their settings; then ledger by ledger, in words.
    pub lines: Vec<Text>,
    /// How many records are new here.
    pub new: usize,
    /// How many went on there.
    pub further: usize,
    /// How many are here already.
    pub same: usize,
}

/// Two copies side by side.
pub(crate) struct LedgerMerge<'a> {
    /// Ours.
    pub search: &'a Search<'a>,
    /// Our folder.
    pub here: &'a str,
    /// Theirs.
    pub theirs: OtherCopy<'a>,
    /// The township whose ledgers alone are merged, if one is asked for.
    pub only: Option<TownshipNo>,
    /// Whose state stands where they conflict.
    pub take: Option<MergeSide>,
    /// Somebody vouches that theirs are of this county, should nothing show it.
    pub same_county: bool,
}

impl LedgerMerge<'_> {
    /// Drafts what is new in their ledgers.
    ///
    /// # Errors
    /// The other copy is none of this county's, or is faulty; a ledger cannot be taken; there are conflicts; what would come
    /// out would be faulty.
    pub(crate) fn merge_all(&self, draft: &mut ChangeDraft) -> Result<MergeSummary> {
        draft.clear();
        let county = self.search.county;
        let clock = draft.stamp.at;
        let settings = self.theirs.settings()?;
        self.accept_settings(&settings)?;
        self.theirs.accept(county, self.only, clock)?;
        let shown = self.recognise(&settings)?;
        self.theirs.accept_townships(county, self.only)?;
        let mut summary = MergeSummary { lines: shown.into_iter().collect(), ..MergeSummary::default() };
        let mut planned = PlannedLedgers::default();
        let mut faults = Vec::new();
        for ledger in self.ledgers()? {
            match self.merge_ledger(&ledger, draft, &mut planned) {
                Ok((kind, joined)) => {
                    summary.tell(county, &ledger, kind, &joined);
                    faults.extend(joined.conflicts.iter().map(|conflict| self.conflict(&ledger, kind, conflict)));
                }
                Err(Faults(found)) => faults.extend(found),
            }
        }
        Faults::unless(faults, || ())?;
        planned.check(county, self.theirs, clock)?;
        Ok(summary)
    }

    /// Their ledgers, all of townships and kinds that are known here.
    fn ledgers(&self) -> Result<Vec<Ledger>> {
        let county = self.search.county;
        let mut all = Vec::new();
        let mut faults = Vec::new();
        for path in self.theirs.files.ledgers()? {
            let Some(DataPath::Ledger { township: id, year, kind }) = DataPath::parse(path) else { continue };
            match county.townships.number_of(id) {
                Some(township) if self.only.is_none_or(|only| only == township) => {
                    let ledger = Ledger { path: path.to_owned(), township, year, kind: kind.to_owned() };
                    faults.extend(self.unknown_kind(&ledger));
                    all.push(ledger);
                }
                None if self.only.is_none() => faults.push(self.theirs.unknown_township(county, id, path)),
                Some(_) | None => {}
            }
        }
        Faults::unless(faults, || all)
    }

    fn unknown_kind(&self, ledger: &Ledger) -> Option<Fault> {
        let kind = &ledger.kind;
        self.search.kinds.get(kind).is_none().then(|| {
            Fault::new("unknown-kind", text!("这里没有台账类别“{kind}”", "no kind “{kind}” here"))
                .at(Place::file(self.theirs.path(&ledger.path)))
                .hint(text!("先把对方的 kinds/{kind}.toml 复制过来", "copy their kinds/{kind}.toml first"))
        })
    }

    /// Joins one ledger and drafts its rows.
    fn merge_ledger(
        &self,
        ledger: &Ledger,
        draft: &mut ChangeDraft,
        planned: &mut PlannedLedgers,
    ) -> Result<(&Kind, MergeOutcome)> {
        let kind = self.search.kind(ledger)?;
        let theirs = self.theirs.revisions(&ledger.path, ledger.year, kind)?;
        let county = self.search.county;
        let ours: Vec<Revision> = if county.snapshot.has(&ledger.path) {
            let bytes = county.snapshot.read(&ledger.path)?;
            revisions(ledger.source(kind, &bytes))?
        } else {
            Vec::new()
        };
        let mut joined = merge(&ours, &theirs, self.take, &draft.stamp);
        let rows = std::mem::take(&mut joined.rows);
        planned.take(county, ledger, kind, &ours, &rows)?;
        for row in rows {
            draft.row(county, kind, ledger.township, ledger.year, &row);
        }
        Ok((kind, joined))
    }

    fn conflict(&self, ledger: &Ledger, kind: &Kind, conflict: &Conflict) -> Fault {
        let labels = Labels::new(self.search);
        let ours = conflict.ours.last().expect("a record in conflict has a revision here");
        let theirs = conflict.theirs.last().expect("a record in conflict has a revision there");
        let id = ours.id;
        let label = ours.display_label(kind);
        let changed =
            difference_by_day(kind, &conflict.ours, &conflict.theirs, &|field, value| labels.of(field, value));
        let we = side(ours);
        let they = side(theirs);
        Fault::new(
            "merge-conflict",
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

impl MergeSummary {
    fn tell(&mut self, county: &County<'_>, ledger: &Ledger, kind: &Kind, joined: &MergeOutcome) {
        self.new += joined.new;
        self.further += joined.further;
        self.same += joined.same;
        if joined.new + joined.further > 0 {
            let name = &county.in_order()[ledger.township].name;
            let title = &kind.title;
            let year = ledger.year;
            let MergeOutcome { new, further, .. } = joined;
            self.lines.push(text!(
                "{name} {year} 年{title}：新增 {new} 条、更新 {further} 条",
                "{name} {year} {title}: {new} added, {further} updated",
                title
            ));
        }
    }
}
