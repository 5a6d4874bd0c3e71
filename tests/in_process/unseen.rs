//! What looks the same is the same, whichever way it comes in; and nothing is printed that nobody sees. The characters
//! are tried one by one through every door.

use crate::common::{County, holds};
use culture::base::fault::Exit;
use std::fmt::Write as _;

const LEDGER: &str = "townships/chengguan/2018/performance.csv";
const ROSTER: &str = "townships/chengguan/2018/trainee.csv";

/// A character of every sort that nobody sees.
const HIDDEN: [u32; 72] = [
    0x01, 0x08, 0x1b, 0x1f, 0x7f, 0x80, 0x90, 0x9b, 0x9f, 0xad, 0x34f, 0x378, 0x600, 0x61c, 0x6dd, 0x70f, 0x890, 0x8e2,
    0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180e, 0x180f, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x202a, 0x202b,
    0x202c, 0x202d, 0x202e, 0x2060, 0x2061, 0x2064, 0x2065, 0x2066, 0x2067, 0x2068, 0x2069, 0x206a, 0x206f, 0x2800,
    0x3164, 0xe000, 0xe863, 0xf8ff, 0xfdd0, 0xfe00, 0xfe0e, 0xfe0f, 0xfeff, 0xffa0, 0xfff0, 0xfff9, 0xfffa, 0xfffb,
    0xfffc, 0xfffe, 0xffff, 0x110bd, 0x13430, 0x1bca0, 0x1d159, 0x1d173, 0xe0001, 0xe0041, 0xe0100, 0x10_fffd,
];

/// Those that turn a text in whose midst they stand.
const TURNING: [u32; 3] = [0x202b, 0x202e, 0x2067];

fn hidden() -> impl Iterator<Item = char> {
    HIDDEN.into_iter().map(|number| char::from_u32(number).unwrap())
}

/// Those that a ledger may hold: the others of ASCII make it unreadable.
fn stored() -> impl Iterator<Item = char> {
    hidden().filter(|c| !c.is_ascii())
}

fn turns(c: char) -> bool {
    TURNING.contains(&(c as u32))
}

/// No character that nobody sees is printed, but for what ends a line.
#[track_caller]
fn is_visible(printed: &str) {
    let found: Vec<char> = hidden().filter(|c| printed.contains(*c)).collect();
    assert!(found.is_empty(), "{found:?} in {printed:?}");
}

/// A county with one performance.
fn county() -> County {
    let county = County::new();
    county.ok("add performance 城关镇 6-2 into=village place=河东村 title=消夏晚会 performer=豫剧团 audience=300");
    county
}

#[test]
fn a_sheet_with_one_title_in_seventy_three_spellings_is_one_record() {
    let county = County::new();
    let mut sheet = "演出日期,六进类别,演出地点,演出名称,演出团队,观众人数\n".to_owned();
    for title in std::iter::once("消夏晚会".to_owned()).chain(hidden().map(|c| format!("消夏晚会{c}"))) {
        let _ = writeln!(sheet, "6月2日,进农村,河东村,{title},豫剧团,300");
    }
    county.write("sheet.csv", &sheet);
    let ran = county.run("import performance sheet.csv -t 城关镇");
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    holds(&ran.out, &["新增 1 条；重复 72 条，已跳过"]);
    holds(&ran.err, &["72 行中有看不见的字符，已去掉（第 3, 4, "]);
    assert_eq!(county.column(LEDGER, "title"), ["消夏晚会"]);
    is_visible(&(ran.out + &ran.err));
}

#[test]
fn in_every_cell_of_a_sheet_they_are_dropped_or_the_row_is_refused() {
    for c in hidden() {
        let county = County::new();
        let heads = format!("单{c}位,演出{c}日期,六进{c}类别,演出{c}地点,演出{c}名称,演出{c}团队,观众{c}人数");
        let row = format!("城关{c}镇,6月{c}2日,进{c}农村,河{c}东村,消夏{c}晚会,豫{c}剧团,30{c}0");
        county.write("sheet.csv", &format!("{heads}\n{row}\n合{c}计,,,,,,300\n"));
        let ran = county.run("import performance sheet.csv");
        is_visible(&(ran.out.clone() + &ran.err));
        let code = format!("U+{:04X}", c as u32);
        if turns(c) {
            assert_eq!(ran.exit, Exit::Failed, "{code}: {ran:?}");
            holds(&ran.err, &[&format!("改变阅读顺序的控制字符 {code}"), "sheet.csv:2"]);
            assert!(!county.has(LEDGER));
        } else {
            assert_eq!(ran.exit, Exit::Done, "{code}: {ran:?}");
            let stored = county.read(LEDGER);
            holds(&stored, &[",live,2018-06-02,village,河东村,,消夏晚会,豫剧团,,,,1,300,"]);
            assert_eq!(stored.lines().count(), 2, "{code}: the sum is no record");
        }
    }
}

#[test]
fn what_is_typed_is_the_record_that_is_there() {
    let county = county();
    let before = county.read(LEDGER);
    for c in hidden() {
        let words = format!("6-2 into=village place=河东{c}村 title=消夏{c}晚会 performer=豫剧团 audience=300");
        let ran = county.run(&format!("add performance 城关{c}镇 {words}"));
        assert!(ran.exit == Exit::Usage && ran.out.is_empty(), "{ran:?}");
        let wanted = if turns(c) { "改变阅读顺序" } else { "已有同样的演出" };
        holds(&ran.err, &[wanted, &format!("U+{:04X}", c as u32)]);
        is_visible(&ran.err);
        let id = county.column(LEDGER, "id").remove(0);
        let ran =
            county.run_words(&["edit", &id, "--title", &format!("消夏{c}晚会"), "--reason", "改"].map(str::to_owned));
        assert!(ran.exit == Exit::Usage, "{ran:?}");
        is_visible(&ran.err);
        assert_eq!(county.read(LEDGER), before);
    }
}

/// Names that look like 城关镇 or 长垣工业区, and are those of no other township.
fn look_alikes() -> Vec<String> {
    let hidden = [
        '\u{ad}',
        '\u{34f}',
        '\u{61c}',
        '\u{115f}',
        '\u{180e}',
        '\u{200b}',
        '\u{200d}',
        '\u{200e}',
        '\u{202c}',
        '\u{2060}',
        '\u{2069}',
        '\u{2800}',
        '\u{3164}',
        '\u{e000}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{ffa0}',
        '\u{e0041}',
    ];
    let mut names: Vec<String> = hidden.iter().map(|c| format!("城关{c}镇")).collect();
    names.extend(["城 关镇", "城\u{3000}关镇", "⻓垣工业区", "长垣⼯业区", "⻓垣⼯业区"].map(str::to_owned));
    names
}

#[test]
fn a_township_cannot_be_called_as_another_looks() {
    let county = County::new();
    county.ok("township add changyuan --name 长垣工业区 --kind industrial-zone");
    let files = county.files();
    let names = look_alikes();
    assert_eq!(names.len(), 23);
    let mut taken = 0;
    for name in &names {
        for words in [
            ["township", "add", "another", "--name", name].map(str::to_owned).to_vec(),
            ["township", "add", "another", "--name", "别名", "--alias", name].map(str::to_owned).to_vec(),
            ["township", "edit", "liutun", "--name", name].map(str::to_owned).to_vec(),
        ] {
            let ran = county.run_words(&words);
            assert!(ran.exit == Exit::Usage && ran.err.contains("的名称或别名"), "{words:?} {ran:?}");
            is_visible(&ran.err);
            assert_eq!(county.files(), files);
            taken += 1;
        }
    }
    assert_eq!(taken, 23 * 3);
    for c in hidden().filter(|c| turns(*c)) {
        let ran = county.run_words(&["township", "add", "another", "--name", &format!("{c}镇柳屯")].map(str::to_owned));
        assert!(ran.exit == Exit::Usage && ran.err.contains("改变阅读顺序"), "{ran:?}");
    }
}

#[test]
fn they_are_dropped_from_the_words_of_any_verb_but_not_from_the_names_of_files() {
    let county = county();
    for line in [
        "list perfor{}mance -t 城关{}镇 --where title=消夏{}晚会 --month 6{}月 --format ids",
        "status -t 城{}关 --today 2018-06{}-28 --format ids",
        "why 演{}出 -t 城关镇 --format json",
        "kinds perform{}ance --format json",
    ] {
        let plain = county.run(&line.replace("{}", ""));
        for c in hidden().filter(|c| !turns(*c)) {
            let ran = county.run(&line.replace("{}", &c.to_string()));
            assert_eq!((ran.exit, &ran.out), (plain.exit, &plain.out), "{line:?} {ran:?}");
            holds(&ran.err, &[&format!("U+{:04X}", c as u32)]);
            is_visible(&ran.err);
        }
    }
    county.write("表\u{200b}.csv", "演出日期,六进类别,演出地点,演出名称\n6月3日,进农村,河东村,晚会\n");
    holds(&county.ok("import performance 表\u{200b}.csv -t 城关镇"), &["新增 1 条"]);
    let ran = county.run("list performance -o 台账\u{ad}.csv -t 城关\u{ad}镇");
    assert!(ran.exit == Exit::Done && county.has("out/台账\u{ad}.csv"), "{ran:?}");
}

#[test]
fn a_person_is_one_person_in_an_old_ledger_too() {
    let county = County::new();
    let training = county.add("training 城关镇 6-2 topic=合唱 trainees=1");
    county.add(&format!("trainee 城关镇 6-2 training={training} name=王芳 phone_tail=0123 home=河东村"));
    let trained = |county: &County| {
        let shown = county.json("status");
        let all = shown["indicators"].as_array().unwrap();
        all.iter().find(|indicator| indicator["id"] == "trained").unwrap()["done"].as_i64().unwrap()
    };
    assert_eq!(trained(&county), 1);
    let ledger = county.read(ROSTER);
    let row = ledger.lines().last().unwrap().to_owned();
    for (number, c) in stored().enumerate() {
        let digits: String = format!("{number:03}")
            .chars()
            .map(|c| ['b', 'c', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm'][c as usize - 48])
            .collect();
        let row = row.replacen(&row[..12], &format!("bbbbbbbbb{digits}"), 1);
        county.write(ROSTER, &format!("{ledger}{}\n", row.replace("王芳", &format!("王{c}芳"))));
        assert_eq!(trained(&county), 1, "U+{:04X}", c as u32);
    }
}

#[test]
fn old_records_with_them_are_found_shown_by_their_numbers_and_entered_but_once() {
    for c in stored() {
        let county = county();
        let ledger = county.read(LEDGER);
        county.write(LEDGER, &ledger.replace("消夏晚会", &format!("消夏{c}晚会")));
        let code = format!("U+{:04X}", c as u32);
        for format in ["table", "csv", "markdown", "json"] {
            let listed = county.ok(&format!("list performance --where title=消夏晚会 --format {format}"));
            is_visible(&listed);
            let shown = if format == "json" {
                format!("消夏\\u{:04x}", c.encode_utf16(&mut [0; 2])[0])
            } else {
                format!("消夏{code}")
            };
            holds(&listed, &[&shown]);
        }
        let line = "add performance 城关镇 6-2 into=village place=河东村 title=消夏晚会 performer=豫剧团 audience=300";
        holds(&county.refused(line), &["已有同样的演出", &code]);
        county.write(
            "sheet.csv",
            "演出日期,六进类别,演出地点,演出名称,演出团队,观众人数\n6月2日,进农村,河东村,消夏晚会,豫剧团,300\n",
        );
        holds(&county.ok("import performance sheet.csv -t 城关镇"), &["新增 0 条；重复 1 条"]);
        is_visible(&county.run("check").out);
    }
}

#[test]
fn settings_plans_and_kinds_are_read_as_they_are_seen() {
    for c in stored().chain(['\u{200b}']).filter(|c| !c.is_control()) {
        let county = County::new();
        let code = format!("U+{:04X}", c as u32);
        county.write("culture.toml", &format!("format = 1\ncounty = \"清{c}河县\"\nlanguage = \"zh\"\n[map.performance]\n\"观看{c}群众\" = \"audience\"\n"));
        county.write(
            "townships/liutun/township.toml",
            &format!("name = \"柳{c}屯镇\"\nkind = \"township\"\naliases = [\"柳{c}屯\"]\n"),
        );
        county.write("kinds/staff.toml", &format!("id = \"staff\"\ntitle = \"文化站{c}人员\"\nkey = [\"name\"]\n[[field]]\nname = \"date\"\ntype = \"date\"\ntitle = \"日期\"\nrequired = true\n[[field]]\nname = \"name\"\ntitle = \"姓{c}名\"\nrequired = true\n"));
        let ran = county.run("township list");
        is_visible(&(ran.out.clone() + &ran.err));
        if turns(c) {
            assert_eq!(ran.exit, Exit::Failed, "{ran:?}");
            holds(&ran.err, &["改变阅读顺序", &code]);
            continue;
        }
        assert_eq!(ran.exit, Exit::Done, "{ran:?}");
        holds(&ran.out, &["柳屯镇"]);
        holds(&county.ok("kinds staff"), &["文化站人员", "姓名"]);
        county.add("文化站人员 柳屯镇 6-2 姓名=王芳");
        county.write("sheet.csv", "演出日期,六进类别,演出地点,演出名称,观看群众\n6月3日,进农村,河东村,晚会,20\n");
        county.ok("import performance sheet.csv -t 柳屯");
        assert_eq!(county.column("townships/liutun/2018/performance.csv", "audience"), ["20"]);
    }
}

#[test]
fn no_path_and_no_argument_steers_a_terminal() {
    let county = County::nowhere();
    let ran = county.run("init 新\u{1b}[31m县\u{9b}2J\u{202e} --county 县");
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    is_visible(&ran.out);
    holds(&ran.out, &["新U+001B[31m县U+009B2JU+202E"]);
    for line in [
        "import performance 没有\u{1b}[2J.xlsx",
        "status --data 没有\u{1b}[2J",
        "merge 没有\u{1b}]0;x\u{7}",
        "list 没\u{1b}[2J有",
        "--\u{1b}[2J",
        "\u{1b}[2J",
        "status --format \u{1b}[2J",
        "add performance 没有\u{1b}[2J 2018-06-02",
    ] {
        let ran = County::new().run(line);
        assert_ne!(ran.exit, Exit::Done, "{line:?} {ran:?}");
        is_visible(&(ran.out + &ran.err));
    }
}

#[test]
fn what_a_clerk_sees_is_kept() {
    let county = County::new();
    let title = "☺\u{fe0f}1\u{fe0f}\u{20e3}👨\u{200d}👩\u{200d}👧晚会";
    let name = "𬱖𫚭﨑㛃\u{30000}";
    county.ok(&format!("add performance 城关镇 6-2 into=village place=河东村 title={title} performer={name}"));
    assert_eq!(
        (county.column(LEDGER, "title"), county.column(LEDGER, "performer")),
        (vec![title.to_owned()], vec![name.to_owned()])
    );
    holds(&county.ok("list performance"), &[name]);
    let ran = county.run("edit 消 --title x --reason y");
    assert_ne!(ran.exit, Exit::Done);
    let id = county.column(LEDGER, "id").remove(0);
    let ran = county.run(&format!("edit {id} --place ⼤⻢村 --reason 更正"));
    holds(&ran.err, &["U+2EE2→马"]);
    assert_eq!(county.column(LEDGER, "place")[1], "大马村");
}
