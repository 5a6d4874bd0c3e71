//! Random small counties: their figures are those of the model, however the work is split.

use super::ledgers::{FixtureRow, LASTING, at, count, day, plan, split, townships};
use super::model::{Model, SPELLINGS, figure};
use crate::base::day::{Day, Instant};
use crate::base::number::Numbered as _;
use crate::figures::rules::CountingRules;
use crate::figures::tally::Figures;
use crate::ledger::tests::id;
use crate::schema::plan::{IndicatorNo, Plan};
use crate::schema::township::{Township, TownshipNo};
use proptest::prelude::*;
use std::sync::LazyLock;

/// Every way of counting: people, records, sums, decimals; filters, wholes of both sorts, both spans.
const INDICATORS: [&str; 17] = [
    "id = 'trained'\nkind = 'training'\nmeasure = 'people'\nwhere = { participants = 'backbone' }\ntarget = 10",
    "id = 'all-trained'\nkind = 'training'\nmeasure = 'people'",
    "id = 'attendances'\nkind = 'training'\nmeasure = 'sum:trainees'",
    "id = 'troupes'\nkind = 'troupe'\nmeasure = 'count'\ntarget = 3",
    "id = 'troupes-standing'\nkind = 'troupe'\nmeasure = 'count'\nspan = 'standing'\ntarget = 3",
    "id = 'members'\nkind = 'troupe'\nmeasure = 'sum:members'\nof = 'count'\nwhere = { discipline = 'music' }\nspan = 'standing'",
    "id = 'performances'\nkind = 'performance'\nmeasure = 'sum:sessions'\ntarget = 5",
    "id = 'six-entry'\nkind = 'performance'\nmeasure = 'sum:sessions'\nof_all = 'sum:sessions'\nwhere = { into = ['village', 'campus'] }",
    "id = 'digital'\nkind = 'service-point'\nmeasure = 'count'\nwhere = { type = 'digital-upgrade', stage = ['listed', 'accepted'] }",
    "id = 'reach'\nkind = 'service-point'\nmeasure = 'sum:households_reached'\nof = 'sum:households'\nwhere = { type = 'home-network' }\nspan = 'standing'",
    "id = 'facilities'\nkind = 'facility'\nmeasure = 'count'\nof_all = 'count'\nwhere = { free = true }\nspan = 'standing'",
    "id = 'hours'\nkind = 'facility'\nmeasure = 'sum:hours_per_week'\nspan = 'standing'",
    "id = 'spent'\nkind = 'expense'\nmeasure = 'sum:amount'\nof_all = 'sum:amount'\nwhere = { heading = ['training', 'other'] }\ntarget = 100",
    "id = 'bands'\nkind = 'troupe'\nmeasure = 'count'\nof_all = 'sum:members'\nwhere = { discipline = 'music', members = ['1', '2'] }\nof_where = { discipline = ['music', 'dance'], members = ['1', '2', '3'] }\nspan = 'standing'",
    "id = 'listed'\nkind = 'service-point'\nmeasure = 'count'\nof_all = 'count'\nwhere = { type = 'digital-upgrade', stage = ['listed', 'accepted'] }\nof_where = { type = 'digital-upgrade' }",
    "id = 'in-schools'\nkind = 'performance'\nmeasure = 'sum:sessions'\nof_all = 'sum:audience'\nwhere = { into = 'campus' }\nof_where = { into = ['village', 'campus'] }",
    "id = 'vouchers'\nkind = 'expense'\nmeasure = 'count'\nof = 'sum:amount'",
];

pub(crate) static PLAN: LazyLock<Plan> = LazyLock::new(|| plan(&INDICATORS));

/// Each day, the one before a due day, the due day, the one after.
pub(crate) const DATES: [&str; 10] =
    ["01-01", "01-31", "02-01", "03-09", "03-10", "06-30", "07-01", "07-02", "12-01", "12-31"];

const ENDS: [&str; 6] = ["", "2017-06-30", "2018-01-01", "2018-07-01", "2018-12-31", "2019-01-01"];

const KINDS: [&str; 9] = [
    "training",
    "trainee",
    "troupe",
    "performance",
    "service-point",
    "facility",
    "expense",
    "arrangement",
    "monthly-report",
];

/// What one revision is made of: choices, to be read by each kind in its own way.
#[derive(Clone, Debug)]
struct RevisionDraw {
    live: bool,
    date: usize,
    picks: [usize; 5],
    entered: i64,
    /// The date from which it holds, where it is a change.
    effective: Option<usize>,
    /// Where in the file it comes.
    position: u16,
}

#[derive(Clone, Debug)]
struct RecordDraw {
    kind: &'static str,
    township: usize,
    year: &'static str,
    number: u64,
    draws: Vec<RevisionDraw>,
}

fn draw() -> impl Strategy<Value = RevisionDraw> {
    let live = prop::bool::weighted(0.8);
    let effective = prop::option::weighted(0.6, 0..DATES.len());
    (live, 0..DATES.len(), prop::array::uniform5(0..60_usize), 0..9_i64, effective, any::<u16>()).prop_map(
        |(live, date, picks, entered, effective, position)| RevisionDraw {
            live,
            date,
            picks,
            entered,
            effective,
            position,
        },
    )
}

fn record() -> impl Strategy<Value = RecordDraw> {
    let kind = prop_oneof![2 => Just(0_usize), 6 => Just(1), 7 => 2..KINDS.len()];
    let year = prop_oneof![1 => Just("2017"), 5 => Just("2018"), 1 => Just("2019")];
    let draws = prop_oneof![3 => prop::collection::vec(draw(), 1), 2 => prop::collection::vec(draw(), 2..6)];
    (kind, 0..3_usize, year, 0..1_000_000_u64, draws).prop_map(|(kind, township, year, number, draws)| RecordDraw {
        kind: KINDS[kind],
        township,
        year,
        number,
        draws,
    })
}

/// The same without changes: every revision holds from the beginning.
pub(crate) fn unchanging_county() -> impl Strategy<Value = Vec<FixtureRow>> {
    county().prop_map(|lines| lines.into_iter().map(|line| FixtureRow { effective: None, ..line }).collect())
}

/// All rows of the county, in the order of the files.
pub(crate) fn county() -> impl Strategy<Value = Vec<FixtureRow>> {
    prop::collection::vec(record(), 0..60).prop_map(|mut records| {
        for (at, record) in (0..).zip(&mut records) {
            record.number = record.number * 100 + at;
        }
        let trainings: Vec<RecordDraw> = records.iter().filter(|record| record.kind == "training").cloned().collect();
        let mut lines: Vec<(u16, FixtureRow)> = Vec::new();
        for mut record in records {
            let training = &trainings.get(record.draws[0].picks[0] % trainings.len().max(1));
            if record.kind == "trainee" {
                let Some(training) = training else { continue };
                (record.township, record.year) = (training.township, training.year);
            }
            let training = training.map(|training| id(training.number).to_string()).unwrap_or_default();
            lines.extend(rows(&record, &training));
        }
        lines.sort_by_key(|(place, _)| *place);
        lines.into_iter().map(|(_, line)| line).collect()
    })
}

fn rows(record: &RecordDraw, training: &str) -> Vec<(u16, FixtureRow)> {
    let mut places: Vec<u16> = record.draws.iter().map(|draw| draw.position).collect();
    places.sort_unstable();
    let line = |((draw, place), rev): ((&RevisionDraw, u16), u32)| {
        let mut cells = cells(record.kind, draw, training);
        cells.push(("date", format!("{}-{}", record.year, DATES[draw.date])));
        let line = FixtureRow {
            township: TownshipNo::from(record.township),
            kind: record.kind,
            id: id(record.number),
            rev,
            live: draw.live || rev == 1,
            cells,
            effective: None,
            entered_at: moment(draw.entered),
        };
        let changes = rev > 1 && line.live && LASTING.contains(&line.kind);
        let effective = draw.effective.filter(|_| changes).map(|date| day(&format!("2018-{}", DATES[date])));
        let line = FixtureRow { effective, ..line };
        (place, line)
    };
    record.draws.iter().zip(places).zip(1..).map(line).collect()
}

pub(crate) fn moment(hour: i64) -> Instant {
    let eight = at("2018-06-01T08:00:00+08:00");
    Instant::new(eight.seconds + hour * 3600, eight.offset)
}

fn cells(kind: &str, draw: &RevisionDraw, training: &str) -> Vec<(&'static str, String)> {
    let picks = draw.picks;
    let number = |pick: usize| if pick.is_multiple_of(5) { String::new() } else { (pick % 5).to_string() };
    let one = |words: &[&str], pick: usize| words[pick % words.len()].to_owned();
    match kind {
        "training" => vec![
            ("participants", one(&["backbone", "backbone", "staff", ""], picks[0])),
            ("trainees", (picks[1] % 5 + 1).to_string()),
        ],
        "trainee" => vec![
            ("training", training.to_owned()),
            ("name", SPELLINGS[picks[1] % 3][picks[2] % 3].to_owned()),
            ("home", one(&["", "南村"], picks[3])),
            ("phone_tail", one(&["", "", "0007"], picks[4])),
            ("sent_by", one(&["", "t0", "t1", "t2"], picks[2] / 3)),
        ],
        "troupe" => {
            vec![
                ("discipline", one(&["music", "dance"], picks[0])),
                ("members", number(picks[1])),
                ("disbanded", one(&ENDS, picks[2])),
            ]
        }
        "performance" => {
            vec![
                ("into", one(&["village", "campus", "none"], picks[0])),
                ("sessions", number(picks[1])),
                ("audience", number(picks[2])),
            ]
        }
        "service-point" => vec![
            ("type", one(&["home-network", "digital-upgrade"], picks[0])),
            ("stage", one(&["", "applied", "listed", "accepted"], picks[1])),
            ("households", number(picks[2])),
            ("households_reached", number(picks[3])),
        ],
        "facility" => vec![
            ("free", one(&["", "true", "false"], picks[0])),
            ("closed_on", one(&ENDS, picks[1])),
            ("hours_per_week", one(&["", "40", "7.5", "0.1"], picks[2])),
        ],
        "expense" => vec![
            ("heading", one(&["training", "other", "facilities"], picks[0])),
            ("amount", one(&["0.01", "12.5", "100", "99.99"], picks[1])),
        ],
        "arrangement" => {
            vec![("plan_year", one(&["", "2018", "2018", "2019"], picks[0])), ("returned", one(&ENDS, picks[1]))]
        }
        _ => vec![
            ("month", one(&["2018-02", "2018-03", "2018-06", "2018-11", "2018-12"], picks[0])),
            ("zero", one(&["", "true", "false"], picks[1])),
            ("returned", one(&ENDS, picks[2])),
        ],
    }
}

/// The days asked for, out of order and one of them twice.
pub(crate) fn days() -> Vec<Day> {
    let days = ["2018-12-31", "2017-12-31", "2018-01-01", "2018-03-10", "2018-06-30", "2018-07-01", "2018-07-01"];
    days.into_iter().chain(["2017-03-10", "2018-07-02", "2018-12-01", "2019-02-01", "2019-12-31"]).map(day).collect()
}

fn hundredths(figures: &Figures, indicator: IndicatorNo, figure: i64) -> i128 {
    i128::from(figure) * [100, 10, 1][usize::from(figures.places(indicator))]
}

fn check_figures(figures: &Figures, model: &Model<'_>, townships: &[Township]) -> Result<(), TestCaseError> {
    for (at, indicator) in PLAN.indicators.iter().numbered() {
        let done = model.done(indicator);
        let whole = model.whole(indicator);
        let id = &indicator.id;
        for day in days() {
            let county = figures.county(at, day);
            prop_assert_eq!(hundredths(figures, at, county), figure(&done, None, day), "{} {}", id, day);
            let counted = figures.whole(at, day).map(|whole| hundredths(figures, at, whole));
            prop_assert_eq!(counted, whole.as_ref().map(|whole| figure(whole, None, day)), "{} of, {}", id, day);
            let parts: Vec<i64> =
                (0..townships.len()).map(TownshipNo::from).map(|of| figures.township(at, of, day)).collect();
            prop_assert_eq!(parts.iter().sum::<i64>(), county, "{} adds up on {}", id, day);
            for (of, &part) in parts.iter().numbered::<TownshipNo>() {
                let wanted = figure(&done, Some(of), day);
                prop_assert_eq!(hundredths(figures, at, part), wanted, "{} of township {:?} on {}", id, of, day);
            }
        }
        // The county's figure is there for every day of the year, asked for or not.
        for date in DATES {
            let day = day(&format!("2018-{date}")).plus(-1);
            let county = hundredths(figures, at, figures.county(at, day));
            prop_assert_eq!(county, figure(&done, None, day), "{} on {}", id, day);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn figures_are_those_of_the_model(
        lines in county(),
        known in prop::option::weighted(0.4, 0..9_i64),
        parts in prop::collection::vec(0..3_usize, 1..9),
    ) {
        let townships = townships(&["t0", "t1", "t2"]);
        let known = known.map(moment);
        let count = count(&PLAN, &townships, &days(), known);
        let figures = split(&count, &lines, &parts).unwrap();
        check_figures(&figures, &Model::new(&lines, 2018, known), &townships)?;
        let before = count.by_rules(CountingRules::Second);
        let figures = split(&before, &lines, &parts).unwrap();
        check_figures(&figures, &Model::new(&lines, 2018, known).in_file_order(), &townships)?;
    }

    #[test]
    fn a_figure_is_reached_on_its_first_day(lines in county(), required in 1..12_i64, indicator in (2..INDICATORS.len()).prop_map(IndicatorNo::from)) {
        let townships = townships(&["t0", "t1", "t2"]);
        let figures = split(&count(&PLAN, &townships, &days(), None), &lines, &[0]).unwrap();
        let done = Model::new(&lines, 2018, None).done(&PLAN.indicators[indicator]);
        for until in ["2017-12-31", "2018-06-30", "2018-12-31", "2019-06-30"].map(day) {
            let mut first = (day("2018-01-01").0..=day("2018-12-31").0).map(Day).filter(|&day| day <= until);
            let wanted = first.find(|&day| figure(&done, None, day) >= i128::from(required) * 100);
            let units = required * [1, 10, 100][usize::from(figures.places(indicator))];
            prop_assert_eq!(figures.reached_on(indicator, units, until), wanted);
        }
    }
}
