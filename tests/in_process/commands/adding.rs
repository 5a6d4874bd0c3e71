//! Recording one thing: words in any order, what is lacking, what is there already, what a cell may hold.

use crate::common::{County, holds};
use culture::base::fault::Exit;

const LEDGER: &str = "townships/chengguan/2018/performance.csv";

#[test]
fn a_record_is_acknowledged_and_stored_whole() {
    let county = County::new();
    let said = county.ok("add performance 城关镇 3月10日 into=village place=刘庄村 --title 元宵晚会 场次=2");
    holds(&said, &["已登记演出", "城关镇", "2018-03-10", "进农村", "元宵晚会"]);
    let rows = county.rows(LEDGER);
    assert_eq!(rows[0][..5], ["id", "rev", "state", "date", "into"]);
    assert_eq!(rows[0][rows[0].len() - 4..], ["entered_at", "entered_by", "reason", "batch"]);
    let (row, len) = (&rows[1], rows[1].len());
    assert_eq!(row[1..9], ["1", "live", "2018-03-10", "village", "刘庄村", "", "元宵晚会", ""]);
    assert_eq!(row[12], "2");
    assert_eq!(row[len - 4..len - 1], ["2018-06-28T10:00:00+08:00", "王芳", ""]);
    for id in [&row[0], &row[len - 1]] {
        assert!(id.len() == 12 && id.bytes().all(|b| b"bcdfghjklmnpqrstvwxz".contains(&b)), "{id}");
    }
    assert!(said.contains(row[0].as_str()), "the acknowledgement names the record: {said}");
}

#[test]
fn words_stand_in_any_order_and_options_do_the_same() {
    let county = County::new();
    let one = county.add("performance 3-10 into=village 城关镇 place=刘庄村");
    let two = county.add("performance --again --township 城关 --date 3-10 --into 进农村 --place 刘庄村");
    let three = county.add("performance --again CG 地点=刘庄村 演出日期=3-10 “六进”类别=village");
    let of = |id: &str| county.json(&format!("show {id}"))["record"].clone();
    for other in [two, three] {
        for field in ["township", "date", "into", "place", "sessions"] {
            assert_eq!(of(&one)[field], of(&other)[field], "{field}");
        }
    }
}

#[test]
fn what_is_lacking_is_said_all_at_once() {
    let county = County::new();
    let said = county.refused("add training");
    holds(&said, &["没有写明填报单位", "缺少：培训日期", "缺少：培训内容", "缺少：培训人数"]);
    let said = county.refused("add performance 城关镇 3-10 into=website place=会堂");
    holds(&said, &["缺少：网络平台", "--platform"]);
    holds(&county.refused("add performance 城关镇 3-10 into=village"), &["缺少：演出地点"]);
    county.ok("add performance 城关镇 3-10 into=website platform=抖音");
}

#[test]
fn a_value_that_cannot_be_read_hides_nothing_else() {
    let county = County::new();
    let said = county.refused("add performance 城关镇 2018-07-25 into=mountain place=会堂");
    holds(&said, &["mountain", "演出日期 2018-07-25 晚于今天 2018-06-28"]);
    // Whose a student is says the training: where that is not found, nothing more is asked.
    let said = county.refused("add trainee training=无此班 name=王五");
    assert!(said.contains("无此班") && !said.contains("没有写明填报单位"), "{said}");
}

#[test]
fn a_word_that_stands_alone_is_told_for_which_field_it_may_be() {
    let county = County::new();
    for line in ["城关镇 5-3 进农村 place=王庄", "进农村 城关镇 5-3 place=王庄", "5-3 village -t 城关镇 place=王庄"]
    {
        let said = county.refused(&format!("add performance {line}"));
        holds(&said, &["”没有写明填在哪一栏", "写成 into="]);
        assert!(!said.contains("没有填报单位"), "{said}");
    }
    let said = county.refused("add troupe 城关镇 3-12 name=红梅队 其他");
    holds(&said, &["写成 discipline=其他 或 setting=其他"]);
    holds(&county.refused("add troupe 城关镇 3-12 红梅队 discipline=舞蹈"), &["如 name=红梅队"]);
    let said = county.refused("add performance 城关镇 5-3 tite=晚会 into=village place=王庄");
    holds(&said, &["演出没有字段“tite”", "是否指 title（演出名称）"]);
    let id = county.add("performance 城关镇 5-3 into=village place=王庄");
    holds(&county.refused(&format!("edit {id} 进校园 --reason 误")), &["写成 into=进校园"]);
}

#[test]
fn where_there_is_but_one_township_it_is_taken_and_named() {
    let county = County::bare();
    county.write("townships/chengguan/township.toml", "name = \"城关镇\"\nkind = \"township\"\norder = 10\n");
    holds(&county.ok("add performance 5-3 into=village place=王庄"), &["城关镇（唯一的填报单位） 演出日期 2018-05-03"]);
    holds(&county.ok("--lang en add performance 5-4 into=village place=王庄"), &["城关镇 (the only township) date"]);
    assert_eq!(county.rows(LEDGER).len(), 3);
}

#[test]
fn values_are_checked_against_their_field() {
    let county = County::new();
    for (value, why) in [
        ("audience=-3", "-3"),
        ("audience=许多", "许多"),
        ("sessions=0", "0"),
        ("into=mountain", "mountain"),
        ("host=月亮", "月亮"),
        ("troupe=无名队", "无名队"),
        ("colour=red", "没有字段“colour”"),
    ] {
        let said = county.refused(&format!("add performance 城关镇 3-10 into=village place=刘庄村 {value}"));
        holds(&said, &["错误", why]);
    }
}

#[test]
fn an_approximate_number_is_taken_with_a_warning() {
    let county = County::new();
    let ran = county.run("add performance 城关镇 3-10 into=village place=刘庄村 audience=约２００人");
    assert_eq!(ran.exit, Exit::Done);
    holds(&ran.err, &["警告", "按 200 登记"]);
    assert_eq!(county.column(LEDGER, "audience"), ["200"]);
}

#[test]
fn what_is_there_already_is_refused_unless_it_is_another() {
    let county = County::new();
    let line = "performance 城关镇 3-10 into=village place=刘庄村 title=晚会";
    let id = county.add(line);
    let said = county.refused(&format!("add {line} audience=300"));
    holds(&said, &["已有同样的演出", &id, "--again"]);
    county.ok(&format!("add {line} --again"));
    assert_eq!(county.rows(LEDGER).len(), 3);
    county.ok("add performance 柳塔乡 3-10 into=village place=刘庄村 title=晚会");
}

#[test]
fn a_void_record_is_no_twin() {
    let county = County::new();
    let id = county.add("performance 城关镇 3-10 into=village place=刘庄村");
    county.ok(&format!("void {id} --reason 误报"));
    county.ok("add performance 城关镇 3-10 into=village place=刘庄村");
}

#[test]
fn a_key_without_the_date_is_compared_in_all_years() {
    let county = County::new();
    county.add("troupe 城关镇 2017-05-01 name=红旗秧歌队 discipline=dance");
    let said = county.refused("add troupe 城关镇 2018-05-01 name=红旗秧歌队 discipline=dance");
    holds(&said, &["已有同样的群众文艺团队", "2017-05-01"]);
}

#[test]
fn text_that_a_spreadsheet_would_run_is_refused() {
    let county = County::new();
    for text in ["=1+1", "+86", "-1", "@sum", "＝1", "＋1", "－x", "＠x", " =1", "\u{3000}=1"] {
        let said = county.refused(&format!("add performance 城关镇 3-10 into=village 'place=刘庄村' 'note={text}'"));
        holds(&said, &["错误", "提示"]);
    }
    for (option, line) in [
        ("--by", "add performance 城关镇 3-10 into=village place=刘庄村 --by =王芳"),
        ("--reason", "add performance 城关镇 3-10 into=village place=刘庄村 --reason =补"),
        ("--name", "township add laocheng --name =老城"),
    ] {
        assert!(county.refused(line).contains("错误"), "{option}");
    }
}

#[test]
fn a_lone_stroke_reads_as_empty() {
    let county = County::new();
    for (at, stroke) in ["-", "—", "/", "——", " - "].into_iter().enumerate() {
        county
            .ok(&format!("add performance 城关镇 3-10 into=village place=村{at} 'note={stroke}' 'audience={stroke}'"));
    }
    for column in ["note", "audience"] {
        assert!(county.column(LEDGER, column).iter().all(String::is_empty), "{column}");
    }
}

#[test]
fn what_ends_a_line_becomes_a_space_and_other_controls_are_dropped() {
    let county = County::new();
    let line = "add performance 城关镇 3-10 into=village place=刘庄村 'note=一\n二\t三\r\n四\u{85}五\u{7}六\u{9b}七'";
    let ran = county.run(line);
    assert!(ran.exit == Exit::Done && ran.err.contains("（U+0007 U+009B）"), "{ran:?}");
    assert_eq!(county.column(LEDGER, "note"), ["一 二 三 四 五六七"]);
    assert_eq!(county.read(LEDGER).lines().count(), 2);
}

#[test]
fn commas_and_quotes_are_kept() {
    let county = County::new();
    let note = "他说“好”, \"再来\"";
    county.ok(&format!("add performance 城关镇 3-10 into=village place=刘庄村 'note={note}'"));
    assert_eq!(county.column(LEDGER, "note"), [note]);
    let listed = county.json("list performance");
    assert_eq!(listed["records"][0]["note"], note);
}

#[test]
fn who_writes_is_said_or_known() {
    let county = County::new();
    let line = "publicity 城关镇 3-10 outlet=日报";
    county.add(&format!("{line} title=一 --by 李明"));
    county.add(&format!("{line} title=二"));
    county.set("CULTURE_USER", "");
    county.set("USER", "clerk");
    county.add(&format!("{line} title=三"));
    county.set("USER", "");
    holds(&county.refused(&format!("add {line} title=四")), &["--by", "CULTURE_USER"]);
    assert_eq!(county.column("townships/chengguan/2018/publicity.csv", "entered_by"), ["李明", "王芳", "clerk"]);
}

#[test]
fn a_record_is_referred_to_by_its_name_or_id() {
    let county = County::new();
    let troupe = county.add("troupe 城关镇 3-1 name=红旗秧歌队 discipline=dance");
    for (at, word) in ["红旗秧歌队", &troupe[..4], &troupe].into_iter().enumerate() {
        county.ok(&format!("add performance 城关镇 3-10 into=village place=村{at} troupe={word}"));
    }
    assert_eq!(county.column(LEDGER, "troupe"), [troupe.clone(), troupe.clone(), troupe]);
    let said = county.refused("add performance 城关镇 3-10 into=village place=东街 troupe=红旗秧哥队");
    holds(&said, &["没有“红旗秧哥队”", "红旗秧歌队"]);
    county.add("troupe 柳塔乡 3-1 name=红旗秧歌队 discipline=dance");
    let said = county.refused("add performance 城关镇 3-10 into=village place=东街 troupe=红旗秧歌队");
    holds(&said, &["可能指 2 条记录", "城关镇", "柳塔乡"]);
}

#[test]
fn a_roster_stands_with_its_record() {
    let county = County::new();
    let training = county.add("training 城关镇 4-2 topic=舞蹈 trainees=30 place=文化馆");
    county.ok(&format!("add trainee training={training} name=张三"));
    let path = "townships/chengguan/2018/trainee.csv";
    assert_eq!(county.column(path, "date"), ["2018-04-02"], "its date is the training's, its township too");
    let said = county.refused(&format!("add trainee 柳塔乡 training={training} name=李四"));
    holds(&said, &["学员要登记在办班单位名下"]);
    let said = county.refused(&format!("add trainee 城关镇 2017-12-01 training={training} name=李四"));
    holds(&said, &["学员要登记在办班单位名下"]);
}

#[test]
fn the_clock_never_runs_backwards_in_a_ledger() {
    let county = County::new();
    county.add("performance 城关镇 3-10 into=village place=一");
    county.at("2018-06-28T08:00:00+08:00");
    county.add("performance 城关镇 3-10 into=village place=二");
    let at = county.column(LEDGER, "entered_at");
    assert_eq!(at, ["2018-06-28T10:00:00+08:00", "2018-06-28T10:00:00+08:00"]);
    county.at("2018-06-26T08:00:00+08:00");
    let ran = county.run("add performance 城关镇 3-10 into=village place=三 --today 2018-06-28");
    assert_eq!(ran.exit, Exit::Done);
    holds(&ran.err, &["电脑时钟是 2018-06-26 08:00", "校准"]);
    assert_eq!(county.column(LEDGER, "entered_at"), ["2018-06-28T10:00:00+08:00"; 3]);
}
