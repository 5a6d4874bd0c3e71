//! What docs/architecture.md says of the sources, read from the sources. Each wall names every place that breaks it.
#![allow(clippy::disallowed_methods, reason = "tests look at files")]

mod checks;
mod circles;
mod faults;
mod names;
mod notices;
mod parts;
mod scan;
mod shape;
mod source;
