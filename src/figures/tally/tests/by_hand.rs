//! Figures as a clerk would reckon them with a pencil.

use super::ledgers::{FixtureRow, at, count, day, end_of, figures, plan, split, townships};
use crate::figures::tally::Figures;
use crate::ledger::tests::id;
use crate::schema::plan::IndicatorNo;
use crate::schema::township::TownshipNo;

const PEOPLE: &str = "id = 'trained'\nkind = 'training'\nmeasure = 'people'\nwhere = { participants = 'backbone' }";
const SHOWS: &str = "id = 'shows'\nkind = 'performance'\nmeasure = 'sum:sessions'\ntarget = 60";
const TROUPES: &str = "id = 'troupes'\nkind = 'troupe'\nmeasure = 'count'\nspan = 'standing'";
const SPENT: &str = "id = 'spent'\nkind = 'expense'\nmeasure = 'sum:amount'";

/// County, then each of two townships, on a day that is asked for.
fn on(figures: &Figures, date: &str) -> [i64; 3] {
    let day = day(date);
    [
        figures.county(IndicatorNo::from(0), day),
        figures.township(IndicatorNo::from(0), TownshipNo::from(0), day),
        figures.township(IndicatorNo::from(0), TownshipNo::from(1), day),
    ]
}

fn of(indicator: &str, days: &[&str], lines: &[FixtureRow]) -> Figures {
    let days: Vec<_> = days.iter().map(|text| day(text)).collect();
    figures(&plan(&[indicator]), &townships(&["a", "b"]), &days, lines)
}

fn training(township: usize, number: u64, cells: &'static str) -> FixtureRow {
    let mut line = FixtureRow::new(township, "training", number, cells);
    line.cells.push(("participants", "backbone".to_owned()));
    line
}

/// A row of the roster of training `of`.
fn named(township: usize, number: u64, of: u64, cells: &'static str) -> FixtureRow {
    let mut line = FixtureRow::new(township, "trainee", number, cells);
    line.cells.push(("training", id(of).to_string()));
    line.cells.push(("date", "2018-12-31".to_owned()));
    line
}

#[test]
fn a_person_counts_once_on_the_trainings_day_and_for_who_sent_them() {
    let lines = [
        training(0, 1, "date=2018-04-02; trainees=5"),
        training(1, 2, "date=2018-04-01; trainees=1"),
        named(0, 11, 1, "name=王芳; home=南村"),
        named(0, 12, 1, "name=李娜; home=北村; sent_by=b"),
        // Her earliest training is the one in b, a day before.
        named(1, 13, 2, "name=王　芳; home=南村"),
    ];
    let figures = of(PEOPLE, &["2018-04-01", "2018-04-02", "2018-12-31"], &lines);
    assert_eq!(on(&figures, "2018-04-01"), [1, 0, 1]);
    // In a: three known by number only; 李娜 was sent by b.
    assert_eq!(on(&figures, "2018-04-02"), [5, 3, 2]);
    assert_eq!(on(&figures, "2018-12-31"), [5, 3, 2]);
}

#[test]
fn of_two_trainings_on_one_day_the_lesser_id_names_a_person_first() {
    let lines = [
        training(0, 5, "date=2018-04-01; trainees=1"),
        training(1, 4, "date=2018-04-01; trainees=1"),
        named(0, 11, 5, "name=王芳; phone_tail=0007"),
        named(1, 12, 4, "name=王芳; phone_tail=0007"),
    ];
    assert_eq!(on(&of(PEOPLE, &["2018-04-01"], &lines), "2018-04-01"), [1, 0, 1]);
}

#[test]
fn with_nothing_but_a_name_people_are_the_same_only_in_one_training() {
    let lines = [
        training(0, 1, "date=2018-04-01; trainees=2"),
        training(0, 2, "date=2018-04-02; trainees=1"),
        named(0, 11, 1, "name=Anna Li"),
        named(0, 12, 1, "name=ＡＮＮＡ　ＬＩ"),
        named(0, 13, 2, "name=anna li"),
        // White space says nothing.
        training(0, 3, "date=2018-04-03; trainees=1"),
        named(0, 14, 3, "name=anna li; home=\u{3000}"),
        training(0, 4, "date=2018-04-04; trainees=1"),
        named(0, 15, 4, "name=anna li; home=\u{3000}"),
    ];
    let figures = of(PEOPLE, &["2018-04-01", "2018-04-02", "2018-04-04"], &lines);
    // One is named twice, one is known by number only.
    assert_eq!(on(&figures, "2018-04-01"), [2, 2, 0]);
    assert_eq!(on(&figures, "2018-04-02"), [3, 3, 0]);
    assert_eq!(on(&figures, "2018-04-04"), [5, 5, 0]);
}

#[test]
fn more_names_than_heads_count_as_the_names() {
    let lines = [
        training(0, 1, "date=2018-04-01; trainees=1"),
        named(0, 11, 1, "name=王芳; home=南村"),
        named(0, 12, 1, "name=李娜; home=南村"),
    ];
    assert_eq!(on(&of(PEOPLE, &["2018-04-01"], &lines), "2018-04-01"), [2, 2, 0]);
}

#[test]
fn a_roster_counts_only_while_its_training_is_live_and_counted() {
    let roster = || [named(0, 11, 1, "name=王芳; home=南村"), named(0, 12, 2, "name=王芳; home=南村")];
    let first = training(0, 1, "date=2018-04-01; trainees=9");
    let second = training(0, 2, "date=2018-05-01; trainees=1");
    let mut lines = vec![first.clone(), second];
    lines.extend(roster());
    assert_eq!(on(&of(PEOPLE, &["2018-04-30", "2018-05-01"], &lines), "2018-05-01"), [9, 9, 0]);
    lines.push(first.clone().rev(2).void());
    let figures = of(PEOPLE, &["2018-04-30", "2018-05-01"], &lines);
    assert_eq!([on(&figures, "2018-04-30")[0], on(&figures, "2018-05-01")[0]], [0, 1]);
    lines.pop();
    let mut for_staff = first.rev(2);
    for_staff.cells.retain(|(name, _)| *name != "participants");
    for_staff.cells.push(("participants", "staff".to_owned()));
    lines.push(for_staff);
    assert_eq!(on(&of(PEOPLE, &["2018-05-01"], &lines), "2018-05-01"), [1, 1, 0]);
}

#[test]
fn a_person_sent_by_no_township_is_a_fault_with_its_place() {
    let lines = [training(0, 1, "date=2018-04-01; trainees=1"), named(0, 11, 1, "name=王芳; sent_by=nowhere")];
    let plan = plan(&[PEOPLE]);
    let faults = split(&count(&plan, &townships(&["a"]), &[day("2018-12-31")], None), &lines, &[0]).unwrap_err();
    let place = faults.0[0].place.as_ref().unwrap();
    assert_eq!(
        (place.line, place.excerpt.as_ref().unwrap().0[place.excerpt.as_ref().unwrap().1.clone()].as_ref()),
        (2, "nowhere")
    );
    assert!(faults.0[0].hint.is_some());
}

#[test]
fn what_stands_stands_from_its_day_until_the_day_before_its_end() {
    let lines = [
        FixtureRow::new(0, "troupe", 1, "date=2016-02-29; name=一"),
        FixtureRow::new(0, "troupe", 2, "date=2018-07-01; name=二; disbanded=2018-07-02"),
        FixtureRow::new(1, "troupe", 3, "date=2018-07-01; name=三; disbanded=2018-07-01"),
        FixtureRow::new(1, "troupe", 4, "date=2017-01-01; name=四; disbanded=2018-01-01"),
        FixtureRow::new(1, "troupe", 5, "date=2019-01-01; name=五"),
    ];
    let days = [
        "2016-02-28",
        "2016-02-29",
        "2017-12-31",
        "2018-01-01",
        "2018-06-30",
        "2018-07-01",
        "2018-07-02",
        "2019-01-01",
    ];
    let figures = of(TROUPES, &days, &lines);
    let county: Vec<i64> = days.iter().map(|date| on(&figures, date)[0]).collect();
    assert_eq!(county, [0, 1, 2, 1, 1, 2, 1, 2]);
    assert_eq!(on(&figures, "2018-07-01"), [2, 2, 0]);
    assert_eq!(on(&figures, "2019-01-01"), [2, 1, 1]);
}

#[test]
fn a_year_indicator_counts_its_year_and_no_other() {
    let lines = [
        FixtureRow::new(0, "performance", 1, "date=2017-12-31; sessions=1"),
        FixtureRow::new(0, "performance", 2, "date=2018-01-01; sessions=2"),
        FixtureRow::new(1, "performance", 3, "date=2018-12-31; sessions=4"),
        FixtureRow::new(1, "performance", 4, "date=2019-01-01; sessions=8"),
        FixtureRow::new(1, "performance", 5, "date=2018-05-01"),
    ];
    let figures = of(SHOWS, &["2017-12-31", "2018-01-01", "2018-12-30", "2018-12-31", "2019-06-01"], &lines);
    assert_eq!(on(&figures, "2017-12-31"), [0, 0, 0]);
    assert_eq!(on(&figures, "2018-01-01"), [2, 2, 0]);
    assert_eq!(on(&figures, "2018-12-30"), [2, 2, 0]);
    assert_eq!(on(&figures, "2018-12-31"), [6, 2, 4]);
    assert_eq!(on(&figures, "2019-06-01"), [6, 2, 4]);
    let reached =
        |required, until| figures.reached_on(IndicatorNo::from(0), required, day(until)).map(|day| day.to_string());
    assert_eq!(reached(2, "2018-12-31").as_deref(), Some("2018-01-01"));
    assert_eq!(reached(3, "2019-12-31").as_deref(), Some("2018-12-31"));
    assert_eq!(reached(3, "2018-12-30"), None);
    assert_eq!(reached(1, "2017-12-31"), None);
}

#[test]
fn the_day_before_the_year_need_not_be_asked_for() {
    let lines = [
        FixtureRow::new(0, "troupe", 1, "date=2017-05-01; name=一"),
        FixtureRow::new(0, "troupe", 2, "date=2018-01-15; name=二"),
    ];
    assert_eq!(of(TROUPES, &["2018-01-31"], &lines).county(IndicatorNo::from(0), day("2017-12-31")), 1);
    let show = [FixtureRow::new(0, "performance", 1, "date=2018-01-15; sessions=3")];
    assert_eq!(of(SHOWS, &["2018-01-31"], &show).county(IndicatorNo::from(0), day("2017-12-31")), 0);
}

#[test]
fn figures_as_known_at_a_time_leave_out_what_was_entered_later() {
    let show = |cells| FixtureRow::new(0, "performance", 1, cells);
    let lines = [
        show("date=2018-05-01; sessions=1").entered("2018-05-01T23:59:59+08:00"),
        show("date=2018-05-01; sessions=2").rev(2).entered("2018-05-02T16:00:00Z"),
        show("date=2018-05-01; sessions=2").rev(3).void().entered("2018-05-04T00:00:00+08:00"),
    ];
    let plan = plan(&[SHOWS]);
    let known = |known| {
        let count = count(&plan, &townships(&["a"]), &[day("2018-12-31")], known);
        split(&count, &lines, &[0]).unwrap().county(IndicatorNo::from(0), day("2018-12-31"))
    };
    assert_eq!(known(Some(end_of("2018-04-30"))), 0);
    assert_eq!(known(Some(at("2018-05-01T15:59:59Z"))), 1);
    // 16:00 in Greenwich is the next day in China.
    assert_eq!(known(Some(end_of("2018-05-02"))), 1);
    assert_eq!(known(Some(at("2018-05-03T00:00:00+08:00"))), 2);
    assert_eq!(known(Some(end_of("2018-05-03"))), 2);
    assert_eq!(known(Some(end_of("2018-05-04"))), 0);
    assert_eq!(known(None), 0);
}

#[test]
fn money_adds_up_to_the_last_fen() {
    let lines = [
        FixtureRow::new(0, "expense", 1, "date=2018-05-01; heading=other; amount=0.1"),
        FixtureRow::new(1, "expense", 2, "date=2018-05-01; heading=other; amount=0.20"),
        FixtureRow::new(1, "expense", 3, "date=2018-05-01; heading=other; amount=99999999999.99"),
    ];
    let figures = of(SPENT, &["2018-12-31"], &lines);
    assert_eq!(
        (figures.places(IndicatorNo::from(0)), on(&figures, "2018-12-31")),
        (2, [10_000_000_000_029, 10, 10_000_000_000_019])
    );
}
