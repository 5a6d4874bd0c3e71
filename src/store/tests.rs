//! What the store promises, tried.

mod breaking;
mod chunks;
mod disk;
#[cfg(unix)]
mod modes;
mod power;
mod reading;
mod stale;
mod together;
pub(super) mod trap;
mod user;
mod writing;

use super::*;
use crate::base::day::Offset;
use crate::base::id::Id;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(super) const HEADER: &str = "id,rev,state,date,troupe,note,entered_at,entered_by,reason,batch\n";
pub(super) const LEDGER: &str = "townships/chengguan/2018/performance.csv";
pub(super) const OTHER: &str = "townships/dongfeng/2018/performance.csv";
pub(super) const NEW: &str = "townships/dongfeng/2019/training.csv";
pub(super) const SETTINGS: &str = "culture.toml";
pub(super) const LONG: Duration = Duration::from_secs(20);

/// Where folders are made: in memory if the system has a place for that, since a disk that is waited for is most of the time
/// that these tests take; `TMPDIR` says another.
fn place() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if std::env::var_os("TMPDIR").is_none() && memory.is_dir() { memory } else { std::env::temp_dir() }
}

/// A folder that is removed when it is dropped.
pub(super) struct Folder(pub PathBuf);

impl Folder {
    pub(super) fn new() -> Folder {
        Folder::within(&place())
    }

    fn within(place: &Path) -> Folder {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = place.join(format!("culture-store-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Folder(path)
    }

    /// With settings and two ledgers of one row each.
    pub(super) fn county() -> Folder {
        Folder::new().filled()
    }

    /// The same on the disk: for tests in which others are to come between.
    pub(super) fn county_on_disk() -> Folder {
        Folder::within(&std::env::temp_dir()).filled()
    }

    fn filled(self) -> Folder {
        self.put(SETTINGS, b"format = 1\n");
        self.put(LEDGER, format!("{HEADER}{}", row(1, 1)).as_bytes());
        self.put(OTHER, format!("{HEADER}{}", row(2, 1)).as_bytes());
        self
    }

    pub(super) fn put(&self, path: &str, bytes: &[u8]) {
        let at = self.0.join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, bytes).unwrap();
    }

    pub(super) fn bytes(&self, path: &str) -> Vec<u8> {
        fs::read(self.0.join(path)).unwrap()
    }

    pub(super) fn store(&self) -> Store {
        Store::new(self.0.clone(), 2)
    }

    pub(super) fn writer(&self) -> Result<Writer> {
        self.store().write(LONG, "add", 4711, now())
    }

    pub(super) fn commit(&self, change: Change, number: u64) -> Result<Vec<Fault>> {
        self.writer()?.commit(change, id(number), None)
    }

    /// The same with the headings and the first lot of the new ledger written ahead.
    pub(super) fn commit_ahead(&self, mut change: Change, number: u64) -> Result<Vec<Fault>> {
        let writer = self.writer()?;
        let mut ahead = writer.stage(id(number));
        if ahead.begin(NEW, HEADER.as_bytes())? {
            ahead.add(&change.appends.get_mut(NEW).unwrap().rows.remove(0))?;
        }
        writer.commit(change, id(number), Some(ahead))
    }

    /// All files and what a reader sees in them.
    pub(super) fn view(&self) -> SeenFiles {
        let view = self.store().read(seen);
        view.unwrap()
    }
}

/// All files, sorted by path.
pub(super) fn paths(snapshot: &Snapshot) -> Vec<&str> {
    let mut paths: Vec<&str> = snapshot.settings().chain(snapshot.ledgers().unwrap()).collect();
    paths.sort_unstable();
    paths
}

/// All files and what is in them.
pub(super) fn seen(snapshot: &Snapshot) -> Result<SeenFiles> {
    paths(snapshot).into_iter().map(|path| Ok((path.to_owned(), text(&snapshot.read(path)?)))).collect()
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(super) type SeenFiles = Vec<(String, String)>;

pub(super) fn now() -> Instant {
    Instant::new(1_530_000_000, Offset::CHINA)
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The id with that number.
pub(super) fn id(mut number: u64) -> Id {
    let letters = b"bcdfghjklmnpqrstvwxz";
    let mut name = [b'b'; 12];
    for at in name.iter_mut().rev() {
        *at = letters[usize::try_from(number % 20).unwrap()];
        number /= 20;
    }
    Id::from_bytes(&name).unwrap()
}

/// A row of a batch; its troupe is a reference, so that it can be torn after what looks like a batch.
pub(super) fn row(record: u64, batch: u64) -> String {
    let record = id(record);
    let troupe = id(77);
    let batch = id(batch);
    format!("{record},1,live,2018-06-20,{troupe},送戏下乡,2018-06-20T09:10:11+08:00,wang,,{batch}\n")
}

pub(super) fn append(rows: impl Into<Vec<u8>>) -> Append {
    Append { header: HEADER.into(), rows: vec![rows.into()] }
}

/// One row to one ledger.
pub(super) fn one(record: u64, batch: u64) -> Change {
    Change { appends: BTreeMap::from([(LEDGER.to_owned(), append(row(record, batch)))]), ..Change::default() }
}

/// Two ledgers, a new one in a new folder, a file in place of another and a new file in a new folder.
pub(super) fn much(batch: u64) -> Change {
    let rows = |a, b| append(row(a, batch) + &row(b, batch));
    Change {
        appends: BTreeMap::from([
            (LEDGER.to_owned(), rows(100, 101)),
            (OTHER.to_owned(), rows(102, 103)),
            (NEW.to_owned(), rows(104, 105)),
        ]),
        puts: BTreeMap::from([
            (SETTINGS.to_owned(), b"format = 1\ncounty = \"x\"\n".to_vec()),
            ("closings/2018-05.toml".to_owned(), b"figures = []\n".to_vec()),
        ]),
        times: None,
        threads: 2,
    }
}

/// The same with the rows of the new ledger in two lots.
pub(super) fn in_lots(batch: u64) -> Change {
    let mut change = much(batch);
    let rows = [row(104, batch), row(105, batch)];
    change.appends.get_mut(NEW).unwrap().rows = rows.map(String::into_bytes).to_vec();
    change
}

/// A way to store a change in a county.
pub(super) type Commit = fn(&Folder, Change, u64) -> Result<Vec<Fault>>;

/// What the journal says now.
pub(super) fn whole_journal(folder: &Folder) -> super::journal::Journal {
    use super::journal::JournalReading;
    match super::journal::read_journal(&folder.0).unwrap() {
        JournalReading::Whole(journal) => journal,
        found @ (JournalReading::Absent | JournalReading::Torn(_)) => panic!("{found:?}"),
    }
}

/// Two rows to each of two ledgers that are there: nothing is replaced.
pub(super) fn two_ledgers(batch: u64) -> Change {
    Change { appends: much(batch).appends.into_iter().take(2).collect(), ..Change::default() }
}

pub(super) use std::collections::BTreeMap;
