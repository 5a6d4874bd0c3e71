//! The folders of a county of a given size: `culture init`, townships, and ledgers written straight in their format.

use super::rows::{Ids, ledger};
use culture::base::day::{Instant, Offset};
use culture::base::fault::Exit;
use culture::cli::frame::World;
use culture::schema::kind::{FieldType, Kind, load::Kinds};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// How large.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Size {
    /// Townships and the rows that each has, over all kinds.
    Townships(usize, usize),
    /// Rows of one ledger.
    Ledger(usize),
}

/// The kind of the one large ledger, and the largest part of a county's rows.
const LARGEST: &str = "performance";

impl Size {
    /// `county`, `province`, `million`, or a number of rows.
    pub(crate) fn read(word: &str) -> Option<Size> {
        match word {
            "county" => Some(Size::Townships(15, 5_000 / 15)),
            "province" => Some(Size::Townships(2_000, 2_000)),
            "million" => Some(Size::Ledger(1_000_000)),
            rows => rows.parse().ok().map(Size::Ledger),
        }
    }
}

/// How many of a township's `rows` are of a kind: nobody hands in more arrangements or monthly reports than are due.
fn share(kind: &Kind, rows: usize) -> usize {
    match kind.id.as_str() {
        LARGEST => rows * 70 / 100,
        "trainee" => rows * 15 / 100,
        "training" => rows * 5 / 100,
        "arrangement" => 1,
        "monthly-report" => 9,
        _ => rows / 100 + 1,
    }
}

/// Makes the county in an empty folder; says how many bytes its ledgers have.
///
/// # Errors
/// A file cannot be written.
pub(crate) fn make(dir: &Path, size: Size, seed: u64) -> anyhow::Result<u64> {
    init(dir)?;
    let kinds = Kinds::load(&[], None).map_err(|faults| anyhow::anyhow!("{faults}"))?;
    let mut kinds: Vec<&Kind> = kinds.iter().collect();
    // What others refer to stands first.
    kinds.sort_by_key(|kind| kind.fields.iter().any(|field| matches!(field.ty, FieldType::Ref(Some(_)))));
    let count = if let Size::Townships(count, _) = size { count } else { 1 };
    let (next, bytes) = (AtomicUsize::new(0), AtomicU64::new(0));
    let work = || -> anyhow::Result<()> {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return Ok(());
            }
            bytes.fetch_add(township(dir, &kinds, size, at, seed)?, Ordering::Relaxed);
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let own = work();
        others.into_iter().try_for_each(|other| other.join().map_err(|_| anyhow::anyhow!("a thread failed"))?)?;
        own
    })?;
    Ok(bytes.into_inner())
}

fn init(dir: &Path) -> anyhow::Result<()> {
    let nothing = |_: &str| None;
    let now = Instant::new(1_514_851_200, Offset(0));
    let world = World {
        now,
        dir: std::env::current_dir()?,
        env: &nothing,
        terminal: false,
        terminal_err: false,
        keyboard: None,
        threads: 1,
        process: 0,
    };
    let words = ["init".into(), dir.into(), "--county".into(), "试算县".into(), "--lang".into(), "zh".into()];
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = culture::run(&world, words.to_vec(), &mut out, &mut err);
    anyhow::ensure!(exit == Exit::Done, "{}", String::from_utf8_lossy(&err));
    Ok(())
}

/// Writes one township's files.
fn township(dir: &Path, kinds: &[&Kind], size: Size, at: usize, seed: u64) -> anyhow::Result<u64> {
    let folder = dir.join(format!("townships/t{at:04}"));
    std::fs::create_dir_all(folder.join("2018"))?;
    let settings = format!("name = \"第{at}乡\"\nkind = \"township\"\norder = {at}\n");
    std::fs::write(folder.join("township.toml"), settings)?;
    let (mut known, mut bytes): (HashMap<&str, Ids>, _) = (HashMap::new(), 0);
    for (number, kind) in kinds.iter().enumerate() {
        let rows = match size {
            Size::Townships(_, rows) => share(kind, rows),
            Size::Ledger(rows) if kind.id == LARGEST => rows,
            Size::Ledger(_) => continue,
        };
        let seed = seed.wrapping_mul(1 << 40).wrapping_add((at * kinds.len() + number) as u64);
        let (file, ids) = ledger(kind, rows, &known, seed);
        std::fs::write(folder.join(format!("2018/{}.csv", kind.id)), &file)?;
        bytes += file.len() as u64;
        known.insert(&kind.id, ids);
    }
    Ok(bytes)
}
