//! Builds the sample county of `data/` as a clerk would, one command after another, by the walkthrough `county.txt`:
//! `cargo run --example county -- DIR [--verbose]`.
#![allow(clippy::disallowed_methods, reason = "a program of its own: arguments and files are read here")]

#[path = "county/walkthrough.rs"]
mod walkthrough;

use std::io::Write;
use walkthrough::{Runner, parse};

fn main() -> anyhow::Result<()> {
    let (options, dirs): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let [dir] = dirs.as_slice() else { anyhow::bail!("usage: county DIR [--verbose]") };
    let verbose = options.iter().any(|option| option == "--verbose");
    let mut runner = Runner::new(&std::env::current_dir()?.join(dir));
    let mut out = std::io::stdout().lock();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/county.txt");
    let fault = |what| anyhow::anyhow!("{file}: {what}");
    for step in parse(&std::fs::read_to_string(file)?).map_err(fault)? {
        let done = runner.run(&step).map_err(fault)?;
        if verbose {
            writeln!(out, "$ culture {}\n{}{}", step.words.join(" "), done.out, done.err)?;
        }
    }
    Ok(())
}
