//! Makes a county of any size, byte for byte the same for the same seed:
//! `cargo run --release --example scale -- county|province|million|ROWS DIR [SEED]`.
//! `county`: 15 townships, 5,000 rows of all kinds. `province`: 2,000 townships, 4,000,000 rows of all kinds. `million`, or
//! a number of rows: one ledger of one township.
#![allow(clippy::disallowed_methods, reason = "a program of its own: arguments and files are read here")]

#[path = "scale/made.rs"]
mod made;
#[path = "scale/rows.rs"]
mod rows;

use std::io::Write;
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (size, dir, seed) = match arguments.as_slice() {
        [size, dir] => (size, dir, 1),
        [size, dir, seed] => (size, dir, seed.parse()?),
        _ => anyhow::bail!("usage: scale county|province|million|ROWS DIR [SEED]"),
    };
    let size = made::Size::read(size).ok_or_else(|| anyhow::anyhow!("no size: {size}"))?;
    let bytes = made::make(Path::new(dir), size, seed)?;
    writeln!(std::io::stdout().lock(), "{dir}: {bytes} bytes of ledgers")?;
    Ok(())
}
