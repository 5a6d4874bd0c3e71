use super::*;
use crate::schema::plan::{CountingSpan, Denominator, DenominatorScope, Measure};

const PLAN: &str = r#"year = 2018
title = { zh = "公共文化服务工程实施方案", en = "public cultural service plan" }
issued = 2018-05-07
course_from = 2018-03-10
inclusive = true

[[milestone]]
due = 2018-07-01
share = 50
clause = "三（二）"

[[milestone]]
due = 2018-12-01
share = 100
clause = "三（二）"

[arrangement]
kind = "arrangement"
year_field = "plan_year"
returned_field = "returned"
due = 2018-03-10
clause = "三（一）"

[monthly_report]
kind = "monthly-report"
month_field = "month"
returned_field = "returned"
zero_field = "zero"
day = 5
first_month = "2018-03"
last_month = "2018-11"
clause = "三（二）"

[[indicator]]
id = "trained"
title = { zh = "培训文艺骨干", en = "people trained" }
unit = { zh = "人", en = "people" }
kind = "training"
measure = "people"
where = { participants = "backbone" }
target = 100
clause = "二（二）1"
[indicator.shares]
weizhuang = 40
chengguan = 60

[[indicator]]
id = "home-reach"
title = { zh = "入户数", en = "households reached" }
unit = { zh = "户", en = "households" }
kind = "service-point"
measure = "sum:households_reached"
of = "sum:households"
where = { type = "home-network" }
span = "standing"
clause = "二（一）2"

[[indicator]]
id = "facilities"
title = { zh = "免费开放设施", en = "open facilities" }
unit = { zh = "处", en = "facilities" }
kind = "facility"
measure = "count"
of_all = "count"
where = { free = true, type = ["library", "other"] }
span = "standing"
clause = "二（一）1"

[[indicator]]
id = "digital-points"
title = { zh = "提档升级服务点", en = "digital points" }
unit = { zh = "个", en = "points" }
kind = "service-point"
measure = "count"
target = 1
stretch = true
milestones = [{ due = 2018-12-01, share = 100 }]
clause = "二（一）3"

[[expenditure]]
heading = "training"
title = { zh = "队伍培训", en = "training" }
budget = "120000.00"
clause = "四（二）"
"#;

fn load(text: &str) -> Result<Plan> {
    let draft = Plan::read("plans/2018.toml", text)?;
    let kinds = Kinds::load(&[], Some(&draft.kinds()))?;
    draft.check(&kinds)
}

#[test]
fn a_plan_says_what_it_says() {
    let plan = load(PLAN).unwrap();
    assert_eq!(plan.year, Year(2018));
    assert_eq!(plan.kinds(), ["training", "service-point", "facility", "arrangement", "monthly-report"]);
    let [trained, reach, facilities, points] = plan.indicators.as_slice() else { panic!("{:?}", plan.indicators) };
    assert_eq!((&trained.measure, trained.target, trained.span), (&Measure::People, Some(100), CountingSpan::Year));
    assert_eq!(trained.shares, [("weizhuang".to_owned(), 40), ("chengguan".to_owned(), 60)]);
    assert_eq!(trained.milestones, plan.milestones);
    assert_eq!(
        reach.whole,
        Some(Denominator { measure: Measure::Sum("households".into()), scope: DenominatorScope::Selected })
    );
    assert_eq!((&reach.milestones.len(), reach.target), (&0, None));
    let all = DenominatorScope::All(Vec::new());
    assert_eq!(facilities.whole, Some(Denominator { measure: Measure::Count, scope: all }));
    assert_eq!(
        facilities.filter,
        [("free".into(), vec!["true".into()]), ("type".into(), vec!["library".into(), "other".into()])]
    );
    assert_eq!((points.milestones.len(), points.milestones[0].clause.as_str()), (1, "二（一）3"));
    assert!(points.stretch && !trained.stretch);
    let monthly = plan.monthly.unwrap();
    assert_eq!((monthly.day, monthly.first_month.to_string().as_str()), (5, "2018-03"));
    assert_eq!(plan.expenditure[0].budget.as_deref(), Some("120000.00"));
}

/// `PLAN` with one thing changed, and what must be said of it, with line and column.
fn spoilt(from: &str, to: &str, told: &[(&str, usize, usize)]) {
    assert!(PLAN.contains(from), "{from}");
    let faults = load(&PLAN.replacen(from, to, 1)).unwrap_err().0;
    let place = |fault: &Fault| fault.place.as_ref().map_or((0, 0), |place| (place.line, place.column));
    let said: Vec<_> = faults.iter().map(|fault| (fault.signature(), place(fault).0, place(fault).1)).collect();
    let said: Vec<_> = said.iter().map(|(signature, line, column)| (signature.as_str(), *line, *column)).collect();
    assert_eq!(said, told, "{from} -> {to}");
}

#[test]
fn of_where_narrows_the_whole_and_holds_all_that_is_counted() {
    let with = |of_where: &str| format!("of_all = \"count\"\nof_where = {of_where}");
    let libraries =
        PLAN.replacen("of_all = \"count\"", &with("{ type = [\"library\", \"memorial-hall\", \"other\"] }"), 1);
    let types = ["library", "memorial-hall", "other"].map(str::to_owned).to_vec();
    let some = DenominatorScope::All(vec![("type".to_owned(), types)]);
    let plan = load(&libraries).unwrap();
    assert_eq!(plan.indicators[2].whole, Some(Denominator { measure: Measure::Count, scope: some }));
    assert!(!plan.indicators[2].counts_as(&load(PLAN).unwrap().indicators[2]));

    let told = |of_where: &str, told: &[(&str, usize, usize)]| spoilt("of_all = \"count\"", &with(of_where), told);
    told("{ type = \"library\" }", &[("not-a-part", 65, 12)]);
    told("{ name = \"甲\" }", &[("not-a-part", 65, 12)]);
    told("{ typ = \"library\" }", &[("not-a-part", 65, 12)]);
    told("{ type = [\"library\", \"other\", \"libary\"] }", &[("wrong-value type", 65, 42)]);
    told("{ type = [] }", &[("empty-value", 65, 21), ("not-a-part", 65, 12)]);
    spoilt(
        "of = \"sum:households\"",
        "of = \"sum:households\"\nof_where = { type = \"home-network\" }",
        &[("misplaced-key", 54, 12)],
    );
    spoilt("of_all = \"count\"", "of_where = { free = true }", &[("misplaced-key", 64, 12)]);
}

#[test]
fn faults_of_the_plan_itself_are_told_with_their_places() {
    spoilt("year = 2018", "year = 18", &[("wrong-value", 1, 8)]);
    spoilt("inclusive = true", "inclusive = false", &[("wrong-value", 5, 13)]);
    spoilt("inclusive = true\n", "", &[("missing-key inclusive", 0, 0)]);
    spoilt("due = 2018-12-01", "due = 2018-06-30", &[("milestone-order", 12, 1)]);
    spoilt("due = 2018-12-01", "due = 2019-12-01", &[("other-year", 13, 7)]);
    spoilt("course_from = 2018-03-10", "course_from = 2018-07-01", &[("date-order", 4, 15)]);
    spoilt("last_month = \"2018-11\"", "last_month = \"2018-02\"", &[("date-order", 31, 14)]);
    spoilt("clause = \"四（二）\"", "clause = \"\"", &[("empty-value clause", 84, 10)]);
    spoilt("\"120000.00\"", "\"12万\"", &[("wrong-value", 83, 10)]);
    spoilt("id = \"facilities\"", "id = \"trained\"", &[("repeated-id", 59, 6)]);
    spoilt("id = \"facilities\"", "id = \"设施\"", &[("wrong-id", 59, 6)]);
    spoilt("target = 100\n", "", &[("misplaced-key", 42, 1)]);
    spoilt("measure = \"count\"", "measure = \"cuont\"", &[("unknown-choice", 63, 11)]);
    spoilt("of = \"sum:households\"", "of = \"people\"", &[("unknown-choice", 53, 6)]);
    spoilt("span = \"standing\"", "span = \"stand\"", &[("unknown-choice", 55, 8)]);
    spoilt("weizhuang = 40", "\"魏庄\" = 40", &[("wrong-id", 44, 1)]);
}

#[test]
fn what_cannot_be_read_is_told_once_and_nothing_else_is_made_of_it() {
    spoilt("due = 2018-07-01", "due = \"7 月 1 日\"", &[("wrong-value", 8, 7)]);
    spoilt("due = 2018-12-01", "due = \"12 月 1 日\"", &[("wrong-value", 13, 7)]);
    spoilt("share = 100", "share = 0", &[("wrong-value", 14, 9)]);
    spoilt("course_from = 2018-03-10", "course_from = \"3 月\"", &[("wrong-value", 4, 15)]);
    spoilt("due = 2018-03-10\n", "", &[("missing-key due", 17, 1)]);
    spoilt("day = 5\n", "", &[("missing-key day", 24, 1)]);
    spoilt("first_month = \"2018-03\"", "first_month = \"三月\"", &[("wrong-value", 30, 15)]);
    spoilt("weizhuang = 40", "weizhuang = \"40\"", &[("wrong-type", 44, 13)]);
}

#[test]
fn faults_about_kinds_are_told_with_their_places() {
    spoilt("kind = \"facility\"", "kind = \"facilty\"", &[("unknown-kind", 62, 8)]);
    spoilt("sum:households_reached", "sum:type", &[("wrong-field-type type", 52, 11)]);
    spoilt("sum:households_reached", "sum:reached", &[("unknown-field reached", 52, 11)]);
    spoilt("measure = \"count\"", "measure = \"people\"", &[("missing-roster", 63, 11)]);
    spoilt("participants = \"backbone\"", "participants = \"backbones\"", &[("wrong-value participants", 40, 26)]);
    spoilt("participants = \"backbone\"", "participant = \"backbone\"", &[("unknown-field participant", 40, 11)]);
    spoilt("year_field = \"plan_year\"", "year_field = \"date\"", &[("wrong-field-type date", 19, 14)]);
    for (kind, line) in [("arrangement", 18), ("monthly-report", 25)] {
        // What it lacks of fields is told besides.
        let text = PLAN.replacen(&format!("kind = \"{kind}\""), "kind = \"facility\"", 1);
        let told = load(&text).unwrap_err().0.remove(0);
        let place = told.place.unwrap();
        assert_eq!((told.code, place.line, place.column), ("lasting-kind", line, 8));
    }
    let money =
        "[money]\nkind = \"service-point\"\nheading_field = \"place\"\namount_field = \"kiosks\"\n\n[[expenditure]]";
    spoilt("[[expenditure]]", money, &[("lasting-kind", 81, 8)]);
    spoilt("zero_field = \"zero\"", "zero_field = \"zeros\"", &[("unknown-field zeros", 28, 14)]);
    spoilt("[\"library\", \"other\"]", "[\"library\", \"libary\"]", &[("wrong-value type", 65, 43)]);
}
