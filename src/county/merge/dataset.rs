//! Whose data the other copy is: told by the settings of both, or where these do not say, by a record that both hold as it was
//! entered. What is wrong or new in the other copy is not looked at here.

use super::LedgerMerge;
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::fuzzy::fold;
use crate::base::id::Id;
use crate::base::paths::{DataPath, SETTINGS};
use crate::base::text::Text;
use crate::county::settings::Settings;
use crate::ledger::{IdMap, Source, lines_of, revisions};
use crate::schema::record::Revision;
use std::collections::BTreeSet;

/// Whether two rows are one entry. When it entered a ledger, in which batch and for what reason does not matter: a merge
/// enters it anew, and says why it comes late.
fn is_same_entry(one: &Revision, other: &Revision) -> bool {
    one.id == other.id && one.values == other.values && one.entered_by == other.entered_by
}

/// Which settings do not say whose data it is; none if both do.
fn lacking(ours: &Settings, theirs: &Settings) -> Option<Text> {
    match (ours.dataset, theirs.dataset) {
        (Some(_), Some(_)) => None,
        (None, None) => {
            Some(text!("两边的 culture.toml 都没有 dataset（数据标识）", "neither culture.toml has a dataset"))
        }
        (None, Some(_)) => {
            Some(text!("这里的 culture.toml 没有 dataset（数据标识）", "the culture.toml here has no dataset"))
        }
        (Some(_), None) => {
            Some(text!("那份数据的 culture.toml 没有 dataset（数据标识）", "the other culture.toml has no dataset"))
        }
    }
}

impl LedgerMerge<'_> {
    /// Looks whether their settings are of this county, as far as settings tell.
    ///
    /// # Errors
    /// They are of another dataset, or of a county of another name.
    pub(super) fn accept_settings(&self, theirs: &Settings) -> Result<()> {
        let ours = &self.search.county.settings;
        if let (Some(own), Some(other)) = (ours.dataset, theirs.dataset)
            && own != other
        {
            return self.other_dataset(theirs, own).fail();
        }
        if fold(&theirs.county) == fold(&ours.county) { Ok(()) } else { self.other_county(theirs).fail() }
    }

    /// Looks whether both are one dataset, where their settings do not say so, and says how that was told. A copy that brings
    /// no record need not be known.
    ///
    /// # Errors
    /// Nothing shows it, and nobody vouches for it; the ledgers that might show it cannot be read.
    pub(super) fn recognise(&self, theirs: &Settings) -> Result<Option<Text>> {
        let Some(lacking) = lacking(&self.search.county.settings, theirs) else { return Ok(None) };
        if self.same_county || !self.brings_records()? {
            return Ok(None);
        }
        match self.shared_record()? {
            Some(id) => Ok(Some(text!(
                "{lacking}；两边都有同一条记录 {id}，按同一套数据合并，本地的 culture.toml 不变",
                "{lacking}; both copies hold record {id} as it was entered, so they are taken for one dataset (the \
                 culture.toml here stays as it is)",
                lacking
            ))),
            None => self.unknown_dataset(theirs, &lacking).fail(),
        }
    }

    /// Whether there is anything to be taken from them.
    fn brings_records(&self) -> Result<bool> {
        for path in self.theirs.files.ledgers()? {
            if self.is_asked_for(path) && !lines_of(&self.theirs.files.read(path)?, |_| true).is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a ledger is of the township that is merged, or all are.
    fn is_asked_for(&self, path: &str) -> bool {
        let Some(DataPath::Ledger { township, .. }) = DataPath::parse(path) else { return false };
        self.only.is_none_or(|only| self.search.county.in_order()[only].id == township)
    }

    /// A record that both hold as it was entered, in whatever township.
    fn shared_record(&self) -> Result<Option<Id>> {
        let mut unreadable = Vec::new();
        for path in self.theirs.files.ledgers()? {
            if !self.search.county.snapshot.has(path) {
                continue;
            }
            match self.shared_in(path, path) {
                Ok(None) => {}
                Ok(shared) => return Ok(shared),
                Err(Faults(faults)) if self.is_asked_for(path) => unreadable.extend(faults),
                // What is wrong in the folder of another township does not matter where one is asked for.
                Err(_) => {}
            }
        }
        let shared = self.shared_elsewhere()?;
        if shared.is_some() { Ok(shared) } else { Faults::unless(unreadable, || None) }
    }

    /// The same between ledgers that do not stand in the same place: a folder may have been renamed or misplaced, and the
    /// merge then says so.
    fn shared_elsewhere(&self) -> Result<Option<Id>> {
        let paths: Vec<&str> = self.theirs.files.ledgers()?.collect();
        let mut places: IdMap<&str> = IdMap::default();
        for path in paths {
            let bytes = self.theirs.files.read(path)?;
            places.extend(lines_of(&bytes, |_| true).into_keys().map(|id| (id, path)));
        }
        let snapshot = self.search.county.snapshot;
        for here in snapshot.ledgers()? {
            let bytes = snapshot.read(here)?;
            let known = lines_of(&bytes, |id| places.contains_key(&id));
            let there: BTreeSet<&str> = known.keys().map(|id| places[id]).filter(|there| *there != here).collect();
            // One that cannot be read shows nothing.
            let mut shared = there.into_iter().filter_map(|there| self.shared_in(here, there).ok().flatten());
            if let Some(id) = shared.next() {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// A record that a ledger here and one of theirs hold as it was entered; none where its kind is not known here.
    fn shared_in(&self, here: &str, there: &str) -> Result<Option<Id>> {
        let (Some(DataPath::Ledger { year, kind, .. }), Some(DataPath::Ledger { year: their_year, .. })) =
            (DataPath::parse(here), DataPath::parse(there))
        else {
            return Ok(None);
        };
        let Some(kind) = self.search.kinds.get(kind) else { return Ok(None) };
        let theirs = self.theirs.revisions(there, their_year, kind)?;
        let entered: IdMap<&Revision> = theirs.iter().filter(|row| row.rev == 1).map(|row| (row.id, row)).collect();
        let bytes = self.search.county.snapshot.read(here)?;
        let ours = revisions(Source { file: here, kind, year, bytes: &bytes })?;
        let mut ours = ours.iter().filter(|row| row.rev == 1);
        let shared = ours.find(|row| entered.get(&row.id).is_some_and(|other| is_same_entry(row, other)));
        Ok(shared.map(|row| row.id))
    }

    fn other_dataset(&self, settings: &Settings, own: Id) -> Fault {
        let here = self.here;
        let ours = &self.search.county.settings.county;
        let folder = self.theirs.folder;
        let theirs = &settings.county;
        Fault::new(
            "other-dataset",
            text!(
                "那份数据不是这里的副本：那份是“{theirs}”的（{folder}），这里是“{ours}”的（{here}）",
                "the other copy is of another dataset: it is of “{theirs}” ({folder}), this is of “{ours}” ({here})"
            ),
        )
        .of_field("dataset")
        .at(Place::file(self.theirs.path(SETTINGS)))
        .hint(text!(
            "请核对文件夹；确是本县、只是另用 culture init 建的，把那份 culture.toml 的 dataset 改成 \"{own}\" 再合并",
            "check the folder; if it is this county's all the same, from a culture init of its own, set “dataset” in its \
             culture.toml to \"{own}\" and merge again"
        ))
    }

    fn other_county(&self, settings: &Settings) -> Fault {
        let theirs = &settings.county;
        let ours = &self.search.county.settings.county;
        Fault::new(
            "other-county",
            text!("那份数据是“{theirs}”的，这里是“{ours}”", "the other copy is of “{theirs}”, this is “{ours}”"),
        )
        .of_field("county")
        .at(Place::file(self.theirs.path(SETTINGS)))
        .hint(text!(
            "请核对文件夹；确是同一个县而改了名称的，把两边 culture.toml 的 county 写成一样",
            "check the folder; if it is the same county under a new name, give both the same “county” in culture.toml"
        ))
    }

    fn unknown_dataset(&self, settings: &Settings, lacking: &Text) -> Fault {
        let here = self.here;
        let ours = &self.search.county.settings.county;
        let folder = self.theirs.folder;
        let theirs = &settings.county;
        Fault::new(
            "unknown-dataset",
            text!(
                "看不出那份“{theirs}”的数据（{folder}）是不是这里“{ours}”（{here}）的副本：{lacking}，也没有一条记录两边都有",
                "nothing shows that the other copy, of “{theirs}” ({folder}), and this one, of “{ours}” ({here}), are of one \
                 county: {lacking}, and no record stands in both as it was entered",
                lacking
            ),
        )
        .of_field("dataset")
        .at(Place::file(self.theirs.path(SETTINGS)))
        .hint(text!(
            "请核对文件夹；确是本县的数据，加 --same-county 再合并",
            "check the folder; if it is this county's, merge again with --same-county"
        ))
    }
}
