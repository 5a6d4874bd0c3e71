//! What commands do, as the clerk meets it: run in-process, in a folder, with a clock and an environment of the test's.

mod adding;
mod changing;
mod clock;
mod copied;
mod dates;
mod explaining;
mod kinds;
mod large_ledger;
mod lasting;
mod listing;
mod plans;
mod slips;
mod staff;
mod townships;
mod undoing;
mod whole_directory;
