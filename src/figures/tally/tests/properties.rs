//! What must hold of any county, whatever its figures are: townships add up to the county and months to the year, and
//! nobody counts twice.

use super::ledgers::{FixtureRow, count, day, split, townships};
use super::model::SPELLINGS;
use super::random::{PLAN, county, days, unchanging_county};
use crate::base::number::Numbered as _;
use crate::figures::tally::Figures;
use crate::ledger::tests::id;
use crate::schema::plan::{CountingSpan, IndicatorNo, Measure};
use crate::schema::township::TownshipNo;
use proptest::prelude::*;

fn counted(lines: &[FixtureRow]) -> Figures {
    split(&count(&PLAN, &townships(&["t0", "t1", "t2"]), &days(), None), lines, &[0, 1, 2]).unwrap()
}

/// The records as they stand, each as if it had been entered so.
fn standing(lines: &[FixtureRow]) -> Vec<FixtureRow> {
    let superseded = |line: &&FixtureRow| lines.iter().any(|other| other.id == line.id && other.rev > line.rev);
    lines.iter().filter(|line| !superseded(line) && line.live).cloned().map(|line| line.rev(1)).collect()
}

/// Records that people are counted by are judged together: the others can be counted apart.
fn apart(at: IndicatorNo) -> bool {
    PLAN.indicators[at].measure != Measure::People
}

/// Each person on a roster of the year once more, otherwise written, in a further training at the end of the year; and
/// how many trainings that makes. Those with nothing but a name would be somebody else there.
fn named_again(lines: &[FixtureRow]) -> (Vec<FixtureRow>, i64) {
    let records = standing(lines);
    let mut all = lines.to_vec();
    let mut made = 0;
    let told_apart = |row: &&FixtureRow| !(row.cell("home").is_empty() && row.cell("phone_tail").is_empty());
    for training in records.iter().filter(|line| line.kind == "training" && line.cell("date").starts_with("2018")) {
        let old = training.id.to_string();
        let roster: Vec<&FixtureRow> =
            records.iter().filter(|row| row.cell("training") == old).filter(told_apart).collect();
        if roster.is_empty() {
            continue;
        }
        let next = u64::try_from(all.len()).unwrap() + 10_000_000_000;
        made += 1;
        all.push(changed(training, next, &[("date", "2018-12-31"), ("trainees", "1")]));
        for (row, number) in roster.into_iter().zip(next + 1..) {
            let spellings = SPELLINGS.iter().find(|known| known.contains(&row.cell("name"))).unwrap();
            let name = spellings.iter().find(|known| **known != row.cell("name")).unwrap_or(&spellings[0]);
            let new = id(next).to_string();
            all.push(changed(row, number, &[("date", "2018-12-31"), ("training", &new), ("name", name)]));
        }
    }
    (all, made)
}

/// A new record like another but for these cells.
fn changed(line: &FixtureRow, number: u64, cells: &[(&'static str, &str)]) -> FixtureRow {
    let mut line = FixtureRow { id: id(number), ..line.clone() };
    line.cells.retain(|(name, _)| cells.iter().all(|(changed, _)| changed != name));
    line.cells.extend(cells.iter().map(|&(name, cell)| (name, cell.to_owned())));
    line
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn townships_add_up_to_the_county(lines in county()) {
        let whole = counted(&lines);
        let alone = [0, 1, 2].map(TownshipNo::from).map(|of| {
            counted(&lines.iter().filter(|line| line.township == of).cloned().collect::<Vec<_>>())
        });
        for (at, day) in PLAN.indicator_nos().flat_map(|at| days().into_iter().map(move |day| (at, day))) {
            let parts = [0, 1, 2].map(TownshipNo::from).map(|of| whole.township(at, of, day));
            prop_assert_eq!(parts.iter().sum::<i64>(), whole.county(at, day));
            if apart(at) {
                prop_assert_eq!(alone.each_ref().map(|figures| figures.county(at, day)), parts);
            }
        }
    }

    #[test]
    fn a_townships_records_are_counted_by_kind_and_month(lines in unchanging_county(), of in (0..3_usize).prop_map(TownshipNo::from), until in 0..days().len()) {
        let as_of = days()[until];
        let count = count(&PLAN, &townships(&["t0", "t1", "t2"]), &days(), None).with_months(of, as_of);
        let figures = split(&count, &lines, &[0, 1, 2]).unwrap();
        for kind in ["training", "trainee", "performance", "troupe"] {
            let mut wanted = [0; 12];
            for line in standing(&lines).iter().filter(|line| line.township == of && line.kind == kind) {
                let date = line.date();
                if date.year() == PLAN.year && date <= as_of {
                    wanted[usize::from(date.month().month) - 1] += 1;
                }
            }
            prop_assert_eq!(figures.months(kind).unwrap_or_default(), wanted, "{}", kind);
        }
        prop_assert!(figures.months("training").is_some() && counted(&lines).months("training").is_none());
    }

    #[test]
    fn months_add_up_to_the_year(lines in unchanging_county()) {
        let whole = counted(&lines);
        let records = standing(&lines);
        let last = day("2018-12-31");
        let months: Vec<(i64, IndicatorNo)> = (1..=12).flat_map(|month| {
            let name = format!("2018-{month:02}");
            let within = |line: &&FixtureRow| line.kind == "trainee" || line.cell("date").starts_with(&name);
            let figures = counted(&records.iter().filter(within).cloned().collect::<Vec<_>>());
            PLAN.indicator_nos().map(move |at| (figures.county(at, last), at))
        }).collect();
        for (at, indicator) in PLAN.indicators.iter().numbered().filter(|(_, it)| it.span == CountingSpan::Year) {
            let sum: i64 = months.iter().filter(|(_, of)| *of == at).map(|(figure, _)| figure).sum();
            let year = whole.county(at, last);
            // Somebody who came in two months is one of each, and one of the year.
            prop_assert!(sum == year || (sum > year && !apart(at)), "{}: {} and {}", indicator.id, sum, year);
        }
    }

    #[test]
    fn nobody_counts_twice(lines in unchanging_county()) {
        let (again, made) = named_again(&lines);
        let once = counted(&lines);
        let twice = counted(&again);
        let last = day("2018-12-31");
        for (at, indicator) in PLAN.indicators.iter().numbered() {
            if indicator.measure == Measure::People {
                prop_assert_eq!(twice.county(at, last), once.county(at, last), "{}", indicator.id);
                let before = day("2018-12-01");
                let townships = [0, 1, 2].map(TownshipNo::from);
                prop_assert_eq!(townships.map(|of| twice.township(at, of, before)), townships.map(|of| once.township(at, of, before)));
            }
        }
        let attendances = PLAN.indicator_no("attendances").unwrap();
        prop_assert_eq!(twice.county(attendances, last), once.county(attendances, last) + made);
    }
}
