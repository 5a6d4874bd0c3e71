//! The other copy as a whole: whether the check would accept it, and whether its townships are ours. What comes out of its
//! ledgers, and whose data it is, is not told here.

use crate::base::advice::shell_word;
use crate::base::day::{Instant, Year};
use crate::base::fault::{Fault, Faults, Level, Place, Result};
use crate::base::id::Id;
use crate::base::paths::{DataPath, SETTINGS, township_folder};
use crate::county::County;
use crate::county::check::check_everything;
use crate::county::files::{read_townships, text_of};
use crate::county::settings::Settings;
use crate::ledger::{Source, lines_of, revisions};
use crate::schema::kind::Kind;
use crate::schema::record::Revision;
use crate::schema::township::{Township, TownshipNo};
use crate::store::Snapshot;

/// The other copy.
#[derive(Clone, Copy)]
pub(crate) struct OtherCopy<'a> {
    /// Its files.
    pub files: &'a Snapshot,
    /// Its folder, as it was typed.
    pub folder: &'a str,
}

impl OtherCopy<'_> {
    /// What its `culture.toml` says.
    ///
    /// # Errors
    /// Whatever is wrong with that.
    pub(super) fn settings(&self) -> Result<Settings> {
        text_of(self.files, SETTINGS)
            .and_then(|text| Settings::load(SETTINGS, &text))
            .map_err(|Faults(faults)| Faults(faults.into_iter().map(|fault| self.unreadable_settings(fault)).collect()))
    }

    /// Looks whether the check finds no error in it, as far as it is asked for: of one township, what stands in the folders
    /// of others does not matter.
    ///
    /// # Errors
    /// Everything for which it cannot be taken, with the place in it.
    pub(super) fn accept(&self, county: &County<'_>, only: Option<TownshipNo>, clock: Instant) -> Result<()> {
        let only = only.map(|township| county.in_order()[township].id.as_str());
        let found = check_everything(self.files, county.threads, Level::Error, clock)?.faults;
        let concerned = found.into_iter().filter(|fault| concerns(fault, only));
        let faults: Vec<Fault> = concerned.map(|fault| self.unsound(fault)).collect();
        Faults::unless(faults, || ())
    }

    /// Looks whether its townships, as far as they have ledgers and are asked for, are those that have their ids here.
    ///
    /// # Errors
    /// An id means another township there.
    pub(super) fn accept_townships(&self, county: &County<'_>, only: Option<TownshipNo>) -> Result<()> {
        let only = only.map(|township| county.in_order()[township].id.as_str());
        let theirs = read_townships(self.files, county.threads)?;
        let asked = theirs.iter().filter(|township| only.is_none_or(|only| only == township.id));
        let mut faults = Vec::new();
        for township in asked {
            if let Some(ours) = county.townships.get(&township.id).filter(|ours| !ours.shares_a_name(township))
                && !self.files.ledgers_of(&township.id)?.is_empty()
            {
                faults.push(self.other_township(ours, township));
            }
        }
        Faults::unless(faults, || ())
    }

    /// A fault of one of its files, named as that file is reached from here.
    pub(super) fn locate(&self, fault: Fault) -> Fault {
        let place = fault.place.map(|place| Place { file: self.path(&place.file), ..place });
        Fault { place, ..fault }
    }

    /// A file of it, as it is reached from here.
    pub(super) fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.folder.trim_end_matches(['/', '\\']))
    }

    /// The last row of a record in one of its ledgers.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn place_of(&self, path: &str, id: Id) -> Result<Place> {
        let bytes = self.files.read(path)?;
        let line = lines_of(&bytes, |other| other == id).remove(&id).unwrap_or_default();
        Ok(Place { line, ..Place::file(self.path(path)) })
    }

    /// The rows of one of its ledgers, by this county's kinds.
    ///
    /// # Errors
    /// What does not fit them: its own check found nothing, so the kinds differ.
    pub(super) fn revisions(&self, path: &str, year: Year, kind: &Kind) -> Result<Vec<Revision>> {
        let bytes = self.files.read(path)?;
        let kind_file = DataPath::Kind { id: &kind.id }.to_string();
        revisions(Source { file: path, kind, year, bytes: &bytes }).map_err(|Faults(faults)| {
            let of_kinds = |fault| {
                self.locate(fault).hint(text!(
                    "两边的台账类别不同：先把对方的 {kind_file} 里有而这里没有的补上",
                    "the kinds differ: first add to {kind_file} what theirs has and this one lacks"
                ))
            };
            Faults(faults.into_iter().map(of_kinds).collect())
        })
    }

    /// A ledger of it stands in the folder of a township that is not known here.
    pub(super) fn unknown_township(&self, county: &County<'_>, id: &str, ledger: &str) -> Fault {
        let file = DataPath::Township { id }.to_string();
        let theirs = text_of(self.files, &file).and_then(|text| Township::load(id, &file, &text)).ok();
        let ours = theirs.and_then(|theirs| county.in_order().iter().find(|ours| ours.shares_a_name(&theirs)));
        let fault = Fault::new("unknown-township", text!("这里没有代号为 {id} 的填报单位", "no township “{id}” here"))
            .at(Place::file(self.path(ledger)));
        match ours {
            Some(Township { id: own, name, .. }) => fault.hint(text!(
                "{name}在这里的代号是 {own}：请在那份数据里把文件夹 {id} 改名为 {own}",
                "{name} is “{own}” here: rename the folder {id} to {own} in the other copy"
            )),
            None => fault.hint(text!(
                "先添加：culture township add {id} --name …；或只并一个：--township",
                "add it: culture township add {id} --name …; or merge only one with --township"
            )),
        }
    }

    /// A later program's directory is not mended, but read by that program.
    fn unreadable_settings(&self, fault: Fault) -> Fault {
        if fault.hint.is_some() { self.locate(fault) } else { self.unsound(fault) }
    }

    /// What the check finds in it is mended in it.
    fn unsound(&self, fault: Fault) -> Fault {
        let folder = shell_word(self.folder);
        self.locate(fault).hint(text!(
            "那份数据有错，一条也没有并入；先在那里改正：culture check --data {folder}",
            "nothing was merged: correct this in the other copy first (culture check --data {folder})"
        ))
    }

    fn other_township(&self, ours: &Township, theirs: &Township) -> Fault {
        let id = &ours.id;
        let name = &ours.name;
        let other = &theirs.name;
        let known = ours.aliases.iter().chain([other]);
        let aliases: Vec<String> = known.map(|alias| format!("--alias {}", shell_word(alias))).collect();
        let aliases = aliases.join(" ");
        let file = DataPath::Township { id }.to_string();
        Fault::new(
            "other-township",
            text!(
                "代号 {id} 在那份数据里是{other}，在这里是{name}",
                "“{id}” is {other} in the other copy, and {name} here"
            ),
        )
        .of_field("name")
        .at(Place::file(self.path(&file)))
        .hint(text!(
            "若是同一单位，登记这个名称：culture township edit {id} {aliases}；若不是，在那份数据里换一个代号",
            "if they are the same, let that name be known: culture township edit {id} {aliases}; if not, give the other \
             one another id"
        ))
    }
}

/// Whether a fault stands where it is looked: of one township alone, not in the folder of another.
fn concerns(fault: &Fault, only: Option<&str>) -> bool {
    let (Some(place), Some(only)) = (&fault.place, only) else { return true };
    let own = township_folder(only) + "/";
    !place.file.starts_with("townships/") || place.file.starts_with(&own)
}
