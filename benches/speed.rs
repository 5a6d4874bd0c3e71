//! Whole processes, timed side by side with floors measured in the same run: `cargo bench` tries all sizes (it takes some
//! 3 GB below `target/tmp`), `cargo bench -- county` some of them (`start-up`, `county`, `million`, `province`, `writing`,
//! `import`, `sizes`); `cargo bench --profile guard -- guard` fails when a ratio has become much worse than recorded.
#![allow(clippy::disallowed_methods, reason = "a program of its own: arguments, files and the clock are read here")]
#![allow(clippy::cast_precision_loss, reason = "times and sizes, for people")]

#[path = "speed/answer.rs"]
mod answer;
#[path = "speed/floor.rs"]
mod floor;
#[path = "speed/guard.rs"]
mod guard;
#[path = "speed/jobs.rs"]
mod jobs;
#[path = "../examples/scale/made.rs"]
mod made;
#[path = "speed/peers.rs"]
mod peers;
#[path = "../examples/scale/rows.rs"]
mod rows;
#[path = "speed/timed.rs"]
mod timed;
#[path = "speed/writing.rs"]
mod writing;

use std::io::{Write, stdout};
use std::path::{Path, PathBuf};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["floor", "read", dir] => floor::read(Path::new(dir)),
        ["floor", "count", dir] => floor::count(Path::new(dir)),
        ["floor", "append", file] => writing::append(Path::new(file)),
        ["floor", "copy", file] => writing::copy(Path::new(file)),
        ["guard"] => guard::guard(),
        [] => all(&["county", "million", "province", "writing", "import", "sizes"]),
        some => all(some),
    }
}

fn all(sizes: &[&str]) -> anyhow::Result<()> {
    jobs::start_up()?;
    for &size in sizes {
        match size {
            // What every run begins with is enough.
            "start-up" => {}
            "sizes" => jobs::exponent().and_then(|()| writing::flat())?,
            "import" => writing::import()?,
            "writing" => {
                for size in ["county", "million", "province"] {
                    writing::of(size, &county(size)?)?;
                }
            }
            size => jobs::of(size, &county(size)?)?,
        }
    }
    jobs::bytes()
}

/// The folder of a county of that size, made if it is not there yet.
fn county(size: &str) -> anyhow::Result<PathBuf> {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("speed").join(size);
    let done = dir.with_extension("made");
    if !done.exists() {
        if dir.exists() {
            std::fs::remove_dir_all(&dir)?;
        }
        let wanted = made::Size::read(size).ok_or_else(|| anyhow::anyhow!("no size: {size}"))?;
        made::make(&dir, wanted, 1)?;
        std::fs::write(done, "")?;
    }
    Ok(dir)
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(stdout().lock(), "{line}")?)
}
