//! By which rules townships fall behind: what the plan does not say is as it always is.

use crate::base::config::ConfigTable;
use crate::schema::plan::Supervision;

pub(super) fn supervision(table: &ConfigTable<'_>) -> Supervision {
    let usual = Supervision::default();
    Supervision {
        milestone: table.boolean("milestone", usual.milestone),
        course_margin: number(table, "course_margin", 100).unwrap_or(usual.course_margin),
        report_missing: table.boolean("report_missing", usual.report_missing),
        reports_late: number(table, "reports_late", 12).unwrap_or(usual.reports_late),
    }
}

fn number(table: &ConfigTable<'_>, key: &'static str, most: i64) -> Option<u32> {
    u32::try_from(table.integer(key, 0..=most)?).ok()
}
