//! Steps that fail when a test says so, in the test's own thread.

use std::cell::Cell;
use std::io::{Error, ErrorKind};

/// What happens at the step that is trapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Trap {
    /// It fails; what it was to write is half written.
    Once,
    /// It and all later ones fail.
    FromThen,
    /// The process dies: it and all later ones do nothing.
    Dead,
    /// The process dies in it: what it was to write is half written.
    DeadHalfway,
}

thread_local! {
    static SET: Cell<Option<(Trap, usize)>> = const { Cell::new(None) };
}

/// Lets `count` steps pass, then springs. Says afterwards whether it did.
pub(in crate::store) fn with<T>(trap: Trap, count: usize, run: impl FnOnce() -> T) -> (T, bool) {
    SET.set(Some((trap, count)));
    let done = run();
    (done, SET.take().is_some_and(|(_, left)| left == usize::MAX))
}

/// Whether this step fails, and whether half of it is done.
fn springs() -> Option<bool> {
    let (trap, left) = SET.get()?;
    let again = left == usize::MAX;
    SET.set(Some((trap, if left == 0 || again { usize::MAX } else { left - 1 })));
    match (trap, left == 0) {
        (Trap::Once | Trap::DeadHalfway, true) => Some(true),
        (Trap::FromThen | Trap::Dead, true) => Some(false),
        (Trap::FromThen | Trap::Dead | Trap::DeadHalfway, false) if again => Some(false),
        (Trap::Once | Trap::FromThen | Trap::Dead | Trap::DeadHalfway, false) => None,
    }
}

fn fault() -> Error {
    Error::from(ErrorKind::StorageFull)
}

pub(in crate::store) fn step() -> Result<(), Error> {
    if springs().is_some() { Err(fault()) } else { Ok(()) }
}

/// Fails with how many of the bytes are written.
pub(in crate::store) fn write(length: usize) -> Result<(), (usize, Error)> {
    match springs() {
        None => Ok(()),
        Some(half) => Err((if half { length.div_ceil(2) } else { 0 }, fault())),
    }
}
