//! By which rules townships fall behind: what the plan does not say is as it always is.

use crate::base::config::ConfigTable;
use crate::schema::plan::Supervision;

pub(super) fn supervision(table: &ConfigTable<'_>) -> Supervision {
    let usual = Supervision::default();
    let number = |key: &'static str, most: i64, usual: u32| {
        let number = table.integer(key, 0..=most).and_then(|number| u32::try_from(number).ok());
        number.unwrap_or(usual)
    };
    Supervision {
        milestone: table.boolean("milestone", usual.milestone),
        course_margin: number("course_margin", 100, usual.course_margin),
        report_missing: table.boolean("report_missing", usual.report_missing),
        reports_late: number("reports_late", 12, usual.reports_late),
    }
}
