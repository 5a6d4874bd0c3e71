//! What commands do, as the clerk meets it: run in-process, in a folder, with a clock and an environment of the test's.
#![allow(clippy::disallowed_methods, reason = "tests look at files")]

mod common;

mod commands {
    mod adding;
    mod changing;
    mod dates;
    mod explaining;
    mod kinds;
    mod large;
    mod listing;
    mod plans;
    mod townships;
    mod undoing;
    mod whole;
}
