//! Arbitrary bytes for `tried::csv`.
#![no_main]

#[path = "../tried.rs"]
#[allow(dead_code, reason = "each target tries one part")]
mod tried;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tried::csv(bytes));
