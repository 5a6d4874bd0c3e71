//! The journal, one small file written in place:
//!
//! ```text
//! <batch> <epoch> <several> <written> <entered> <verb (process, since)>
//! cut <length> <ledger> | new <hash> <file> | dir 0 <folder> | old <hash> <file>      every thing touched, as it was
//! undo|sync|done <hash of everything above>
//! ```
//!
//! The hash of a file is that of what the command writes there; 0: it is not said, as in a journal of an earlier version.
//! Such a journal may have no `<several>`: there every batch had an epoch of its own.

use super::files;
use crate::base::day::Instant;
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::id::Id;
use crate::base::paths::{DataPath, is_folder};
use std::fmt::{self, Display, Formatter};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Its name.
pub(super) const NAME: &str = ".journal";
/// `undo 0123456789abcdef` and its line end.
const LAST_LINE: usize = 4 + 1 + 16 + 1;
const LIMIT: u64 = 256 << 20;

/// What holds of the things that a journal names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JournalState {
    /// They are to be put back as they were.
    Undo,
    /// One row was being appended: it stands if it is whole.
    Sync,
    /// They stand.
    Done,
}

impl JournalState {
    const fn word(self) -> &'static [u8; 4] {
        match self {
            JournalState::Undo => b"undo",
            JournalState::Sync => b"sync",
            JournalState::Done => b"done",
        }
    }

    /// The first letter decides, so that a word which was half overwritten is already the new one.
    fn read(word: &[u8]) -> Option<JournalState> {
        [JournalState::Undo, JournalState::Sync, JournalState::Done]
            .into_iter()
            .find(|state| word.first() == state.word().first())
    }
}

/// One thing that a command touches, as it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TouchedPath {
    /// A ledger, and where its last whole row ended.
    Cut(u64, String),
    /// A file that was not there, and what the command writes to it: not said of a ledger, whose rows bear its batch.
    New(Option<ContentHash>, String),
    /// A folder that was not there.
    Folder(String),
    /// A file that is replaced, and by what; `.NAME.old` is its copy.
    Old(Option<ContentHash>, String),
}

impl TouchedPath {
    /// Where it is, from the data directory.
    pub(super) fn path(&self) -> &str {
        match self {
            TouchedPath::Cut(_, path)
            | TouchedPath::New(_, path)
            | TouchedPath::Folder(path)
            | TouchedPath::Old(_, path) => path,
        }
    }
}

/// FNV-1a, 64 bits: it tells a whole journal from a mixture of two, and what a command wrote from what others did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ContentHash(u64);

impl ContentHash {
    /// That of no bytes.
    pub(super) const NOTHING: ContentHash = ContentHash(0xCBF2_9CE4_8422_2325);

    /// That of what was hashed, followed by these bytes.
    pub(super) fn and(self, bytes: &[u8]) -> ContentHash {
        let further = |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        ContentHash(bytes.iter().fold(self.0, further))
    }

    /// As a journal has it.
    fn read(number: u64) -> Option<ContentHash> {
        (number != 0).then_some(ContentHash(number))
    }
}

/// The last batches that disturb a reader: one while it reads, the other while it lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LastBatches {
    /// The last that did more than append, or was taken back: bytes that were there are others now.
    pub epoch: Id,
    /// The last that was more than one row: it can be listed in part.
    pub several: Id,
}

/// What a county's last write leaves to the next, so that no ledger need be read for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteTimes {
    /// What the clock said then.
    pub written: Instant,
    /// The newest time of entry of any row; none: there is no row.
    pub entered: Option<Instant>,
}

/// Where a journal has no time.
const NO_TIME: &str = "-";

impl WriteTimes {
    /// Takes both times off the front of a line; takes nothing if there are none.
    fn take(line: &mut &str) -> Option<WriteTimes> {
        let (written, rest) = line.split_once(' ')?;
        let written = Instant::from_iso(written.as_bytes())?;
        let (entered, rest) = rest.split_once(' ')?;
        let entered = match entered {
            NO_TIME => None,
            entered => Some(Instant::from_iso(entered.as_bytes())?),
        };
        *line = rest;
        Some(WriteTimes { written, entered })
    }
}

impl Display for WriteTimes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.entered {
            Some(entered) => write!(f, "{} {entered}", self.written),
            None => write!(f, "{} {NO_TIME}", self.written),
        }
    }
}

/// What a journal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Journal {
    /// The command's batch.
    pub batch: Id,
    /// What came last.
    pub last: LastBatches,
    /// When it was; none: not said, as in a journal of an earlier version, or not known, since a command was taken back.
    pub times: Option<WriteTimes>,
    /// Who: `add (4711, 2018-06-20T09:10:11+08:00)`.
    pub holder: String,
    /// What it touches, folders before what lies in them.
    pub touched: Vec<TouchedPath>,
    /// What holds of it.
    pub state: JournalState,
}

/// The journal as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum JournalReading {
    /// There is none.
    Absent,
    /// It is not whole, so nothing was done under it; its bytes.
    Torn(Vec<u8>),
    /// It is whole.
    Whole(Journal),
}

/// What a reader compares to see whether anything that disturbs it came while it listed or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum JournalMark {
    Absent,
    Torn(Vec<u8>),
    Whole { last: LastBatches, undo: bool },
}

impl JournalMark {
    /// Whether what was listed under this mark was still good when the journal bore the `later` one. Nothing may have
    /// begun or ended while it was listed; what only appends may come while it is read, since no more is read of a file
    /// than was listed.
    pub(super) fn holds(&self, later: &JournalMark) -> bool {
        match (self, later) {
            (JournalMark::Whole { last: a, undo: listed }, JournalMark::Whole { last: b, undo }) => {
                // `done` that turned into `undo`: what was listed is being taken back.
                a.epoch == b.epoch && (*listed || !undo || a.several != b.several)
            }
            _ => self == later,
        }
    }
}

impl JournalReading {
    pub(super) fn mark(&self) -> JournalMark {
        match self {
            JournalReading::Absent => JournalMark::Absent,
            JournalReading::Torn(bytes) => JournalMark::Torn(bytes.clone()),
            JournalReading::Whole(journal) => {
                JournalMark::Whole { last: journal.last, undo: journal.state == JournalState::Undo }
            }
        }
    }

    /// The journal by which things are to be put back, if it says so.
    pub(super) fn unfinished(&self) -> Option<&Journal> {
        match self {
            JournalReading::Whole(journal) if journal.state == JournalState::Undo => Some(journal),
            JournalReading::Whole(_) | JournalReading::Torn(_) | JournalReading::Absent => None,
        }
    }
}

impl Journal {
    /// Whether it is of a command that appended one row: then its `done` need not be on the disk.
    pub(super) fn is_light(&self) -> bool {
        self.last.several != self.batch && matches!(self.touched.as_slice(), [TouchedPath::Cut(..)])
    }

    /// The journal that is left when everything was put back: of another epoch, since readers may have seen what
    /// was not yet sure.
    pub(super) fn put_back(&self) -> Journal {
        let mut letters = self.batch.to_string().into_bytes();
        letters.rotate_left(1);
        let epoch = Id::from_bytes(&letters).expect("the letters of an id in another order are an id");
        let last = LastBatches { epoch, several: epoch };
        Journal {
            batch: self.batch,
            last,
            times: None,
            holder: self.holder.clone(),
            touched: Vec::new(),
            state: JournalState::Done,
        }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let LastBatches { epoch, several } = self.last;
        let times = self.times.map_or_else(String::new, |times| format!("{times} "));
        let mut text = format!("{} {epoch} {several} {times}{}\n", self.batch, self.holder);
        for touch in &self.touched {
            let (word, number, path) = match touch {
                TouchedPath::Cut(length, path) => ("cut", *length, path),
                TouchedPath::New(written, path) => ("new", written.map_or(0, |hash| hash.0), path),
                TouchedPath::Folder(path) => ("dir", 0, path),
                TouchedPath::Old(written, path) => ("old", written.map_or(0, |hash| hash.0), path),
            };
            text.extend([word, " ", &number.to_string(), " ", path, "\n"]);
        }
        let ContentHash(hash) = ContentHash::NOTHING.and(text.as_bytes());
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(self.state.word());
        bytes.extend_from_slice(format!(" {hash:016x}\n").as_bytes());
        bytes
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Option<Journal>> {
        let Some((above, last)) = bytes.len().checked_sub(LAST_LINE).and_then(|at| bytes.split_at_checked(at)) else {
            return Ok(None);
        };
        let Some(state) = JournalState::read(last) else { return Ok(None) };
        let ContentHash(hash) = ContentHash::NOTHING.and(above);
        if !last.ends_with(format!(" {hash:016x}\n").as_bytes()) {
            return Ok(None);
        }
        let foreign = || -> Faults {
            Fault::new(
                "unreadable-journal",
                text!("日志 {NAME} 的内容无法识别", "the journal {NAME} contains something this program does not know"),
            )
            .at(Place::file(NAME))
            .hint(text!(
                "请使用写入它的那个版本的程序；不要删除它",
                "use the version of the program that wrote it, and do not delete the journal"
            ))
            .into()
        };
        let mut lines = std::str::from_utf8(above).map_err(|_| foreign())?.split_terminator('\n');
        let mut rest = lines.next().ok_or_else(foreign)?;
        let batch = take_id(&mut rest).ok_or_else(foreign)?;
        let epoch = take_id(&mut rest).ok_or_else(foreign)?;
        let last = LastBatches { epoch, several: take_id(&mut rest).unwrap_or(epoch) };
        let times = WriteTimes::take(&mut rest);
        let holder = rest.to_owned();
        let touched = lines.map(|line| touch(line).ok_or_else(foreign)).collect::<Result<Vec<_>>>()?;
        Ok(Some(Journal { batch, last, times, holder, touched, state }))
    }
}

/// Takes an id off the front of a line, and the space behind it; takes nothing if there is none.
fn take_id(line: &mut &str) -> Option<Id> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let id = Id::from_bytes(word.as_bytes())?;
    *line = rest;
    Some(id)
}

/// Reads one line; none if it is none, or names a path that is not of the layout.
fn touch(line: &str) -> Option<TouchedPath> {
    let mut parts = line.splitn(3, ' ');
    let word = parts.next()?;
    let number = parts.next()?.parse().ok()?;
    let path = parts.next()?.to_owned();
    let file = DataPath::parse(&path).is_some();
    match word {
        "cut" => DataPath::is_ledger(&path).then_some(TouchedPath::Cut(number, path)),
        "new" => file.then_some(TouchedPath::New(ContentHash::read(number), path)),
        "old" => file.then_some(TouchedPath::Old(ContentHash::read(number), path)),
        "dir" => is_folder(&path).then_some(TouchedPath::Folder(path)),
        _ => None,
    }
}

/// Reads the journal without a lock.
///
/// # Errors
/// It cannot be read, or is whole and says what is not understood.
pub(super) fn read_journal(root: &Path) -> Result<JournalReading> {
    let path = root.join(NAME);
    match files::look(&path)? {
        None => return Ok(JournalReading::Absent),
        Some(metadata) if !metadata.is_file() => return files::irregular_fault(NAME).fail(),
        Some(metadata) if metadata.len() > LIMIT => return files::too_large(NAME, metadata.len(), LIMIT).fail(),
        Some(_) => {}
    }
    let mut bytes = Vec::new();
    match File::open(&path).and_then(|mut file| file.read_to_end(&mut bytes)) {
        Ok(_) => Ok(Journal::parse(&bytes)?.map_or(JournalReading::Torn(bytes), JournalReading::Whole)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(JournalReading::Absent),
        Err(error) => files::failure(text!("读取", "read"), &path, &error).fail(),
    }
}

/// The journal, open for writing under the lock.
#[derive(Debug)]
pub(super) struct JournalFile {
    file: File,
    path: PathBuf,
    length: u64,
}

impl JournalFile {
    /// Opens it; one that is not there is made, and its name brought to the disk.
    pub(super) fn open(root: &Path) -> Result<JournalFile> {
        let path = root.join(NAME);
        let file = files::open_or_create(&path)?;
        let length = files::length(&file, &path)?;
        if length == 0 {
            // Also when it was there: whoever made it may have died before its name was on the disk.
            files::sync_folder(root)?;
        }
        Ok(JournalFile { file, path, length })
    }

    /// Writes the whole of it in place.
    pub(super) fn write(&mut self, journal: &Journal) -> Result<()> {
        let bytes = journal.bytes();
        let length = bytes.len() as u64;
        let old = self.length;
        self.length = length.max(old);
        files::write_at(&self.file, &self.path, 0, &bytes)?;
        if old > length {
            files::cut(&self.file, &self.path, length)?;
        }
        self.length = length;
        Ok(())
    }

    /// Overwrites the state word of the journal written last.
    pub(super) fn set(&mut self, state: JournalState) -> Result<()> {
        let at = self.length.saturating_sub(LAST_LINE as u64);
        files::write_at(&self.file, &self.path, at, state.word())
    }

    /// Refuses to go on when another file took its name, which a reader or the next writer would look at.
    pub(super) fn check(&self) -> Result<()> {
        if files::has_name(&self.file, &self.path)? { Ok(()) } else { files::meddling_fault(&self.path).fail() }
    }

    pub(super) fn sync(&self) -> Result<()> {
        files::sync(&self.file, &self.path)
    }
}
