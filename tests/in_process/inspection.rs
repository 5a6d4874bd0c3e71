//! Checks on site: which records are drawn, what evidence they lack, what is accepted of them.

mod accepting;
mod sampling;
