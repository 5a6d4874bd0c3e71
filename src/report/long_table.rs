//! Rows that are made when they are written, since there may be more of them than memory should hold. Knows no format and
//! no language.

use super::table::{Cell, Column};
use crate::base::text::Text;
use serde_json::Value;
use std::fmt::Debug;
use std::ops::ControlFlow;
use std::rc::Rc;

/// A table whose rows are made one by one, each time that it is walked over.
#[derive(Clone, Debug)]
pub struct LongTable {
    /// What it shows; may be empty.
    pub title: Text,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Rc<dyn Rows>,
    /// The key in the report's JSON under which its records stand for machines; none where they do not.
    pub key: Option<&'static str>,
}

/// Rows of cells that can be walked over more than once, in one order.
pub trait Rows: Debug {
    /// How many there are.
    fn count(&self) -> usize;

    /// Visits each row until a visitor has had enough.
    fn each(&self, visit: &mut dyn FnMut(&[Cell]) -> ControlFlow<()>) -> ControlFlow<()>;

    /// How many records there are for machines.
    fn record_count(&self) -> usize {
        self.count()
    }

    /// Visits each row's record for machines, where they are more than the cells.
    fn each_record(&self, _visit: &mut dyn FnMut(&Value) -> ControlFlow<()>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl Rows for Vec<Vec<Cell>> {
    fn count(&self) -> usize {
        self.len()
    }

    fn each(&self, visit: &mut dyn FnMut(&[Cell]) -> ControlFlow<()>) -> ControlFlow<()> {
        self.iter().try_for_each(|row| visit(row))
    }
}

impl dyn Rows + '_ {
    /// Visits each row up to the first that fails.
    ///
    /// # Errors
    /// That of `visit`.
    pub fn try_each<E>(&self, mut visit: impl FnMut(&[Cell]) -> Result<(), E>) -> Result<(), E> {
        let mut outcome = Ok(());
        let _ = self.each(&mut |row| ended(&mut outcome, visit(row)));
        outcome
    }

    /// Visits each record for machines up to the first that fails.
    ///
    /// # Errors
    /// That of `visit`.
    pub fn try_each_record<E>(&self, mut visit: impl FnMut(&Value) -> Result<(), E>) -> Result<(), E> {
        let mut outcome = Ok(());
        let _ = self.each_record(&mut |record| ended(&mut outcome, visit(record)));
        outcome
    }
}

fn ended<E>(outcome: &mut Result<(), E>, visited: Result<(), E>) -> ControlFlow<()> {
    match visited {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            *outcome = Err(error);
            ControlFlow::Break(())
        }
    }
}
