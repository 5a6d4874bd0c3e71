//! Arguments, clock and environment in, exit code out.

use anyhow::Context as _;
use culture::base::day::{Instant, Offset};
use culture::cli::frame::World;
use std::io::IsTerminal;

/// A line from the keyboard; an empty one where nothing more comes.
fn typed_line() -> String {
    let mut line = String::new();
    let _ = std::io::stdin().read_line(&mut line);
    line
}

/// The clock, in seconds since 1970, also where it is before that.
#[allow(clippy::disallowed_methods, reason = "the one place where the clock is read")]
fn clock() -> anyhow::Result<i64> {
    Ok(match std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs())?,
        Err(before) => -i64::try_from(before.duration().as_secs())?,
    })
}

#[allow(clippy::disallowed_methods, reason = "the one place where the environment is read")]
fn main() -> anyhow::Result<std::process::ExitCode> {
    let attended = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let world = World {
        now: Instant::new(clock()?, Offset(0)),
        dir: std::env::current_dir().context("无法读取当前文件夹 / cannot read the current folder")?,
        env: &|name| std::env::var(name).ok(),
        terminal: std::io::stdout().is_terminal(),
        terminal_err: std::io::stderr().is_terminal(),
        keyboard: attended.then_some(&typed_line),
        threads: std::thread::available_parallelism().map_or(1, Into::into),
        process: std::process::id(),
    };
    let arguments = std::env::args_os().skip(1).collect();
    let exit = culture::run(&world, arguments, &mut std::io::stdout().lock(), &mut std::io::stderr().lock());
    Ok(std::process::ExitCode::from(exit as u8))
}
