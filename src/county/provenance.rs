//! The records that make a figure.

use super::plans::{YearPlan, with_indicators_alone};
use super::search::{Labels, Search};
use super::view::View;
use crate::base::day::{Day, Month};
use crate::base::fault::{Fault, Result};
use crate::base::fuzzy::{fold, nearest};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::figures::tally::{Contribution, ContributionBasis, Provenance, RepeatAttendance};
use crate::ledger::revise::timeline;
use crate::ledger::revisions;
use crate::report::Report;
use crate::report::record_names::RecordNames;
use crate::report::records::difference;
use crate::report::why::{Explanation, record_name};
use crate::schema::kind::{Field, Kind};
use crate::schema::plan::{CountingSpan, IndicatorNo, Measure, Plan};
use crate::schema::record::Revision;
use crate::schema::township::TownshipNo;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// What makes the figure of the indicator that a word means.
///
/// # Errors
/// There is no such indicator; whatever is wrong with the plan or a ledger.
pub(crate) fn explanation(view: &View<'_>, word: &str) -> Result<Report> {
    let YearPlan { plan, kinds } = view.plan()?;
    let at = indicator(plan, word)?;
    let plan = with_indicators_alone(plan, &[at]);
    let indicator = &plan.indicators[0];
    let traced = view.trace(&plan, kinds)?;
    let places = traced.places[0];
    let (done, again) = contributions_shown(traced, view, indicator.span);
    let kind = kinds.find(&indicator.kind)?;
    let roster = kind.roster.as_ref().and_then(|roster| kinds.get(&roster.kind));
    let search = view.search()?;
    let of_kinds = [Some(kind), roster].map(|kind| kind.map(|kind| kind.id.as_str()));
    let names = record_names(&search, view, &done, &again, of_kinds)?;
    let changes = changes_that_count(&search, view, kind, &done)?;
    Ok(Explanation {
        plan: &plan,
        indicator,
        kind,
        roster: roster.filter(|_| indicator.measure == Measure::People),
        townships: view.county.in_order(),
        township: view.township,
        month: view.month,
        as_of: view.as_of,
        known: view.known,
        places,
        done: Rc::new(done),
        again: Rc::new(again),
        names: Rc::new(names),
        changes: Rc::new(changes),
    }
    .report())
}

/// The indicator that a word means: its id or its title, in either language.
///
/// # Errors
/// There is none: those that come near are named, else all.
fn indicator(plan: &Plan, word: &str) -> Result<IndicatorNo> {
    let wanted = fold(word);
    let called = |at: IndicatorNo| {
        let indicator = &plan.indicators[at];
        [&*indicator.id, &*indicator.title.zh, &*indicator.title.en]
    };
    let is = |at: &IndicatorNo| called(*at).into_iter().any(|name| fold(name) == wanted);
    if let Some(at) = plan.indicator_nos().find(is) {
        return Ok(at);
    }
    let said = |at: IndicatorNo| {
        let id = &plan.indicators[at].id;
        let title = &plan.indicators[at].title;
        text!("{id}（{title}）", "{id} ({title})", title)
    };
    let names = plan.indicator_nos().flat_map(called);
    let near = nearest(word, names, 3);
    let near: Vec<Text> =
        plan.indicator_nos().filter(|&at| called(at).into_iter().any(|name| near.contains(&name))).map(said).collect();
    let hint = if near.is_empty() {
        let all: Vec<Text> = plan.indicator_nos().map(said).collect();
        let list = Text::list(&all);
        text!("可用：{list}", "choose from: {list}", list)
    } else {
        let list = Text::list(&near);
        text!(
            "是否指 {list}？全部指标：culture plan show",
            "did you mean {list}? list all with culture plan show",
            list
        )
    };
    let year = plan.year;
    Fault::usage(
        "unknown-indicator",
        text!("{year} 年方案没有指标“{word}”", "the {year} plan has no indicator “{word}”"),
    )
    .hint(hint)
    .fail()
}

/// What belongs to the figure that was asked for: what counts on the day.
fn contributions_shown(
    traced: Provenance,
    view: &View<'_>,
    span: CountingSpan,
) -> (Vec<Contribution>, Vec<RepeatAttendance>) {
    let from = view.month.filter(|_| span == CountingSpan::Year).map(Month::first);
    let within = |day| from.is_none_or(|from| day >= from);
    let of = |township| view.township.is_none_or(|wanted| wanted == township);
    let Provenance { mut done, repeats: mut again, .. } = traced;
    done.retain(|one| one.days.contains(view.as_of) && within(one.days.from) && of(one.township));
    again.retain(|one| {
        one.day <= view.as_of && within(one.day) && view.township.is_none_or(|wanted| wanted == one.ledger)
    });
    (done, again)
}

/// What changed in each record that counts since a change, on the day from which it does.
fn changes_that_count(
    search: &Search<'_>,
    view: &View<'_>,
    kind: &Kind,
    done: &[Contribution],
) -> Result<HashMap<(Id, Day), Text>> {
    let days: HashMap<Id, Day> =
        done.iter().filter(|one| one.days.from > one.date).map(|one| (one.record, one.days.from)).collect();
    let ledgers: HashSet<TownshipNo> = done.iter().map(|one| one.ledger).collect();
    if days.is_empty() {
        return Ok(HashMap::new());
    }
    let labels = Labels::new(search);
    let names = |field: &Field, value: &str| labels.of(field, value);
    let is_known = |row: &Revision| view.known.is_none_or(|known| row.entered_at <= known);
    let found = search.each(
        |ledger| ledger.kind == kind.id && ledgers.contains(&ledger.township),
        |_, source| {
            let rows = revisions(source)?.into_iter().filter(|row| days.contains_key(&row.id) && is_known(row));
            let mut histories: HashMap<Id, Vec<Revision>> = HashMap::new();
            rows.for_each(|row| histories.entry(row.id).or_default().push(row));
            Ok(histories.into_iter().collect())
        },
    )?;
    let mut changes = HashMap::new();
    for (id, history) in &found {
        let day = days[id];
        let Some(timeline) = timeline(history) else { continue };
        changes.insert((*id, day), difference(kind, timeline.on(day.plus(-1)), timeline.on(day), &names));
    }
    Ok(changes)
}

/// What the records are called that are named, as they stand or as known.
fn record_names(
    search: &Search<'_>,
    view: &View<'_>,
    done: &[Contribution],
    again: &[RepeatAttendance],
    kinds: [Option<&str>; 2],
) -> Result<RecordNames> {
    let mut wanted: HashSet<Id> = again.iter().flat_map(|one| [one.record, one.row]).collect();
    let mut ledgers: HashSet<TownshipNo> = again.iter().map(|one| one.ledger).collect();
    for one in done {
        wanted.insert(one.record);
        ledgers.insert(one.ledger);
        if let ContributionBasis::Person(row) = one.basis {
            wanted.insert(row);
        }
    }
    let labels = Labels::new(search);
    let mut names = RecordNames::default();
    search.walk_each(
        |ledger| ledgers.contains(&ledger.township) && kinds.contains(&Some(ledger.kind.as_str())),
        view.standpoint(),
        |kind, row, stands| {
            if stands && wanted.contains(&row.id) {
                names.insert(row.id, &record_name(kind, row, &|field, value| labels.of(field, value)));
            }
        },
    )?;
    Ok(names)
}
