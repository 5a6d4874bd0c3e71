//! What only whole programs can show: the program beside others of its kind, killed, on a full disk, behind a pipe, and
//! programs in another language that come to the same figures.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "tests look at files and say why they were skipped"
)]

#[path = "../common/mod.rs"]
mod common;

mod import_speed;
#[cfg(unix)]
mod many_at_once;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(unix)]
mod one_process;
mod piped_import;
mod second_count;
mod second_draw;
