//! A field's rule holds wherever its value stands: what came in by hand, by git or by a spreadsheet is told, and zeros that
//! a spreadsheet took are put back.

use crate::common::{County, holds};
use culture::base::fault::Exit;
use serde_json::Value;

const LEDGER: &str = "townships/chengguan/2018/performance.csv";
const ROSTER: &str = "townships/chengguan/2018/trainee.csv";

/// What a check finds: level, code, field, file and line of each.
fn found(county: &County) -> Vec<String> {
    let report: Value = serde_json::from_str(&county.run("check --format json").out).unwrap();
    let rows = report["tables"][0]["rows"].as_array().unwrap();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    rows.iter()
        .map(|row| {
            let line = row["line"].as_i64().unwrap_or_default();
            format!("{} {} {} {}:{line}", text(row, "level"), text(row, "code"), text(row, "field"), text(row, "file"))
        })
        .collect()
}

/// A county with one performance and its note.
fn county() -> County {
    let county = County::new();
    county.ok(
        "add performance 城关镇 6-2 into=village place=河东村 title=消夏晚会 performer=豫剧团 note=备注 audience=300",
    );
    county
}

#[test]
fn formulas_and_control_characters_that_came_in_by_hand_are_told() {
    for (written, code) in [
        ("=1+1", "formula"),
        ("＝1", "formula"),
        ("+86", "formula"),
        ("-x", "formula"),
        ("@某人", "formula"),
        ("甲\u{80}乙", "control-character"),
        ("甲\u{9b}31m乙", "control-character"),
        ("甲\u{2028}乙", "control-character"),
        ("甲\u{202e}乙", "reordered-text"),
    ] {
        let county = county();
        let text = county.read(LEDGER);
        county.write(LEDGER, &text.replace(",备注,", &format!(",{written},")));
        assert_eq!(found(&county), [format!("error {code} note {LEDGER}:2")], "{written:?}");
        assert_eq!(county.run("check").exit, Exit::Found);
        // The figures are as before, and the way out is a correction.
        assert_eq!(county.json("list performance")["records"][0]["audience"], 300);
        let id = county.column(LEDGER, "id").remove(0);
        county.ok(&format!("edit {id} --note 备注 --reason 更正"));
        assert_eq!(found(&county), [] as [String; 0]);

        county.write(LEDGER, &text.replace(",王芳,", &format!(",{written},")));
        let told = found(&county);
        assert!(told.len() == 1 && told[0].contains(" entered_by townships/"), "{written:?}: {told:?}");
    }
}

#[test]
fn what_nobody_sees_is_told_where_it_stands_and_the_advice_runs() {
    let county = county();
    let text = county.read(LEDGER);
    county.write(LEDGER, &text.replace("消夏晚会", "消夏\u{200b}晚\u{ad}会"));
    assert_eq!(found(&county), [format!("warning unseen-characters title {LEDGER}:2")]);
    let said = county.run("check");
    assert_eq!(said.exit, Exit::Done);
    holds(&said.out, &["“演出名称”中有看不见的字符（U+200B U+00AD）"]);
    let advice = said.out.lines().find_map(|line| line.split_once("要去掉：culture ")).unwrap().1;
    county.ok(advice);
    assert_eq!(found(&county), [] as [String; 0]);
    assert_eq!(county.column(LEDGER, "title")[1], "消夏晚会");
    county.write(
        "townships/liutun/township.toml",
        "name = \"柳\u{200b}屯镇\"\nkind = \"township\"\n\"aliases\" = [\"柳\\u200B屯\"]\n",
    );
    let file = "townships/liutun/township.toml";
    let expected = [1, 3].map(|line| format!("warning unseen-characters  {file}:{line}"));
    assert_eq!(found(&county), expected);
}

/// A county with a training and one person, whose telephone ends with 0123.
fn with_roster() -> County {
    let county = County::new();
    let training = county.add("training 城关镇 6-2 topic=合唱 trainees=1");
    county.add(&format!("trainee 城关镇 6-2 training={training} name=王芳 phone_tail=0123 home=河东村"));
    let other = county.add("training 柳塔乡 6-3 topic=舞蹈 trainees=1");
    county.add(&format!("trainee 柳塔乡 6-3 training={other} name=王芳 phone_tail=0123 home=河东村"));
    county
}

fn trained(county: &County) -> i64 {
    let status = county.json("status");
    let mut all = status["indicators"].as_array().unwrap().iter();
    all.find(|indicator| indicator["id"] == "trained").unwrap()["done"].as_i64().unwrap()
}

#[test]
fn zeros_that_a_spreadsheet_took_are_an_error_and_are_put_back() {
    let county = with_roster();
    assert_eq!(trained(&county), 1);
    let good = county.read(ROSTER);
    let saved = good.replace(",0123,", ",123,");
    county.write(ROSTER, &saved);
    assert_eq!(trained(&county), 2, "two telephones are two people");
    assert_eq!(found(&county), [format!("error wrong-length phone_tail {ROSTER}:2")]);
    holds(&county.run("check").out, &["“手机尾号（后四位）”应为 4 位数字", "culture check --fix 可补回"]);
    let fixed = county.run("check --fix");
    assert_eq!(fixed.exit, Exit::Done, "{fixed:?}");
    holds(&fixed.out, &["已恢复 1 本台账的格式，并补回丢失的 0：", "补回 1 格开头的 0（123 → 0123）（首见第 2 行）"]);
    assert_eq!((county.read(ROSTER), trained(&county)), (good.clone(), 1));

    // The same in a ledger that cannot be read as it is.
    county.write(ROSTER, &format!("\u{feff}{}", saved.replace('\n', "\r\n")));
    holds(&county.run("check").out, &["1 格开头的 0 丢了（123 → 0123）"]);
    let _ = county.run("check --fix");
    assert_eq!(county.read(ROSTER), good);
}

#[test]
fn digits_that_cannot_have_been_lost_zeros_are_for_a_person_to_correct() {
    for tail in ["12345", "12a4", "１２３４"] {
        let county = with_roster();
        let text = county.read(ROSTER).replace(",0123,", &format!(",{tail},"));
        county.write(ROSTER, &text);
        assert_eq!(found(&county), [format!("error wrong-length phone_tail {ROSTER}:2")], "{tail}");
        let _ = county.run("check --fix");
        assert_eq!(county.read(ROSTER), text);
        let id = county.column(ROSTER, "id").remove(0);
        holds(&county.refused(&format!("edit {id} --home 河西村 --reason 更正")), &["应为 4 位数字", "--phone-tail"]);
        county.ok(&format!("edit {id} --phone-tail 0123 --reason 更正"));
        assert_eq!((found(&county).len(), trained(&county)), (0, 1));
    }
}
