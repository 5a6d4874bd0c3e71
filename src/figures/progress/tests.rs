//! Every state at its edges, what milestones ask for, and what is asked of townships.

use super::course::{required_by, township_share};
use super::*;
use crate::base::day::Year;
use crate::figures::tally::tests::ledgers::{FixtureRow, day, figures, plan, townships as places};
use crate::schema::plan::IndicatorNo;
use proptest::prelude::*;

#[test]
fn percent_is_cut_and_never_rounded_up_nor_capped() {
    for (done, of, wanted) in [
        (5996, 10000, Some("59.9")),
        (5999, 10000, Some("59.9")),
        (34, 60, Some("56.6")),
        (150, 100, Some("150.0")),
        (0, 3, Some("0.0")),
        (999, 1000, Some("99.9")),
        (9999, 10000, Some("99.9")),
        (1, 100_000, Some("0.0")),
        (i64::MAX, 10, Some("92233720368547758070.0")),
        (3, 0, None),
    ] {
        assert_eq!(percent(done, of).as_deref(), wanted, "{done} of {of}");
    }
}

#[test]
fn a_part_of_a_target_is_rounded_up() {
    let asked = |target, share| {
        required_by(target, &crate::schema::plan::Milestone { due: day("2018-07-01"), share, clause: String::new() })
    };
    assert_eq!(
        [(60, 50), (61, 50), (1, 1), (100, 33), (1, 100)].map(|(target, share)| asked(target, share)),
        [30, 31, 1, 33, 1]
    );
    assert_eq!(asked(u64::MAX, 100), u64::MAX);
}

const TARGET: &str = "id = 'shows'\nkind = 'performance'\nmeasure = 'sum:sessions'\ntarget = 60";

/// The states of all milestones on a day; `done` gives days and how much was done on each.
fn states(indicator: &str, done: &[(&str, i64)], as_of: &str) -> Vec<&'static str> {
    let plan = plan(&[indicator]);
    let indicator = &plan.indicators[0];
    let figure = |at: Day| done.iter().filter(|(date, _)| day(date) <= at).map(|(_, amount)| amount).sum();
    let progress = Course::of_county(&plan, indicator).unwrap().progress(indicator.stretch, 0, day(as_of), figure);
    progress.into_iter().map(|one| one.state.token()).collect()
}

#[test]
fn met_and_late_missed_and_pending_about_the_due_day() {
    // 30 of 60 are asked for by 1 July, 60 by 1 December.
    for (done, as_of, wanted) in [
        (&[("2018-07-01", 30)][..], "2018-06-30", ["behind", "not-started"]),
        (&[("2018-07-01", 30)], "2018-07-01", ["met", "on-course"]),
        (&[("2018-07-01", 29)], "2018-07-01", ["behind", "behind"]),
        (&[("2018-07-01", 29)], "2018-07-02", ["missed", "behind"]),
        (&[("2018-07-01", 29), ("2018-07-02", 1)], "2018-07-01", ["behind", "behind"]),
        (&[("2018-07-01", 29), ("2018-07-02", 1)], "2018-07-02", ["met-late", "behind"]),
        (&[("2018-07-02", 30)], "2018-12-02", ["met-late", "missed"]),
        (&[("2018-12-01", 59)], "2018-12-01", ["met-late", "behind"]),
        (&[("2018-12-01", 60)], "2018-12-01", ["met-late", "met"]),
        (&[("2018-12-01", 60)], "2019-06-01", ["met-late", "met"]),
        (&[("2018-12-02", 60)], "2018-12-02", ["met-late", "met-late"]),
        (&[("2018-01-02", 60)], "2018-01-02", ["met", "met"]),
        // What was reached in time and taken back later was reached in time.
        (&[("2018-07-01", 30), ("2018-08-01", -1)], "2018-08-01", ["met", "behind"]),
    ] {
        assert_eq!(states(TARGET, done, as_of), wanted, "{done:?} on {as_of}");
    }
}

#[test]
fn a_stretch_target_is_pending_and_never_missed_nor_behind() {
    let stretch = format!("{TARGET}\nstretch = true\nmilestones = [{{ due = 2018-12-01, share = 100 }}]");
    for (done, as_of, wanted) in [
        (0, "2018-01-01", "pending"),
        (59, "2018-12-01", "pending"),
        (59, "2018-12-31", "pending"),
        (60, "2018-12-01", "met"),
        (60, "2018-12-31", "met"),
    ] {
        assert_eq!(states(&stretch, &[("2018-01-01", done)], as_of), [wanted], "{done} on {as_of}");
    }
    assert_eq!(states(&stretch, &[("2018-12-02", 60)], "2018-12-02"), ["met-late"]);
}

#[test]
fn the_course_runs_evenly_from_its_start_to_the_due_day() {
    // From 0 on 10 March to 30 on 1 July are 113 days; from 30 then to 60 on 1 December are 153.
    for (done, as_of, first, second) in [
        (0, "2018-03-09", "not-started", "not-started"),
        (0, "2018-03-10", "on-course", "not-started"),
        (0, "2018-03-11", "behind", "not-started"),
        (1, "2018-03-11", "on-course", "not-started"),
        (14, "2018-05-05", "behind", "not-started"), // 30 × 56 / 113 = 14.87
        (15, "2018-05-05", "on-course", "not-started"),
        (15, "2018-05-06", "behind", "not-started"), // 30 × 57 / 113 = 15.13
        (29, "2018-07-01", "behind", "behind"),
        (29, "2018-06-30", "behind", "not-started"),
        (30, "2018-07-01", "met", "on-course"),
        (30, "2018-07-02", "met", "behind"),
        (40, "2018-08-21", "met", "on-course"), // exactly met: 30 × 51 / 153 = 10
        (39, "2018-08-21", "met", "behind"),
        (40, "2018-08-22", "met", "behind"),
        (59, "2018-12-01", "met", "behind"),
    ] {
        assert_eq!(states(TARGET, &[("2018-01-01", done)], as_of), [first, second], "{done} on {as_of}");
    }
}

#[test]
fn an_indicators_own_milestones_have_a_course_of_their_own() {
    let own = format!("{TARGET}\nmilestones = [{{ due = 2018-12-01, share = 100 }}]");
    // From 0 on 10 March to 60 on 1 December are 266 days; 133 of them are over on 21 July.
    for (done, as_of, wanted) in [
        (0, "2018-03-09", "not-started"),
        (0, "2018-03-10", "on-course"),
        (29, "2018-07-21", "behind"),
        (30, "2018-07-21", "on-course"),
        (30, "2018-07-22", "behind"),
    ] {
        assert_eq!(states(&own, &[("2018-01-01", done)], as_of), [wanted], "{done} on {as_of}");
    }
    let three =
        format!("{TARGET}\nmilestones = [{{ due = 2018-04-09, share = 10 }}, {{ due = 2018-04-19, share = 20 }}]");
    assert_eq!(states(&three, &[("2018-01-01", 6)], "2018-04-09"), ["met", "on-course"]);
    assert_eq!(states(&three, &[("2018-01-01", 9)], "2018-04-14"), ["met", "on-course"]);
    assert_eq!(states(&three, &[("2018-01-01", 8)], "2018-04-14"), ["met", "behind"]);
}

#[test]
fn decimals_are_measured_in_their_own_units() {
    let plan = plan(&["id = 'spent'\nkind = 'expense'\nmeasure = 'sum:amount'\ntarget = 2"]);
    let spend = |number, cells| FixtureRow::new(0, "expense", number, cells);
    let lines = [
        spend(1, "date=2018-06-30; heading=other; amount=0.99"),
        spend(2, "date=2018-07-02; heading=other; amount=0.01"),
    ];
    let days = ["2018-07-01", "2018-07-02"].map(day);
    let figures = figures(&plan, &places(&["a"]), &days, &lines);
    let first = |as_of| county_progress(&plan, IndicatorNo::from(0), &figures, as_of).remove(0);
    assert_eq!((first(days[0]).state, first(days[0]).done), (MilestoneState::Behind, 99));
    assert_eq!((first(days[1]).state, first(days[1]).done, first(days[1]).required), (MilestoneState::MetLate, 99, 1));
}

#[test]
fn a_township_without_a_share_has_no_course() {
    let untargeted = "id = 'shows'\nkind = 'performance'\nmeasure = 'sum:sessions'";
    for (indicator, wanted) in [
        (untargeted.to_owned(), [false, false]),
        (TARGET.to_owned(), [false, false]),
        (format!("{TARGET}\nshares = {{ b = 60 }}"), [false, true]),
    ] {
        let plan = plan(&[&indicator]);
        let townships = places(&["a", "b"]);
        let courses = townships.iter().map(|township| Course::of_township(&plan, &plan.indicators[0], township));
        assert_eq!(courses.map(|course| course.is_some()).collect::<Vec<_>>(), wanted, "{indicator}");
    }
}

#[test]
fn a_township_is_asked_for_its_own_half_by_the_same_table() {
    // The county is asked for 5 of 9; each of three townships for 2 of its 3, since 1 is not half.
    let shares = "id = 'shows'\nkind = 'performance'\nmeasure = 'count'\ntarget = 9\nshares = { c = 3, b = 3, a = 3 }";
    let plan = plan(&[shares]);
    let places = places(&["b", "a", "none", "c"]);
    let show = |township, number| FixtureRow::new(township, "performance", number, "date=2018-06-01");
    let lines = [show(0, 1), show(0, 2), show(1, 3), show(3, 4), show(2, 5)];
    let days = ["2018-07-01", "2018-07-02"].map(day);
    let figures = figures(&plan, &places, &days, &lines);
    let all = township_progress(&plan, IndicatorNo::from(0), &figures, &places, days[1]);
    let said: Vec<Vec<(u64, i64, &str)>> =
        all.iter().map(|parts| parts.iter().map(|one| (one.required, one.done, one.state.token())).collect()).collect();
    assert_eq!(said[0], [(2, 2, "met"), (3, 2, "behind")]);
    assert_eq!(said[1], [(2, 1, "missed"), (3, 1, "behind")]);
    assert_eq!(said[2], []);
    assert_eq!(said[3], [(2, 1, "missed"), (3, 1, "behind")]);
    assert_eq!(county_progress(&plan, IndicatorNo::from(0), &figures, days[1])[0].state, MilestoneState::Met);
    assert_eq!(township_share(&plan.indicators[0], &places[2]), None);
}

#[test]
fn nothing_done_has_met_nothing_that_is_asked_for() {
    // By 1 July the county is asked for 1 of 2, and so is each of the two that have a share of 1.
    let shares = "id = 'shows'\nkind = 'performance'\nmeasure = 'count'\ntarget = 2\nshares = { a = 1, b = 1 }";
    let plan = plan(&[shares]);
    let places = places(&["a", "b"]);
    let as_of = day("2018-07-02");
    let figures = figures(&plan, &places, &[day("2018-07-01"), as_of], &[]);
    let all = township_progress(&plan, IndicatorNo::from(0), &figures, &places, as_of);
    let said: Vec<(u64, &str)> = all.iter().map(|parts| (parts[0].required, parts[0].state.token())).collect();
    assert_eq!(said, [(1, "missed"), (1, "missed")]);
}

#[test]
fn an_indicator_without_a_target_has_no_milestones() {
    let plan = plan(&["id = 'shows'\nkind = 'performance'\nmeasure = 'count'"]);
    let figures = figures(&plan, &places(&["a"]), &[day("2018-07-01")], &[]);
    assert_eq!(county_progress(&plan, IndicatorNo::from(0), &figures, day("2018-07-01")), []);
    assert_eq!(township_progress(&plan, IndicatorNo::from(0), &figures, &places(&["a"]), day("2018-07-01")), [[]]);
}

/// The table of the design, word by word, in fractions.
fn by_the_table(
    as_of: Day,
    (d0, r0): (Day, f64),
    (due, required): (Day, f64),
    stretch: bool,
    figure: &dyn Fn(Day) -> f64,
) -> MilestoneState {
    let met = if as_of <= due { figure(as_of) >= required } else { figure(due) >= required };
    match (met, as_of > due) {
        (true, _) => MilestoneState::Met,
        (false, true) if figure(as_of) >= required => MilestoneState::MetLate,
        (false, _) if stretch => MilestoneState::Pending,
        (false, true) => MilestoneState::Missed,
        (false, false) if as_of < d0 => MilestoneState::NotStarted,
        (false, false) => {
            let course = (required - r0) * f64::from(as_of.0 - d0.0) / f64::from(due.0 - d0.0);
            if figure(as_of) - r0 >= course - 1e-9 { MilestoneState::OnCourse } else { MilestoneState::Behind }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn states_follow_the_table(
        target in 1..90_u32,
        stretch in any::<bool>(),
        as_of in -20..400_i32,
        done in prop::collection::vec((0..365_i32, 0..30_u32), 0..6),
    ) {
        let mut plan = plan(&[]);
        let indicator = crate::schema::plan::Indicator {
            target: Some(target.into()),
            stretch,
            ..template(&plan)
        };
        plan.indicators.push(indicator);
        let first = Year(2018).first();
        let sum = |at: Day| done.iter().filter(|(date, _)| first.plus(*date) <= at).map(|(_, amount)| *amount).sum::<u32>();
        let as_of = first.plus(as_of);
        let course = Course::of_county(&plan, &plan.indicators[0]).unwrap();
        let found = course.progress(stretch, 0, as_of, |at| i64::from(sum(at)));
        let mut start = (day("2018-03-10"), 0.0);
        for (one, (due, share)) in found.iter().zip([(day("2018-07-01"), 50), (day("2018-12-01"), 100)]) {
            let required = f64::from((target * share).div_ceil(100));
            let wanted = by_the_table(as_of, start, (due, required), stretch, &|at| f64::from(sum(at)));
            prop_assert_eq!((one.due, one.share, one.state), (due, share, wanted));
            prop_assert_eq!(one.required, u64::from((target * share).div_ceil(100)));
            prop_assert_eq!(one.done, i64::from(sum(due.min(as_of))));
            start = (due, required);
        }
    }
}

/// An indicator that counts shows, with the plan's milestones.
fn template(plan: &Plan) -> crate::schema::plan::Indicator {
    crate::schema::plan::Indicator {
        id: "shows".to_owned(),
        title: Text::default(),
        unit: Text::default(),
        kind: "performance".to_owned(),
        measure: crate::schema::plan::Measure::Count,
        filter: Vec::new(),
        whole: None,
        span: crate::schema::plan::CountingSpan::Year,
        target: None,
        stretch: false,
        milestones: plan.milestones.clone(),
        shares: Vec::new(),
        clause: String::new(),
    }
}
