//! The two floors, each a process of its own: reading the bytes and counting separators; and a minimal aggregation by
//! hand, which knows nothing of kinds and checks nothing but that no revision stands twice.

use culture::schema::kind::load::Kinds;
use culture::schema::plan::Plan;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write, stdout};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Files larger than this are read in pieces by all threads.
const PIECE: u64 = 4 << 20;

/// A file, or the part of it that begins there.
struct Piece {
    path: PathBuf,
    from: u64,
    to: u64,
    file: usize,
}

/// The pieces of all ledgers that a status reads, and how many ledgers that is.
fn pieces(dir: &Path) -> anyhow::Result<(Vec<Piece>, usize)> {
    let path = dir.join("plans/2018.toml");
    let text = std::fs::read_to_string(&path)?;
    let draft = Plan::read("plan", &text).map_err(|faults| anyhow::anyhow!("{faults}"))?;
    let kinds = Kinds::load(&[], Some(&draft.kinds())).map_err(|faults| anyhow::anyhow!("{faults}"))?;
    let (mut pieces, mut files) = (Vec::new(), 0);
    for township in std::fs::read_dir(dir.join("townships"))? {
        let year = township?.path().join("2018");
        for kind in &kinds {
            let path = year.join(format!("{}.csv", kind.id));
            let Ok(length) = std::fs::metadata(&path).map(|metadata| metadata.len()) else { continue };
            let starts = (0..length).step_by(usize::try_from(PIECE)?);
            pieces.extend(starts.map(|from| Piece {
                path: path.clone(),
                from,
                to: (from + PIECE).min(length),
                file: files,
            }));
            files += 1;
        }
    }
    Ok((pieces, files))
}

/// Does `work` on every piece, on all cores.
fn on_all_cores<P: Sync, W: Send + Default>(
    pieces: &[P],
    work: impl Fn(&mut W, &P, &mut Vec<u8>) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<Vec<W>> {
    let next = AtomicUsize::new(0);
    let run = || -> anyhow::Result<W> {
        let (mut worker, mut buffer) = (W::default(), Vec::new());
        while let Some(piece) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(&mut worker, piece, &mut buffer)?;
        }
        Ok(worker)
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut all = vec![run()?];
        for other in others {
            all.push(other.join().map_err(|_| anyhow::anyhow!("a thread failed"))??);
        }
        Ok(all)
    })
}

/// Reads a piece, and the rest of the line that it ends in.
fn fill(piece: &Piece, buffer: &mut Vec<u8>) -> anyhow::Result<()> {
    let mut file = File::open(&piece.path)?;
    file.seek(SeekFrom::Start(piece.from.saturating_sub(1)))?;
    buffer.clear();
    let length = piece.to - piece.from.saturating_sub(1);
    (&file).take(length).read_to_end(buffer)?;
    while buffer.last() != Some(&b'\n') {
        let at = buffer.len();
        (&file).take(4096).read_to_end(buffer)?;
        match memchr::memchr(b'\n', &buffer[at..]) {
            Some(end) => buffer.truncate(at + end + 1),
            None if buffer.len() == at => break,
            None => {}
        }
    }
    Ok(())
}

/// Counts commas.
pub(crate) fn read(dir: &Path) -> anyhow::Result<()> {
    let (pieces, _) = pieces(dir)?;
    let commas = on_all_cores(&pieces, |count: &mut usize, piece, buffer| {
        fill(piece, buffer)?;
        *count += memchr::memchr_iter(b',', buffer).count();
        Ok(())
    })?;
    writeln!(stdout().lock(), "{}", commas.iter().sum::<usize>())?;
    Ok(())
}

/// The latest revision of a record.
#[derive(Clone, Copy, Default)]
struct Latest {
    /// One more than the id as a number; 0 where the place is free.
    id: u64,
    rev: u32,
    live: bool,
    month: u8,
    sums: [u32; 2],
}

/// The latest revisions by id, at most half of the places taken.
#[derive(Default)]
struct Table {
    places: Vec<Latest>,
    len: usize,
}

/// The lower bits choose a lot, those above a place.
fn hash(id: u64) -> usize {
    usize::try_from(id.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20).unwrap_or(0)
}

impl Table {
    fn clear(&mut self) {
        self.places.fill(Latest::default());
        self.len = 0;
    }

    fn put(&mut self, row: Latest) -> anyhow::Result<()> {
        if self.len * 2 >= self.places.len() {
            let grown = Table { places: vec![Latest::default(); (self.places.len() * 2).max(4096)], len: 0 };
            for old in std::mem::replace(self, grown).places.into_iter().filter(|old| old.id != 0) {
                self.put(old)?;
            }
        }
        let last = self.places.len() - 1;
        let mut at = (hash(row.id) / LOTS) & last;
        while self.places[at].id != 0 && self.places[at].id != row.id {
            at = (at + 1) & last;
        }
        let place = &mut self.places[at];
        anyhow::ensure!(place.id == 0 || place.rev != row.rev, "a revision stands twice");
        self.len += usize::from(place.id == 0);
        if row.rev > place.rev {
            *place = row;
        }
        Ok(())
    }
}

/// One file's columns: date, and what is summed.
fn columns(path: &Path) -> anyhow::Result<[usize; 3]> {
    let mut start = Vec::new();
    File::open(path)?.take(1024).read_to_end(&mut start)?;
    let end = memchr::memchr(b'\n', &start).unwrap_or(start.len());
    let text = String::from_utf8_lossy(&start[..end]).into_owned();
    let of = |name: &str| text.split(',').position(|heading| heading == name).unwrap_or(usize::MAX);
    Ok([of("date"), of("sessions"), of("audience")])
}

fn row(line: &[u8], [date, a, b]: [usize; 3]) -> Latest {
    let mut latest = Latest::default();
    let (mut start, mut column) = (0, 0);
    for end in memchr::memchr_iter(b',', line).chain([line.len()]) {
        let cell = &line[start..end];
        let number = || cell.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
        match column {
            0 => latest.id = 1 + cell.iter().fold(0, |id, letter| id * 32 + u64::from(letter & 31)),
            1 => latest.rev = number(),
            2 => latest.live = cell == b"live",
            _ if column == date => latest.month = (cell[5] - b'0') * 10 + cell[6] - b'0',
            _ if column == a => latest.sums[0] = number(),
            _ if column == b => latest.sums[1] = number(),
            _ => {}
        }
        if column > 2 && column >= date && (a == usize::MAX || column >= b) {
            break;
        }
        (start, column) = (end + 1, column + 1);
    }
    latest
}

/// Rows of a file that several threads read are first put into so many lots by id: a lot's table stays near the processor.
const LOTS: usize = 64;

/// What came out of whole files, and the rows of files that other threads read too.
#[derive(Default)]
struct Counted {
    months: Months,
    own: Table,
    open: Vec<Open>,
}

/// By month: how many, and two sums.
type Months = [[u64; 3]; 13];

/// Rows of one file, in lots; whether they are summed.
struct Open {
    file: usize,
    summed: bool,
    lots: Vec<Vec<Latest>>,
}

fn close(months: &mut Months, table: &Table) {
    for latest in table.places.iter().filter(|latest| latest.live) {
        let month = &mut months[usize::from(latest.month) % 13];
        month[0] += 1;
        month[1] += u64::from(latest.sums[0]);
        month[2] += u64::from(latest.sums[1]);
    }
}

/// Live records of the performance ledgers as they stand, by month: how many, and two sums; the others are counted only.
pub(crate) fn count(dir: &Path) -> anyhow::Result<()> {
    let (pieces, _) = pieces(dir)?;
    let mut counted = on_all_cores(&pieces, one)?;
    let mut months: Months = [[0; 3]; 13];
    for counted in &counted {
        add(&mut months, &counted.months);
    }
    let open: Vec<Open> = counted.iter_mut().flat_map(|counted| counted.open.drain(..)).collect();
    let mut files: Vec<(usize, usize)> =
        open.iter().flat_map(|open| (0..LOTS).map(move |lot| (open.file, lot))).collect();
    files.sort_unstable();
    files.dedup();
    let lots = on_all_cores(&files, |counted: &mut Counted, &(file, lot), _| {
        let (mut table, mut summed) = (Table::default(), false);
        for open in open.iter().filter(|open| open.file == file) {
            summed |= open.summed;
            open.lots[lot].iter().try_for_each(|&row| table.put(row))?;
        }
        if summed {
            close(&mut counted.months, &table);
        }
        Ok(())
    })?;
    for lot in &lots {
        add(&mut months, &lot.months);
    }
    let [count, a, b] = months.iter().fold([0; 3], |sum, month| std::array::from_fn(|at| sum[at] + month[at]));
    writeln!(stdout().lock(), "{count} {a} {b}")?;
    Ok(())
}

fn add(months: &mut Months, more: &Months) {
    months.iter_mut().flatten().zip(more.iter().flatten()).for_each(|(sum, part)| *sum += part);
}

/// Reads one piece.
fn one(counted: &mut Counted, piece: &Piece, buffer: &mut Vec<u8>) -> anyhow::Result<()> {
    fill(piece, buffer)?;
    let columns = columns(&piece.path)?;
    let begin = memchr::memchr(b'\n', buffer).map_or(buffer.len(), |at| at + 1);
    let (whole, summed) = (piece.from == 0 && piece.to < PIECE, columns[1] != usize::MAX);
    let mut rest = &buffer[begin..];
    let mut rows = std::iter::from_fn(|| {
        let end = memchr::memchr(b'\n', rest)?;
        let found = row(&rest[..end], columns);
        rest = &rest[end + 1..];
        Some(found)
    });
    if whole {
        counted.own.clear();
        rows.try_for_each(|row| counted.own.put(row))?;
        if summed {
            close(&mut counted.months, &counted.own);
        }
        return Ok(());
    }
    let at = counted.open.iter().position(|open| open.file == piece.file).unwrap_or_else(|| {
        counted.open.push(Open { file: piece.file, summed, lots: vec![Vec::new(); LOTS] });
        counted.open.len() - 1
    });
    for row in rows {
        counted.open[at].lots[hash(row.id) % LOTS].push(row);
    }
    Ok(())
}
