//! To come.
pub mod frame;
pub mod words;
