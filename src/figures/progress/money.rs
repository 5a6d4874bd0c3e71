//! What was spent against the budget, and what one performance or one person cost. Whole fen only.

use super::percent;
use crate::base::day::Day;
use crate::base::number::Numbered as _;
use crate::figures::tally::{FEN, Figures, scale};
use crate::schema::plan::{Expenditure, ExpenditureNo, IndicatorNo, Plan};
use crate::schema::record::decimal;

/// Budget and expenses of a plan on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetStatus {
    /// One for each heading of the plan, in its order.
    pub headings: Vec<BudgetLine>,
    /// What was spent under headings that the plan does not have.
    pub elsewhere: i64,
    /// All headings and what was spent elsewhere.
    pub total: BudgetLine,
}

/// What was spent under a heading, in fen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetLine {
    /// What may be spent.
    pub budget: Option<i64>,
    /// What was spent.
    pub spent: i64,
    /// The indicator that divides it, and what one of it cost, cut; none where nothing was done.
    pub cost: Option<(IndicatorNo, Option<i64>)>,
}

impl BudgetLine {
    /// What is left of the budget, less than 0 where it is overspent.
    #[must_use]
    pub fn remaining(&self) -> Option<i64> {
        self.budget.map(|budget| budget.saturating_sub(self.spent))
    }

    /// Per cent of the budget, cut.
    #[must_use]
    pub fn percent(&self) -> Option<String> {
        percent(self.spent, self.budget?)
    }
}

/// A plan's money on a day; none where nothing is budgeted and nothing was spent, or expenses are not counted.
#[must_use]
pub fn budget_status(plan: &Plan, figures: &Figures, as_of: Day) -> Option<BudgetStatus> {
    let spent = figures.spent(None, as_of)?;
    let headings =
        plan.expenditure.iter().numbered().map(|(at, heading)| budget_line(plan, at, heading, figures, as_of));
    let headings: Vec<BudgetLine> = headings.collect();
    let under: i64 = headings.iter().fold(0, |sum, heading| sum.saturating_add(heading.spent));
    let elsewhere = spent.saturating_sub(under);
    let budgets = headings.iter().filter_map(|heading| heading.budget);
    let planned = budgets.clone().count();
    if spent == 0 && planned == 0 {
        return None;
    }
    // Where something was spent without a budget, a rest of the whole would say nothing.
    let covered = elsewhere == 0 && headings.iter().all(|heading| heading.budget.is_some() || heading.spent == 0);
    let budget = (planned > 0 && covered).then(|| budgets.fold(0_i64, i64::saturating_add));
    Some(BudgetStatus { headings, elsewhere, total: BudgetLine { budget, spent, cost: None } })
}

fn budget_line(plan: &Plan, at: ExpenditureNo, heading: &Expenditure, figures: &Figures, as_of: Day) -> BudgetLine {
    let spent = figures.spent(Some(at), as_of).expect("what was spent in all was counted by heading");
    let per = heading.per.as_ref().and_then(|id| plan.indicator_no(id));
    BudgetLine {
        budget: heading.budget.as_ref().and_then(|budget| decimal(budget.as_bytes(), FEN)),
        spent,
        cost: per.map(|per| (per, unit_cost(spent, figures.county(per, as_of), figures.places(per)))),
    }
}

/// What one costs, in fen, cut.
fn unit_cost(spent: i64, done: i64, places: u8) -> Option<i64> {
    if done <= 0 {
        return None;
    }
    i64::try_from(i128::from(spent) * i128::from(scale(places)) / i128::from(done)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::tally::tests::ledgers::{FixtureRow, count_money, day, plan, split, townships};
    use crate::figures::tally::tests::random::county;
    use proptest::prelude::*;

    const MONEY: &str = "id = 'shows'\nkind = 'performance'\nmeasure = 'sum:sessions'\n\
        [money]\nkind = 'expense'\nheading_field = 'heading'\namount_field = 'amount'\n\
        [[expenditure]]\nheading = 'performances'\ntitle = { zh = '演出', en = 'shows' }\nclause = '四'\n\
        per = 'shows'\nbudget = '100.00'\n\
        [[expenditure]]\nheading = 'training'\ntitle = { zh = '培训', en = 'training' }\nclause = '四'\n";

    fn on(lines: &[FixtureRow], as_of: &str) -> Option<BudgetStatus> {
        let plan = plan(&[MONEY]);
        let places = townships(&["t0", "t1", "t2"]);
        let figures = split(&count_money(&plan, &places, &[day(as_of)]), lines, &[0, 1]).unwrap();
        budget_status(&plan, &figures, day(as_of))
    }

    #[test]
    fn what_is_spent_left_and_what_one_costs() {
        let lines = [
            FixtureRow::new(0, "performance", 1, "date=2018-03-01; sessions=3"),
            FixtureRow::new(0, "expense", 2, "date=2018-03-01; heading=performances; amount=100.01"),
            FixtureRow::new(1, "expense", 3, "date=2018-03-02; heading=facilities; amount=5"),
            FixtureRow::new(1, "expense", 4, "date=2017-12-31; heading=performances; amount=7"),
        ];
        let spent = |budget, spent, cost| BudgetLine { budget, spent, cost };
        let first = on(&lines, "2018-03-01").unwrap();
        assert_eq!(
            first.headings,
            [spent(Some(10_000), 10_001, Some((IndicatorNo::from(0), Some(3333)))), spent(None, 0, None)]
        );
        assert_eq!((first.elsewhere, &first.total), (0, &spent(Some(10_000), 10_001, None)));
        assert_eq!((first.total.remaining(), first.total.percent().as_deref()), (Some(-1), Some("100.0")));
        let second = on(&lines, "2018-03-02").unwrap();
        assert_eq!((second.elsewhere, &second.total), (500, &spent(None, 10_501, None)));
        let before = on(&lines, "2018-02-28").unwrap();
        assert_eq!((before.headings[0].cost, before.total.spent), (Some((IndicatorNo::from(0), None)), 0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn headings_add_up(lines in county()) {
            let money = on(&lines, "2018-12-31").unwrap();
            let headings: i64 = money.headings.iter().map(|heading| heading.spent).sum();
            prop_assert_eq!(headings + money.elsewhere, money.total.spent);
            prop_assert!(money.elsewhere >= 0);
        }
    }
}
