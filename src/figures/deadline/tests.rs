//! Who is expected to hand in what, and what has come, at the edges of the days.

use super::*;
use crate::figures::rules::CountingRules;
use crate::figures::tally::tests::ledgers::{FixtureRow, count, day, figures, plan, split, townships};
use crate::figures::tally::tests::model::Model;
use crate::figures::tally::tests::random::{PLAN, county, days, moment};
use proptest::prelude::*;

/// State, date and zero, of each township expected.
type FilingRows = Vec<(usize, &'static str, Option<String>, Option<bool>)>;

fn said(deadline: &Deadline) -> FilingRows {
    let of = |filed: &TownshipFiling| {
        (filed.township.index(), filed.state.token(), filed.date.map(|day| day.to_string()), filed.zero)
    };
    deadline.townships.iter().map(of).collect()
}

/// The work arrangement of one township that has handed in these.
fn arranged(lines: &[FixtureRow], as_of: &str) -> (&'static str, Option<String>) {
    let plan = plan(&[]);
    let places = townships(&["a"]);
    let figures = figures(&plan, &places, &[day(as_of)], lines);
    let deadline = arrangement_deadline(&plan, &Calendar::default(), &places, &figures.filings, day(as_of)).unwrap();
    let (_, state, date, _) = said(&deadline).remove(0);
    (state, date)
}

fn arrangement_of(number: u64, cells: &'static str) -> FixtureRow {
    let mut line = FixtureRow::new(0, "arrangement", number, cells);
    if line.cell("plan_year").is_empty() {
        line.cells.push(("plan_year", "2018".to_owned()));
    }
    line
}

fn report(number: u64, month: &str, cells: &'static str) -> FixtureRow {
    let mut line = FixtureRow::new(0, "monthly-report", number, cells);
    line.cells.push(("month", month.to_owned()));
    line
}

#[test]
fn on_time_is_up_to_the_due_day() {
    for (cells, as_of, state, date) in [
        ("date=2018-03-10", "2018-03-10", "on-time", Some("2018-03-10")),
        ("date=2018-03-10", "2018-12-31", "on-time", Some("2018-03-10")),
        ("date=2018-03-11", "2018-03-11", "late", Some("2018-03-11")),
        // Not yet come.
        ("date=2018-03-10", "2018-03-09", "open", None),
        ("date=2018-03-11", "2018-03-10", "open", None),
        ("date=2018-03-12", "2018-03-11", "missing", None),
        // In the ledger of another year.
        ("date=2017-12-20", "2018-03-11", "on-time", Some("2017-12-20")),
        ("date=2019-01-04", "2019-01-04", "late", Some("2019-01-04")),
        ("date=2019-01-04", "2019-01-03", "missing", None),
        // For the plan of another year.
        ("date=2018-03-01; plan_year=2019", "2018-03-11", "missing", None),
        ("date=2018-03-01; plan_year=2017", "2018-03-10", "open", None),
    ] {
        let found = arranged(&[arrangement_of(1, cells)], as_of);
        assert_eq!((found.0, found.1.as_deref()), (state, date), "{cells} on {as_of}");
    }
    assert_eq!(arranged(&[], "2018-03-10"), ("open", None));
    assert_eq!(arranged(&[], "2018-03-11"), ("missing", None));
}

#[test]
fn what_is_sent_back_counts_until_the_day_it_is() {
    let back = "date=2018-03-08; returned=2018-03-12";
    for (as_of, state) in
        [("2018-03-07", "open"), ("2018-03-11", "on-time"), ("2018-03-12", "returned"), ("2018-12-31", "returned")]
    {
        assert_eq!(arranged(&[arrangement_of(1, back)], as_of).0, state, "{as_of}");
    }
    // Returned before it is due, nothing is overdue, but it was sent back all the same.
    assert_eq!(arranged(&[arrangement_of(1, "date=2018-03-01; returned=2018-03-02")], "2018-03-05").0, "returned");
    let again = [arrangement_of(1, back), arrangement_of(2, "date=2018-03-15")];
    for (as_of, state, date) in [
        ("2018-03-11", "on-time", Some("2018-03-08")),
        ("2018-03-14", "returned", None),
        ("2018-03-15", "late", Some("2018-03-15")),
    ] {
        let found = arranged(&again, as_of);
        assert_eq!((found.0, found.1.as_deref()), (state, date), "{as_of}");
    }
}

#[test]
fn a_void_record_has_not_been_handed_in() {
    let line = arrangement_of(1, "date=2018-03-08");
    assert_eq!(arranged(&[line.clone(), line.rev(2).void()], "2018-03-11"), ("missing", None));
}

#[test]
fn the_earliest_decides_and_of_one_day_the_smallest_id_or_by_rules_of_before_the_first_in_the_file() {
    let plan = plan(&[]);
    let places = townships(&["a"]);
    let by = |rules: CountingRules, lines: &[FixtureRow]| {
        let count = count(&plan, &places, &[day("2018-12-31")], None).by_rules(rules);
        let figures = split(&count, lines, &[0]).unwrap();
        let months = monthly_deadlines(&plan, &Calendar::default(), &places, &figures.filings, day("2018-12-31"));
        said(&months[2]).remove(0)
    };
    let zero = "date=2018-06-05; zero=true";
    let not = "date=2018-06-05; zero=false";
    let on = |zero| (0, "on-time", Some("2018-06-05".to_owned()), Some(zero));
    let downwards = [report(9, "2018-05", zero), report(1, "2018-05", not)];
    let upwards = [report(1, "2018-05", not), report(9, "2018-05", zero)];
    for rules in [CountingRules::First, CountingRules::Second] {
        assert_eq!([by(rules, &downwards), by(rules, &upwards)], [on(true), on(false)]);
    }
    let may = |lines: &[FixtureRow]| by(CountingRules::NOW, lines);
    assert_eq!([may(&downwards), may(&upwards)], [on(false), on(false)]);
    assert_eq!(may(&[report(1, "2018-05", "date=2018-06-06; zero=true"), report(9, "2018-05", not)]), on(false));
    // Nothing said is not zero.
    assert_eq!(may(&[report(1, "2018-05", "date=2018-06-05")]), on(false));
    // A report of another month is none of this one.
    assert_eq!(may(&[report(1, "2018-04", zero)]), (0, "missing", None, None));
}

#[test]
fn monthly_reports_are_due_on_the_fifth_of_the_next_month() {
    let plan = plan(&[]);
    let places = townships(&["a"]);
    let on = |as_of: &str| monthly_deadlines(&plan, &Calendar::default(), &places, &[], day(as_of));
    assert_eq!(on("2018-02-28"), []);
    assert_eq!(on("2018-03-01").len(), 1);
    assert_eq!(on("2018-03-31").len(), 1);
    assert_eq!(on("2018-04-01").len(), 2);
    let all = on("2019-02-01");
    let months: Vec<String> =
        all.iter().map(|deadline| format!("{} {}", deadline.month.unwrap(), deadline.due)).collect();
    assert_eq!(months.len(), 9);
    assert_eq!((months[0].as_str(), months[8].as_str()), ("2018-03 2018-04-05", "2018-11 2018-12-05"));
    let may = |as_of| said(&on(as_of)[2]).remove(0).1;
    assert_eq!([may("2018-05-01"), may("2018-06-05"), may("2018-06-06")], ["open", "open", "missing"]);
}

#[test]
fn expected_are_those_with_the_flag_who_were_there_on_the_due_day() {
    let plan = plan(&[]);
    let mut places = townships(&["a", "unit", "new", "gone", "from", "until", "mute"]);
    places[1].arrangement = false;
    places[2].from = Some(day("2018-03-11"));
    places[3].until = Some(day("2018-03-09"));
    places[4].from = Some(day("2018-03-10"));
    places[5].until = Some(day("2018-03-10"));
    places[6].monthly = false;
    let who =
        |deadline: &Deadline| -> Vec<usize> { deadline.townships.iter().map(|filed| filed.township.index()).collect() };
    let as_of = day("2018-12-31");
    assert_eq!(who(&arrangement_deadline(&plan, &Calendar::default(), &places, &[], as_of).unwrap()), [0, 4, 5, 6]);
    // The report of March is due on 5 April.
    assert_eq!(who(&monthly_deadlines(&plan, &Calendar::default(), &places, &[], as_of)[0]), [0, 1, 2, 4]);
}

#[test]
fn a_plan_that_asks_for_nothing_has_no_deadlines() {
    let mut plan = plan(&[]);
    let places = townships(&["a"]);
    (plan.arrangement, plan.monthly) = (None, None);
    assert_eq!(arrangement_deadline(&plan, &Calendar::default(), &places, &[], day("2018-12-31")), None);
    assert_eq!(monthly_deadlines(&plan, &Calendar::default(), &places, &[], day("2018-12-31")), []);
}

/// What the design says of a deadline: the state, the date and whether it is a zero report.
fn by_the_words(model: &[&FixtureRow], due: Day, as_of: Day) -> (DeadlineState, Option<Day>, Option<bool>) {
    let dated: Vec<&&FixtureRow> = model.iter().filter(|line| line.date() <= as_of).collect();
    let returned = |line: &FixtureRow| Day::from_iso(line.cell("returned").as_bytes()).is_some_and(|day| day <= as_of);
    let mut first: Option<&FixtureRow> = None;
    for line in &dated {
        if !returned(line) && first.is_none_or(|first| (line.date(), line.id) < (first.date(), first.id)) {
            first = Some(line);
        }
    }
    let zero = |line: &FixtureRow| (line.kind == "monthly-report").then(|| line.cell("zero") == "true");
    match first {
        Some(line) if line.date() <= due => (DeadlineState::OnTime, Some(line.date()), zero(line)),
        Some(line) => (DeadlineState::Late, Some(line.date()), zero(line)),
        None if !dated.is_empty() => (DeadlineState::Returned, None, None),
        None if as_of > due => (DeadlineState::Missing, None, None),
        None => (DeadlineState::Open, None, None),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn deadlines_are_those_of_the_design(lines in county(), known in prop::option::weighted(0.4, 0..9_i64)) {
        let townships = townships(&["t0", "t1", "t2"]);
        let known = known.map(moment);
        let figures = split(&count(&PLAN, &townships, &days(), known), &lines, &[2, 0, 1]).unwrap();
        let live = Model::new(&lines, 2018, known).live();
        for as_of in days() {
            let arranged = arrangement_deadline(&PLAN, &Calendar::default(), &townships, &figures.filings, as_of);
            let reported = monthly_deadlines(&PLAN, &Calendar::default(), &townships, &figures.filings, as_of);
            for deadline in arranged.into_iter().chain(reported) {
                let (kind, field, period) = match deadline.month {
                    None => ("arrangement", "plan_year", "2018".to_owned()),
                    Some(month) => ("monthly-report", "month", month.to_string()),
                };
                for found in &deadline.townships {
                    let of = |line: &&FixtureRow| line.township == found.township && line.kind == kind && line.cell(field) == period;
                    let came: Vec<&FixtureRow> = live.iter().copied().filter(of).collect();
                    let wanted = by_the_words(&came, deadline.due, as_of);
                    prop_assert_eq!((found.state, found.date, found.zero), wanted, "{:?} on {}", deadline.month, as_of);
                }
            }
        }
    }
}
