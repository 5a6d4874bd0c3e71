//! A county in use: open it, search it, count it, take in sheets, draft a change. Knows no clap: what was asked comes as
//! values, what comes of it goes back to the verbs.

pub(crate) mod closings;
pub(crate) mod counting;
#[allow(clippy::module_inception, reason = "the county itself, among what is done with it")]
pub(crate) mod county;
pub(crate) mod draft;
pub(crate) mod entry;
pub(crate) mod labels;
pub(crate) mod late;
pub(crate) mod monthly_reports;
pub(crate) mod search;
