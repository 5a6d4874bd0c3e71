//! What is due, by the plan of a day.

use super::closings;
use super::view::View;
use crate::base::fault::Result;
use crate::report::due::DueDates;

/// Lets `look` see what is due.
///
/// # Errors
/// There is no plan; whatever is wrong with a ledger.
pub(crate) fn with_dates<T>(view: &View<'_>, look: impl FnOnce(DueDates<'_>) -> T) -> Result<T> {
    let plan = &view.plan()?.plan;
    let filings = &view.figures()?.filings;
    let calendar = view.calendar()?;
    let closed = closings::months(view.county);
    let townships = view.county.in_order();
    Ok(look(DueDates { plan, calendar, townships, filings, closed: &closed, as_of: view.as_of }))
}
