//! `--public`: what leaves the county without names, telephones and their last digits.

use crate::common::{County, holds};

const PERSONAL: [&str; 6] = ["张三丰", "1234", "李教师", "赵队长", "钱填表", "王芳"];

fn county() -> County {
    let county = County::new();
    let course = county.add("training 城关镇 2018-05-01 topic=合唱 trainees=5 teacher=李教师");
    county.add(&format!("trainee training={course} name=张三丰 home=南村 phone_tail=1234"));
    county.add("troupe 城关镇 2018-05-01 name=秧歌队 discipline=dance leader=赵队长 members=9");
    county.add("monthly-report 城关镇 2018-06-05 month=2018-05 highlights=合唱周 reporter=钱填表");
    county
}

/// Nothing personal stands in a text; ids are left out, whose letters are random.
#[track_caller]
fn discreet(text: &str) {
    let found: Vec<&str> = PERSONAL.into_iter().filter(|word| text.contains(word)).collect();
    assert!(found.is_empty(), "{found:?} in:\n{text}");
}

#[test]
fn lists_and_exports_for_the_public_name_nobody() {
    let county = county();
    for kind in ["trainee", "training", "troupe", "monthly-report"] {
        for format in ["table", "csv", "json", "markdown"] {
            let line = format!("list {kind} --format {format}");
            discreet(&county.ok(&format!("{line} --public")));
            let whole = county.ok(&line);
            assert!(format == "table" || PERSONAL.iter().any(|word| whole.contains(word)), "{whole}");
        }
        for format in ["csv", "json", "jsonl"] {
            for ledger in ["", "--ledger"] {
                discreet(&county.ok(&format!("export {kind} --format {format} {ledger} --public")));
            }
        }
    }
    holds(&county.ok("list trainee --public"), &["合唱", "南村"]);
    let json = county.json("list trainee --public");
    let record = json["records"][0].as_object().unwrap();
    assert!(!record.contains_key("name") && !record.contains_key("phone_tail") && !record.contains_key("entered_by"));
    discreet(&county.ok("export all --format jsonl --public"));
}

#[test]
fn what_refers_to_a_person_names_the_record_only() {
    let county = county();
    let trainee = county.json("list trainee")["records"][0]["id"].as_str().unwrap().to_owned();
    county.add(&format!("inspection 城关镇 2018-06-20 record={trainee} verdict=pass inspectors=赵队长"));
    assert!(county.ok("list inspection").contains("张三丰"));
    let public = county.ok("list inspection --public");
    discreet(&public);
    assert!(public.contains(&trainee), "{public}");
}

#[test]
fn reports_for_the_public_name_nobody_and_have_the_same_figures() {
    let county = county();
    county.at("2018-07-03T10:00:00+08:00");
    let course = county.json("list training")["records"][0]["id"].as_str().unwrap().to_owned();
    county.add(&format!("trainee training={course} name=张三丰 home=北村 phone_tail=1234"));
    for line in [
        "status",
        "status -t 城关镇",
        "report month 2018-05",
        "report milestone 2018-07-01 --records",
        "report acceptance",
    ] {
        discreet(&county.ok(&format!("{line} --public")));
    }
    assert_eq!(county.json("status --public"), county.json("status"));
    holds(&county.ok("report month 2018-05 --public"), &["合唱周"]);
}

#[test]
fn which_fields_are_personal_stands_in_the_kind() {
    let county = county();
    let own = "id = \"troupe\"\n\n[[field]]\nname = \"nickname\"\ntitle = { zh = \"绰号\", en = \"nickname\" }\n";
    county.write("kinds/troupe.toml", own);
    county.add("troupe 城关镇 2018-05-02 name=合唱队 discipline=music nickname=老赵头");
    assert!(county.ok("export troupe --public").contains("老赵头"));
    county.write("kinds/troupe.toml", &format!("{own}personal = true\n"));
    assert!(!county.ok("export troupe --public").contains("老赵头"));
    assert!(county.ok("export troupe").contains("老赵头"));
    county.write("kinds/troupe.toml", &format!("{own}personal = \"yes\"\n"));
    holds(&county.fails("export troupe --public", culture::base::fault::Exit::Failed), &["kinds/troupe.toml"]);
}
