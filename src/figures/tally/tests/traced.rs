//! What figures are made of adds up to them, and every person named is accounted for.

use super::ledgers::{FixtureRow, count, day, plan, split, townships, traced};
use super::model::Model;
use super::random::{DATES, PLAN, county, days, moment};
use crate::base::number::Numbered as _;
use crate::figures::tally::{ContributionBasis, Figures, Provenance, RepeatAttendance, sum};
use crate::ledger::tests::id;
use crate::schema::plan::{IndicatorNo, Measure};
use crate::schema::township::TownshipNo;
use proptest::prelude::*;

fn adds_up(figures: &Figures, traced: &Provenance, townships: usize) -> Result<(), TestCaseError> {
    for (at, indicator) in PLAN.indicators.iter().numbered() {
        let done: Vec<_> = traced.done.iter().filter(|one| one.indicator == at).collect();
        let whole = traced.whole.iter().filter(|one| one.indicator == at);
        for day in days() {
            let id = &indicator.id;
            prop_assert_eq!(sum(done.iter().copied(), None, day), figures.county(at, day), "{} on {}", id, day);
            for of in (0..townships).map(TownshipNo::from) {
                let part = sum(done.iter().copied(), Some(of), day);
                prop_assert_eq!(part, figures.township(at, of, day), "{} of township {:?} on {}", id, of, day);
            }
            if let Some(figure) = figures.named_people(at, day) {
                let named = done.iter().copied().filter(|one| matches!(one.basis, ContributionBasis::Person(_)));
                prop_assert_eq!(sum(named.clone(), None, day), figure, "named in {} on {}", id, day);
                for of in (0..townships).map(TownshipNo::from) {
                    prop_assert_eq!(Some(sum(named.clone(), Some(of), day)), figures.named_people_of(at, of, day));
                }
            }
            if let Some(figure) = figures.whole(at, day) {
                prop_assert_eq!(sum(whole.clone(), None, day), figure, "the whole of {} on {}", id, day);
            }
        }
        for day in DATES.map(|date| day(&format!("2018-{date}")).plus(-1)) {
            prop_assert_eq!(sum(done.iter().copied(), None, day), figures.county(at, day));
        }
    }
    Ok(())
}

/// Every row of a roster whose record counts is either counted or said not to count again, and by whom.
fn everybody_is_told(traced: &Provenance, model: &Model<'_>) -> Result<(), TestCaseError> {
    for (at, indicator) in PLAN.indicators.iter().numbered().filter(|(_, it)| it.measure == Measure::People) {
        let counts = |line: &&FixtureRow| {
            let by_filter = |(name, any): &(String, Vec<String>)| any.iter().any(|it| it == line.cell(name));
            line.kind == "training" && line.date().year().0 == 2018 && indicator.filter.iter().all(by_filter)
        };
        let trainings: Vec<String> = model.live().into_iter().filter(counts).map(|line| line.id.to_string()).collect();
        let on_roster =
            |line: &&FixtureRow| line.kind == "trainee" && trainings.iter().any(|id| id == line.cell("training"));
        let mut wanted: Vec<_> = model.live().into_iter().filter(on_roster).map(|line| line.id).collect();
        let again = traced.repeats.iter().filter(|one| one.indicator == at);
        let named = traced.done.iter().filter(|one| one.indicator == at).filter_map(|one| match one.basis {
            ContributionBasis::Person(row) => Some((row, one)),
            ContributionBasis::Record | ContributionBasis::Unnamed => None,
        });
        for other in again.clone() {
            let by = named.clone().find(|(row, _)| *row == other.counted_row).map(|(_, one)| one);
            prop_assert_eq!(by.map(|one| (one.record, one.township)), Some((other.counted, other.counted_for)));
            prop_assert!((other.counted_day, other.counted) <= (other.day, other.record));
        }
        let mut told: Vec<_> = named.map(|(row, _)| row).chain(again.map(|one| one.row)).collect();
        told.sort_unstable();
        wanted.sort_unstable();
        prop_assert_eq!(told, wanted);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_figures_are_made_of_adds_up_to_them(
        lines in county(),
        known in prop::option::weighted(0.4, 0..9_i64),
        parts in prop::collection::vec(0..2_usize, 1..9),
    ) {
        let townships = townships(&["t0", "t1", "t2"]);
        let known = known.map(moment);
        let count = count(&PLAN, &townships, &days(), known);
        let traced = traced(&count, &lines, &parts).unwrap();
        adds_up(&split(&count, &lines, &parts).unwrap(), &traced, townships.len())?;
        everybody_is_told(&traced, &Model::new(&lines, 2018, known))?;
    }
}

#[test]
fn who_did_not_count_again_is_told_with_the_record_that_counted() {
    let named = |township, number, of: u64, cells| {
        let mut line = FixtureRow::new(township, "trainee", number, cells);
        line.cells.extend([("training", id(of).to_string()), ("date", "2018-12-31".to_owned())]);
        line
    };
    let training = |township, number, cells| FixtureRow::new(township, "training", number, cells);
    let lines = [
        training(0, 1, "date=2018-04-02; trainees=4"),
        training(1, 2, "date=2018-04-01; trainees=1"),
        named(0, 11, 1, "name=王芳; home=南村"),
        named(0, 12, 1, "name=李娜; home=北村; sent_by=b").entered("2018-06-01T08:00:00+08:00"),
        named(0, 14, 1, "name=李 娜; home=北村"),
        named(1, 13, 2, "name=王　芳; home=南村"),
    ];
    let plan = plan(&["id = 'trained'\nkind = 'training'\nmeasure = 'people'"]);
    let townships = townships(&["a", "b"]);
    let last = day("2018-12-31");
    let Provenance { done, repeats: again, .. } =
        traced(&count(&plan, &townships, &[last], None), &lines, &[0, 1]).unwrap();
    let told = done.iter().map(|one| (one.record, one.basis, one.township.index(), one.amount));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            (id(2), ContributionBasis::Person(id(13)), 1, 1),
            (id(1), ContributionBasis::Person(id(12)), 1, 1),
            (id(1), ContributionBasis::Unnamed, 0, 2),
        ]
    );
    assert_eq!(done[1].entered_at, super::ledgers::at("2018-06-01T08:00:00+08:00"));
    let day = day("2018-04-02");
    let first = RepeatAttendance {
        indicator: IndicatorNo::from(0),
        day,
        ledger: TownshipNo::from(0),
        record: id(1),
        row: id(11),
        counted: id(2),
        counted_row: id(13),
        counted_day: day.plus(-1),
        counted_for: TownshipNo::from(1),
    };
    let twice = RepeatAttendance { row: id(14), counted: id(1), counted_row: id(12), counted_day: day, ..first };
    assert_eq!(again, [first, twice]);
}

#[test]
fn what_ended_is_told_on_its_day_and_a_correction_keeps_the_time_of_entry() {
    let troupe = |cells| FixtureRow::new(0, "troupe", 1, cells);
    let lines = [
        troupe("date=2018-03-01; name=一").entered("2018-03-02T08:00:00+08:00"),
        troupe("date=2018-03-01; name=一; disbanded=2018-07-01").rev(2).entered("2018-07-02T08:00:00+08:00"),
    ];
    let plan = plan(&["id = 'troupes'\nkind = 'troupe'\nmeasure = 'count'\nspan = 'standing'"]);
    let count = count(&plan, &townships(&["a"]), &[day("2018-12-31")], None);
    let done = traced(&count, &lines, &[0]).unwrap().done;
    let told: Vec<_> = done.iter().map(|one| (one.days.from, one.days.until, one.basis, one.amount)).collect();
    assert_eq!(told, [(day("2018-03-01"), day("2018-07-01"), ContributionBasis::Record, 1)]);
    assert!(done.iter().all(|one| one.entered_at == super::ledgers::at("2018-03-02T08:00:00+08:00")));
}

#[test]
fn what_counts_since_a_change_was_entered_when_the_change_was() {
    let point = |cells| FixtureRow::new(0, "service-point", 1, cells);
    let applied = point("date=2018-05-25; type=digital-upgrade; stage=applied").entered("2018-05-25T09:00:00+08:00");
    let listed = point("date=2018-05-25; type=digital-upgrade; stage=listed").holding_from("2018-06-20");
    let lines = [
        applied.clone(),
        listed.clone().rev(2).entered("2018-07-05T09:00:00+08:00"),
        // Its place was mistyped: the change is only said again.
        applied.rev(3).entered("2018-08-01T09:00:00+08:00"),
        listed.rev(4).entered("2018-08-01T09:00:00+08:00"),
    ];
    let digital = "id = 'digital'\nkind = 'service-point'\nmeasure = 'count'\nwhere = { stage = 'listed' }";
    let points = "id = 'points'\nkind = 'service-point'\nmeasure = 'count'\nspan = 'standing'";
    let count = count(&plan(&[digital, points]), &townships(&["a"]), &[day("2018-12-31")], None);
    let done = traced(&count, &lines, &[0]).unwrap().done;
    let told: Vec<_> = done.iter().map(|one| (one.indicator.index(), one.days.from, one.entered_at)).collect();
    let at = super::ledgers::at;
    assert_eq!(
        told,
        [
            (0, day("2018-06-20"), at("2018-07-05T09:00:00+08:00")),
            (1, day("2018-05-25"), at("2018-05-25T09:00:00+08:00")),
        ]
    );
}
