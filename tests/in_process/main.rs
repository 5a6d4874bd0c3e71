//! What the library promises, shown by commands that run in this process, with a clock, an environment and a folder that the
//! test sets: one module for each theme.
#![allow(clippy::disallowed_methods, reason = "tests look at files and at the environment")]

#[path = "../common/mod.rs"]
mod common;

mod advice;
mod bench_answers;
mod check;
mod closing;
mod commands;
mod docs;
mod export;
mod faults;
mod fuzz_corpus;
mod histories;
mod import;
mod inspection;
mod languages;
mod merge;
mod outputs;
mod reports;
mod retired;
mod sample_county;
mod unseen;
