//! `culture check`: one test for each finding, on a small county that commands built, with its code, place, field and exit
//! code. What findings say stands in `check/words.txt` and `check/words-en.txt`, and here where it hangs on the county.

mod changed;
mod county;
mod everything;
mod repair;
mod texts;
mod unfinished;

use county::{County, NOT_BY_HAND, PERFORMANCES, TROUPES, UNREAD, with_performance};
use culture::base::fault::Exit;

const APPEND_ONLY: &str = "台账只能追加，不能删改；请从备份恢复该文件";
const SAVED_ELSEWHERE: &str = "文件可能被别的程序另存过：请从备份恢复，或另存为 UTF-8 后改回原表头";
const OFFICER: &str = r#"
id = "officer"
title = { zh = "文化专干", en = "officer" }
key = ["name"]

[[field]]
name = "date"
type = "date"
title = { zh = "到岗日期", en = "date" }
required = true

[[field]]
name = "name"
title = { zh = "姓名", en = "name" }
required = true
"#;
const LOOK_AT_BOTH: &str = "请核对：重复的作废（culture void ID --reason 重复登记），写错的更正（culture edit ID … --reason 事由），无误的不必处理";

#[test]
fn a_sound_county_has_no_faults() {
    let (county, _) = with_performance();
    let (exit, out, err) = county.run("check");
    let said = "没有发现问题（填报单位 3 个，台账 1 本，2 行）\n";
    assert_eq!((exit, out.as_str(), err.as_str()), (Exit::Done, said, ""));
    county.finds(Exit::Done, &[]);
    assert_eq!(county.run("check --lang en").1, "no problems found (3 townships, 1 ledger, 2 rows)\n");
}

#[test]
fn findings_are_drawn_errors_first_and_counted() {
    let (county, _) = with_performance();
    county.edit(PERFORMANCES, |text| text.replacen(",village,", ",vilage,", 1));
    county.write("a.txt", "");
    let (exit, out, _) = county.run("check");
    assert_eq!(exit, Exit::Found);
    let (error, warning) =
        (out.find("错误：“六进”类别（into）的值“vilage”不对").unwrap(), out.find("警告：文件不属于").unwrap());
    assert!(error < warning, "{out}");
    assert!(out.ends_with("错误 2，警告 2\n"), "{out}");
}

#[test]
fn more_than_twenty_are_all_told() {
    let county = County::new();
    (0..30).for_each(|n| county.write(&format!("{n}.txt"), ""));
    let (exit, out, _) = county.run("check");
    assert_eq!((exit, out.matches("文件不属于数据目录").count()), (Exit::Done, 30));
}

/// Changes the ledger of performances and expects one error there, the ledger being unreadable.
#[track_caller]
fn breaks(place: &str, what: &str, hint: &str, change: impl FnOnce(&str) -> String) {
    let (county, _) = with_performance();
    county.edit(PERFORMANCES, change);
    county.finds(Exit::Found, &[&format!("error {PERFORMANCES}:{place} {what} | {hint}"), UNREAD]);
}

#[test]
fn revisions_that_repeat_or_are_missing() {
    let repeat = "记录 ID 的第 1 次修订重复";
    breaks("3:1", repeat, APPEND_ONLY, |text| text.replacen(",2,live,", ",1,live,", 1));
    let gap = "记录 ID 缺第 2 次修订，此处已是第 3 次";
    breaks("3:1", gap, APPEND_ONLY, |text| text.replacen(",2,live,", ",3,live,", 1));
}

#[test]
fn headings_and_ragged_rows() {
    let unknown = "表头中有不认识的列“thema”";
    breaks("1:1", unknown, SAVED_ELSEWHERE, |text| text.replacen(",theme", ",thema", 1));
    breaks("1:1", "表头缺少：reason", SAVED_ELSEWHERE, |text| text.replacen(",reason", "", 1));
    let short = "这一行有 22 格，应为 23 格";
    breaks("3:1", short, NOT_BY_HAND, |text| {
        let (before, last) = text.trim_end().rsplit_once('\n').unwrap();
        format!("{before}\n{}\n", last.replacen(",village", "", 1))
    });
}

#[test]
fn dates_outside_the_year_folder() {
    let what = "演出日期（date）的值“2017-03-10”不对，应为 2018 年内的日期（台账在 2018 文件夹）";
    breaks("3:21", what, NOT_BY_HAND, |text| {
        let at = text.rfind("2018-03-10").unwrap();
        format!("{}2017{}", &text[..at], &text[at + 4..])
    });
}

#[test]
fn time_of_entry_runs_backwards() {
    let what = "登记时间倒退：2018-06-20T09:03:00+08:00 早于上文的 2018-06-20T09:04:00+08:00";
    let hint = "行可能被排序过：culture check --fix 可按登记时间恢复行序；否则请从备份恢复";
    breaks("3:1", what, hint, |text| text.replacen("T09:05", "T09:03", 1));
}

/// Within a batch the revisions of a record follow each other, however many they are (a merge brings several).
#[test]
fn a_batch_does_not_come_back_to_a_record() {
    let thrice = |damage: fn(&[&str], &str) -> String| {
        let (county, id) = with_performance();
        county.does(&format!("edit {id} --audience 300 --reason 又漏"));
        county.edit(PERFORMANCES, |text| {
            let batches: Vec<&str> = text.lines().filter_map(|line| line.rsplit(',').next()).collect();
            damage(&batches[1..], text)
        });
        county
    };
    thrice(|batches, text| text.replace(batches[1], batches[0])).finds(Exit::Done, &[]);
    thrice(|batches, text| text.replace(batches[2], batches[1])).finds(Exit::Done, &[]);
    let what = "批次 ID 已由批次 ID 接续，又来修订记录 ID";
    let hint = "一个批次对一条记录的修订紧挨着写：请从备份恢复";
    let found = format!("error {PERFORMANCES}:4:1 {what} | {hint}");
    thrice(|batches, text| text.replace(batches[2], batches[0])).finds(Exit::Found, &[&found, UNREAD]);
}

#[test]
fn required_cells_of_live_records() {
    let (county, id) = with_performance();
    county.edit(PERFORMANCES, |text| text.replace(",广场,", ",,"));
    county.has(Exit::Found, &[&format!("error missing-value {PERFORMANCES}:3:40 place")]);
    county.does(&format!("void {id} --reason 误登"));
    county.finds(Exit::Done, &[]);
}

#[test]
fn dates_before_those_they_must_follow() {
    let county = County::new();
    county.adds("troupe 城关镇 2018-01-10 name=红霞 discipline=dance disbanded=2018-05-01");
    county.edit(TROUPES, |text| text.replace("2018-05-01", "2017-05-01"));
    county.has(Exit::Found, &[&format!("error date-order {TROUPES}:2:46 disbanded")]);
}

#[test]
fn references_that_lead_nowhere_or_elsewhere() {
    let county = County::new();
    let troupe = county.adds("troupe 城关镇 2018-01-10 name=红霞 discipline=dance");
    let other = county.adds("troupe 侯庙镇 2018-01-10 name=青松 discipline=dance");
    let id =
        county.adds(&format!("performance 城关镇 2018-03-10 into=village place=广场 troupe={troupe} host=houmiao"));
    let fault = |level: &str, code: &str| format!("{level} {code} {PERFORMANCES}:2:46 troupe");

    county.edit(PERFORMANCES, |text| text.replace(&troupe, "bbbbbbbbbbbb"));
    county.has(Exit::Found, &[&fault("error", "dangling-reference")]);

    county.edit(PERFORMANCES, |text| text.replace("bbbbbbbbbbbb", &id));
    county.has(Exit::Found, &[&fault("error", "wrong-reference")]);

    county.edit(PERFORMANCES, |text| text.replace(&format!(",{id}"), &format!(",{other}")));
    county.finds(Exit::Done, &[]);
    county.does(&format!("void {other} --reason 误登"));
    county.has(Exit::Done, &[&fault("warning", "void-reference")]);

    // What leads into a ledger that cannot be read is not said to lead nowhere.
    county.write("townships/houmiao/2018/troupe.csv", "id,rev\n");
    let (exit, found) = county.found();
    assert_eq!((exit, found.len()), (Exit::Found, 2), "{found:#?}");
    assert!(found[1].contains("troupe 的台账没有读全"), "{found:#?}");
}

#[test]
fn cells_that_name_no_township() {
    let county = County::new();
    county.adds("performance 城关镇 2018-03-10 into=village place=广场 host=houmiao");
    county.edit(PERFORMANCES, |text| text.replace(",houmiao,", ",nowhere,"));
    county.has(Exit::Found, &[&format!("error unknown-township {PERFORMANCES}:2:48 host")]);
}

#[test]
fn one_id_in_two_ledgers() {
    let (county, _) = with_performance();
    county.write("townships/houmiao/2018/performance.csv", county.text(PERFORMANCES));
    let copy = "townships/houmiao/2018/performance.csv";
    let double = format!("warning possible-duplicate {copy}:3:1");
    county.has(Exit::Found, &[&format!("error repeated-id {copy}:3:1"), &double]);
    let (_, found) = county.found();
    assert!(found[0].contains(&format!("（两本共有 1 个相同编号）：{PERFORMANCES}:3")), "{found:#?}");
}

#[test]
fn probable_double_entries() {
    let county = County::new();
    county.adds("performance 城关镇 2018-03-10 into=village place=广场 title=春晚 performer=红霞");
    county.adds("performance 城关镇 2018-03-10 into=village place=学校 title=春晚 performer=红霞");
    county.adds("performance 城关镇 2018-03-10 into=village place=广场 title=春晚 performer=红霞 --again");
    county.adds("performance wenhuaguan 2018-03-10 into=village place=广场 title=春晚");
    county.adds("performance 侯庙镇 2018-03-11 into=village place=广场 title=春晚 performer=红霞");
    let first = format!("ID（城关镇 2018-03-10 春晚 广场，{PERFORMANCES}:2）");
    let unit = "townships/wenhuaguan/2018/performance.csv:2";
    let expected = [
        format!(
            "warning {PERFORMANCES}:3:1 同一演出团队同一天在两处演出：\
             ID（城关镇 2018-03-10 春晚 学校，{PERFORMANCES}:3）与{first} | {LOOK_AT_BOTH}"
        ),
        format!(
            "warning {PERFORMANCES}:4:1 重复登记的演出：演出日期、演出地点、网络平台、演出名称、演出团队与{first}都相同 | \
             确为重复，作废一条：culture void ID --reason 重复登记；确为两条，更正其中一项以示区别"
        ),
        format!(
            "warning {unit}:1 同一场演出由两个单位填报：\
             ID（县文化馆 2018-03-10 春晚 广场，{unit}）与{first} | {LOOK_AT_BOTH}"
        ),
    ];
    county.finds(Exit::Done, &expected.each_ref().map(String::as_str));
}

#[test]
fn very_many_probable_double_entries_are_not_all_told() {
    let (county, _) = with_performance();
    county.edit(PERFORMANCES, |text| {
        let row = text.lines().last().unwrap();
        let letter = |digit: usize| b"bcdfghjklmnpqrstvwxz"[digit % 20] as char;
        let id = |at: usize| [at / 400, at / 20, at].map(letter).iter().collect::<String>() + &row[3..12];
        let copies = (0..1200).filter(|&at| id(at) != row[..12]).map(|at| format!("{},1{}\n", id(at), &row[14..]));
        text.to_owned() + &copies.collect::<String>()
    });
    let (exit, found) = county.found();
    assert_eq!((exit, found.len()), (Exit::Done, 1001), "{:?}", &found[..3]);
    let last = "warning :: 疑似重复登记的太多，只列出 1000 处 | 处理以上各处后再检查一次";
    assert!(found.iter().any(|found| found == last), "{:?}", found.last());
}

#[test]
fn rosters_and_the_same_people() {
    let county = County::new();
    let training = county.adds("training 城关镇 2018-03-10 topic=舞蹈 trainees=2");
    let there = county.adds("training 侯庙镇 2018-03-10 topic=合唱 trainees=1");
    county.adds(&format!("trainee 城关镇 2018-03-10 training={training} name=王小明 home=甲村 phone_tail=1234"));
    county.adds(&format!("trainee 侯庙镇 2018-03-10 training={there} name=王小明 home=乙村 phone_tail=1234"));
    let roster = "townships/houmiao/2018/trainee.csv";
    let both = format!(
        "ID（侯庙镇 王小明，{roster}:2）与ID（城关镇 王小明，townships/chengguan/2018/trainee.csv:2） | {LOOK_AT_BOTH}"
    );
    let heads = "warning headcount-differs townships/chengguan/2018/training.csv:2:51 trainees";
    let double = format!("warning possible-duplicate {roster}:2:1");
    county.has(Exit::Done, &[heads, &double, &double]);
    let homes = format!("warning {roster}:2:1 姓名、手机尾号相同而所在村或单位不同：{both}");
    let day = format!("warning {roster}:2:1 同一人同一天在两个单位的学员名单中：{both}");
    assert_eq!(county.found().1[1..], [homes, day]);

    county.edit(roster, |text| text.replace(&there, &training));
    let strayed = format!("error stray-roster-row {roster}:2:32 training");
    county.has(Exit::Found, &[&strayed, &double, &double]);
}

#[test]
fn one_faulty_setting_hides_no_other() {
    let (county, _) = with_performance();
    county.edit("townships/houmiao/township.toml", |text| text.replace("order", "odrer"));
    county.edit("townships/wenhuaguan/township.toml", |text| text.replace("name =", "name"));
    county.write("kinds/concert.toml", "id = \"concert\"\n");
    county.write("townships/chengguan/2018/concert.csv", "id\n");
    county.edit("plans/2018.toml", |text| text.replace("year = 2018", "year = \"x\""));
    county.edit(PERFORMANCES, |text| text.replace(",广场,", ",,"));
    let (exit, found) = county.found();
    let begins = [
        "error kinds/concert.toml:: 缺少 title",
        "error kinds/concert.toml:: 缺少 key",
        "error kinds/concert.toml:: 没有日期字段",
        "error plans/2018.toml:16:8 此处应为年份，如 2018",
        "error townships/chengguan/2018/performance.csv:3:40 必填的“演出地点”是空的",
        "error townships/houmiao/township.toml:6:1 没有 odrer 这一项",
        "error townships/wenhuaguan/township.toml:2:6 此处 TOML 写法不对",
        "warning :: concert 的台账没有读全",
    ];
    assert_eq!((exit, found.len()), (Exit::Found, begins.len()), "{found:#?}");
    for (found, begin) in found.iter().zip(begins) {
        assert!(found.starts_with(begin), "{found} should begin with {begin}");
    }
}

#[test]
fn names_that_are_equal_once_folded() {
    let county = County::new();
    county.edit("townships/houmiao/township.toml", |text| text.replace("侯庙镇", "Cheng　ＧＵＡＮ"));
    county.has(Exit::Found, &["error ambiguous-name townships/houmiao/township.toml:2:8"]);
}

#[test]
fn plans_shares_and_files_that_do_not_belong() {
    let (county, _) = with_performance();
    county.does("plan apportion performances --equal");
    county.edit("plans/2018.toml", |text| text.replace("houmiao", "houmia"));
    county.write("townships/chengguan/2018/perfromance.csv", "id\n");
    county.write("townships/gone/2018/performance.csv", county.text(PERFORMANCES).lines().next().unwrap());
    county.write("townships/Bad/x", "");
    county.write("townships/chengguan/2018/performance (1).csv", "");
    county.write("notes.txt", "");
    let mut expected = vec![
        "error unknown-township plans/2018.toml:172:1",
        "error unknown-kind townships/chengguan/2018/perfromance.csv::",
        "error unknown-township townships/gone/2018/performance.csv::",
        "warning stray-file notes.txt::",
        "warning stray-file townships/Bad/::",
        "warning stray-file townships/chengguan/2018/performance (1).csv::",
    ];
    county.has(Exit::Found, &expected);
    county.write("plans/2019.toml", county.text("plans/2018.toml").replace("houmia ", "houmiao "));
    expected.insert(1, "error misnamed-file plans/2019.toml::");
    county.has(Exit::Found, &expected);
}

/// Whether what is said of findings is what a file holds, unless that is to be rewritten.
#[track_caller]
fn says(path: &str, told: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/in_process/check").join(path);
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(&path, told).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), told, "{}", path.display());
}

/// A county in which about everything is wrong: what is said of it, in both languages.
#[test]
fn what_findings_say_and_which_way_out_they_name() {
    let county = County::new();
    let troupe = county.adds("troupe 城关镇 2018-01-10 name=红霞 discipline=dance disbanded=2018-05-01");
    let other = county.adds("troupe 侯庙镇 2018-01-10 name=青松 discipline=dance");
    let show = county.adds("performance 侯庙镇 2018-03-10 into=village place=广场 title=春晚 performer=红霞");
    county.adds("performance 侯庙镇 2018-03-10 into=village place=广场 title=春晚 performer=红霞 --again");
    county.adds("performance wenhuaguan 2018-03-10 into=village place=广场 title=春晚 evidence=佐证/回执.jpg");
    for (title, reference) in [("春节", "bbbbbbbbbbbb"), ("元宵", &other), ("端午", &show)] {
        county.adds(&format!("performance 城关镇 2018-03-11 into=village place=学校 title={title} troupe={troupe}"));
        county.edit(PERFORMANCES, |text| text.replace(&format!(",{troupe},"), &format!(",{reference},")));
    }
    county.does(&format!("void {other} --reason 误登"));
    county.adds("performance 城关镇 2018-03-12 into=village place=礼堂 host=houmiao");
    county.edit(PERFORMANCES, |text| text.replace(",houmiao,", ",nowhere,").replace(",礼堂,", ",,"));
    county.edit(TROUPES, |text| text.replace("2018-05-01", "2017-05-01"));
    let training = county.adds("training 城关镇 2018-03-10 topic=舞蹈 trainees=3");
    let there = county.adds("training 侯庙镇 2018-03-10 topic=合唱 trainees=1");
    county.adds(&format!("trainee 城关镇 2018-03-10 training={training} name=王小明 home=甲村 phone_tail=1234"));
    county.adds(&format!("trainee 侯庙镇 2018-03-10 training={there} name=王小明 home=乙村 phone_tail=1234"));
    county.edit("townships/houmiao/2018/trainee.csv", |text| text.replace(&there, &training));
    county.write("townships/wenhuaguan/2018/training.csv", county.text("townships/houmiao/2018/training.csv"));
    county.write("townships/wenhuaguan/2018/troupe.csv", changed::wrong_ledger());
    county.does("plan apportion performances --equal");
    county.edit("plans/2018.toml", |text| text.replace("houmiao = 30", "houmia = 20"));
    county.edit("townships/houmiao/township.toml", |text| text.replace("侯庙镇", "Cheng　ＧＵＡＮ"));
    county.write("plans/2019.toml", county.text("plans/2018.toml"));
    for (version, issued) in [(2, "2018-05-01"), (3, "2018-04-01"), (5, "2018-06-01")] {
        let adjustment = format!("\n[adjustment]\ndocument = \"1 号\"\nreason = \"洪水\"\nissued = {issued}\n");
        county.write(&format!("plans/2018.{version}.toml"), county.text("plans/2018.toml") + &adjustment);
    }
    county.write("plans/2018.03.toml", "");
    county.write("townships/chengguan/2018/perfromance.csv", "id\n");
    county.write("townships/gone/2018/troupe.csv", county.text(TROUPES).lines().next().unwrap());
    for stray in
        ["notes.txt", "townships/Bad/x", "kinds/副本.toml", "holidays/x.toml", "closings/x.toml", "plans/x.toml"]
    {
        county.write(stray, "");
    }
    county.edit("townships/houmiao/2018/troupe.csv", |text| text.replace('\n', "\r\n"));
    says("words.txt", &county.told("zh"));
    says("words-en.txt", &county.told("en"));
}

/// Copies as file managers and editors name them, in every folder: no answer changes, and `check` names each.
#[test]
fn files_whose_names_only_resemble_the_layout_change_no_answer() {
    let (county, _) = with_performance();
    county.write("kinds/officer.toml", OFFICER);
    county.does("submit 2018-03 --township 城关镇");
    county.does("close 2018-03 --despite 侯庙镇未报");
    let questions = [
        "status",
        "status --by-township",
        "due",
        "handover",
        "kinds",
        "plan show",
        "verify",
        "list performance",
        "log",
    ];
    let answers = |county: &County| questions.map(|question| county.run(question));
    let before = answers(&county);
    let originals = [
        "plans/2018.toml",
        "holidays/2018.toml",
        "kinds/officer.toml",
        "closings/2018-03.toml",
        "townships/chengguan/township.toml",
        PERFORMANCES,
    ];
    let mut strays = Vec::new();
    for path in originals {
        let (stem, ending) = path.rsplit_once('.').unwrap();
        let (folder, _) = path.rsplit_once('/').unwrap();
        for copy in [
            format!("{stem} (copy).{ending}"),
            format!("{stem} - 副本.{ending}"),
            format!("{stem}~1.{ending}"),
            format!("{path}.bak"),
            format!("{folder}/新建文本文档.{ending}"),
        ] {
            // Not even what they hold is read.
            county.write(&copy, "\u{0}not TOML, not CSV");
            strays.push(copy);
        }
    }
    for folder in ["closings/2018", "plans/old", "townships/chengguan/2018 (copy)", "townships/城关镇", "旧数据"]
    {
        county.write(&format!("{folder}/2018-04.toml"), "nothing");
        strays.push(format!("{folder}/"));
    }
    assert_eq!(answers(&county), before);
    let (exit, found) = county.found();
    assert_eq!(exit, Exit::Done, "{found:#?}");
    for stray in &strays {
        let told = found.iter().filter(|found| found.starts_with(&format!("warning {stray}:: "))).count();
        assert_eq!(told, 1, "{stray}: {found:#?}");
    }
    assert_eq!(found.iter().filter(|found| found.contains("不属于数据目录")).count(), strays.len(), "{found:#?}");
}

#[test]
fn programs_read_the_findings_as_json() {
    let (county, _) = with_performance();
    county.edit(PERFORMANCES, |text| text.replace(",广场,", ",,"));
    let (exit, out, _) = county.run("check --fix --format json");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let row = &json["tables"][0]["rows"][0];
    assert_eq!(
        (exit, &row["level"], &row["line"], &row["column"]),
        (Exit::Found, &"error".into(), &3.into(), &40.into())
    );
    assert_eq!(row["file"], PERFORMANCES);
}

#[test]
fn ledgers_of_a_kind_whose_additions_are_faulty_are_not_blamed() {
    let (county, _) = with_performance();
    county.write("kinds/performance.toml", "id = \"performance\"\nnonsense = 1\n");
    county.edit(PERFORMANCES, |text| text.replacen(",note,", ",note,weather,", 1));
    let (exit, found) = county.found();
    assert_eq!(exit, Exit::Found);
    assert!(found[0].starts_with("error kinds/performance.toml:2:1 "), "{found:#?}");
    assert_eq!(found[1..], [UNREAD], "{found:#?}");
}
