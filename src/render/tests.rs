use super::*;
use crate::base::day::{Day, Instant, Month};
use crate::base::fault::{Fault, Place, Result};
use crate::report::table::{Column, Tone};

fn style(lang: Lang, width: u16) -> Style {
    Style { lang, width, colour: false, made: Day(0) }
}

/// A report as it is written, all of it.
fn bytes_of(report: &Report, format: OutputFormat, style: Style) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    match write(report, format, style, &mut out) {
        Ok(()) => Ok(out),
        Err(Unwritten::Refused(faults)) => Err(faults),
        Err(Unwritten::Output(error)) => panic!("memory takes whatever is written to it: {error}"),
    }
}

fn text_of(bytes: Result<Vec<u8>>) -> String {
    String::from_utf8(bytes.unwrap()).unwrap()
}

fn sample() -> Report {
    let column = |key: &str, zh, en| Column { key: key.to_owned(), title: Text::new(zh, en) };
    let state = |token: &str, zh, en, tone| Cell::Token { token: token.to_owned(), text: Text::new(zh, en), tone };
    let table = Table {
        title: Text::default(),
        columns: vec![
            column("indicator", "指标", "indicator"),
            column("done", "完成数", "done"),
            column("percent", "完成率", "percent"),
            column("due", "时间节点", "due"),
            column("state", "状态", "state"),
            column("note", "备注", "note"),
        ],
        rows: vec![
            vec![
                Cell::Said(Text::new("“六进”演出", "“six entries”")),
                Cell::Number(34),
                Cell::Percent("56.6".to_owned()),
                Cell::Day(Day::new(2018, 7, 1).unwrap()),
                state("met", "按期完成", "met", Tone::Good),
                Cell::Text("=1+1, a|b".to_owned()),
            ],
            vec![
                Cell::Said(Text::new("培训", "training")),
                Cell::Number(1200),
                Cell::None,
                Cell::None,
                state("missed", "逾期未完成", "missed", Tone::Bad),
                Cell::Text("文化专干、协管员（城关）".to_owned()),
            ],
        ],
    };
    let notes = Text::new("完成率截尾，不进位。", "Percentages are truncated.");
    Report {
        title: Text::new("工作进度", "Progress"),
        blocks: vec![Block::Table(table), Block::Line(notes)],
        json: None,
    }
}

#[test]
fn a_table_in_chinese() {
    let expected = "\
工作进度

指标        完成数  完成率  时间节点    状态        备注
----------------------------------------------------------------------------
“六进”演出      34   56.6%  2018-07-01  按期完成    =1+1, a|b
培训          1200       -  -           逾期未完成  文化专干、协管员（城关）

完成率截尾，不进位。
";
    assert_eq!(text_of(bytes_of(&sample(), OutputFormat::Table, style(Lang::Zh, 80))), expected);
}

#[test]
fn a_table_in_english() {
    let expected = "\
Progress

indicator      done  percent  due         state   note
--------------------------------------------------------------------------
“six entries”    34    56.6%  2018-07-01  met     =1+1, a|b
training       1200        -  -           missed  文化专干、协管员（城关）

Percentages are truncated.
";
    assert_eq!(text_of(bytes_of(&sample(), OutputFormat::Table, style(Lang::En, 80))), expected);
}

#[test]
fn a_narrow_table_breaks_text_and_never_numbers() {
    let expected = "\
工作进度

指标    完成数  完成率  时间节点    状态        备注
------------------------------------------------------
“六进”      34   56.6%  2018-07-01  按期完成    =1+1,
演出                                            a|b
培训      1200       -  -           逾期未完成  文化专
                                                干、协
                                                管员
                                                （城
                                                关）

完成率截尾，不进位。
";
    let narrow = text_of(bytes_of(&sample(), OutputFormat::Table, style(Lang::Zh, 56)));
    assert_eq!(narrow, expected);
}

#[test]
fn colour_only_adds() {
    let colour = Style { colour: true, ..style(Lang::Zh, 80) };
    let painted = text_of(bytes_of(&sample(), OutputFormat::Table, colour));
    assert!(painted.contains("\u{1b}[32m按期完成\u{1b}[0m"), "{painted:?}");
    assert!(painted.contains("\u{1b}[31m逾期未完成\u{1b}[0m"));
    let bare = painted.replace("\u{1b}[32m", "").replace("\u{1b}[31m", "").replace("\u{1b}[0m", "");
    assert_eq!(bare, text_of(bytes_of(&sample(), OutputFormat::Table, style(Lang::Zh, 80))));
}

#[test]
fn entered_text_cannot_steer_the_terminal() {
    let mut sneaky = sample();
    let Block::Table(table) = &mut sneaky.blocks[0] else { unreachable!() };
    table.rows[0][5] = Cell::Text("\u{1b}[2J\u{2063}x\ny".to_owned());
    let shown = text_of(bytes_of(&sneaky, OutputFormat::Table, Style { colour: true, ..style(Lang::En, 80) }));
    assert!(shown.contains("met\u{1b}[0m     U+001B[2JU+2063x y\n"), "{shown:?}");
}

/// Characters that nobody sees, in all that can be printed.
#[test]
fn nothing_goes_out_that_nobody_sees() {
    let hidden =
        ['\u{1b}', '\u{9b}', '\u{ad}', '\u{200b}', '\u{202e}', '\u{2063}', '\u{3164}', '\u{e000}', '\u{e0041}'];
    for c in hidden {
        let words = || Text::owned(format!("甲{c}乙"), format!("a{c}b"));
        let token = || Cell::Token { token: format!("t{c}"), text: words(), tone: Tone::Bad };
        let rows = vec![vec![Cell::Text(format!("甲{c}乙")), Cell::Said(words()), token()]];
        let columns = ["one", "two", "three"].map(|key| Column::new(key, words())).to_vec();
        let table = Table { title: words(), columns: columns.clone(), rows: rows.clone() };
        let blocks = vec![Block::Heading(words()), Block::Line(words()), Block::Table(table)];
        let long =
            LongTable { title: words(), columns: columns.clone(), rows: std::rc::Rc::new(rows.clone()), key: None };
        let whole = Report { title: words(), blocks, json: None };
        let mut printed: Vec<String> = Vec::new();
        for lang in Lang::ALL {
            let style = Style { colour: true, ..style(lang, 80) };
            for format in OutputFormat::ALL.into_iter().filter(|format| *format != OutputFormat::Xlsx) {
                printed.push(text_of(bytes_of(&whole, format, style)));
            }
            let own = Report { json: Some(serde_json::json!({ "a": format!("甲{c}乙") })), ..whole.clone() };
            printed.push(text_of(bytes_of(&own, OutputFormat::Json, style)));
            let listed = Report { blocks: vec![Block::LongTable(long.clone())], ..Report::default() };
            for format in OutputFormat::ALL.into_iter().filter(|format| *format != OutputFormat::Xlsx) {
                printed.push(text_of(bytes_of(&listed, format, style)));
            }
            let mut csv = Vec::new();
            write_csv(&columns, &rows, lang, &mut csv).unwrap();
            printed.push(text_of(Ok(csv)));
            printed.push(line(&words(), lang));
            printed.push(json_line(&serde_json::json!(format!("甲{c}乙"))));
            let source = format!("a = \"甲{c}乙\"\n");
            let place = Place::in_text(&format!("文{c}件"), source.as_bytes(), 5..11);
            let drawn = Fault::usage("wrong-value", words()).at(place).hint(words());
            let bare = Fault { place: Some(Place::file(format!("文{c}件"))), ..drawn.clone() };
            for fault in [drawn, bare] {
                printed.push(text_of(Ok(faults(std::slice::from_ref(&fault), style))));
                printed.push(text_of(Ok(all_faults(std::slice::from_ref(&fault), style))));
                printed.push(text_of(Ok(faults_as_json(&[fault], lang))));
            }
        }
        for printed in printed {
            // Colours are ours.
            let bare = printed.replace("\u{1b}[", "");
            assert!(!bare.contains(c), "U+{:04X} in {printed:?}", c as u32);
            let shown = printed.contains(&format!("U+{:04X}", c as u32)) || printed.contains("\\u");
            assert!(shown, "U+{:04X} is nowhere in {printed:?}", c as u32);
        }
    }
}

#[test]
fn an_empty_table_says_so() {
    let mut empty = sample();
    let Block::Table(table) = &mut empty.blocks[0] else { unreachable!() };
    table.rows.clear();
    let shown = text_of(bytes_of(&empty, OutputFormat::Table, style(Lang::Zh, 80)));
    assert!(shown.ends_with("----\n（无）\n\n完成率截尾，不进位。\n"), "{shown}");
}

#[test]
fn csv_holds_values_and_no_formulas() {
    let expected = "\
指标,完成数,完成率,时间节点,状态,备注
“六进”演出,34,56.6,2018-07-01,met,\"'=1+1, a|b\"
培训,1200,,,missed,文化专干、协管员（城关）
";
    assert_eq!(text_of(bytes_of(&sample(), OutputFormat::Csv, style(Lang::Zh, 80))), expected);
    let mut two = sample();
    two.blocks.push(Block::Table(Table {
        title: Text::new("＝合计", "@total"),
        columns: vec![Column { key: "n".to_owned(), title: Text::new("数", "n") }],
        rows: vec![vec![Cell::Number(-3)], vec![Cell::Text(" \"a\"".to_owned())]],
    }));
    let english = text_of(bytes_of(&two, OutputFormat::Csv, style(Lang::En, 80)));
    assert!(english.ends_with("\n\n'@total\nn\n-3\n\" \"\"a\"\"\"\n"), "{english}");
    assert!(text_of(bytes_of(&two, OutputFormat::Csv, style(Lang::Zh, 80))).contains("'＝合计\n"));
}

#[test]
fn json_keeps_types_and_the_order_of_columns() {
    let mut small = sample();
    let Block::Table(table) = &mut small.blocks[0] else { unreachable!() };
    table.rows.pop();
    table.columns[5].key = "at".to_owned();
    table.rows[0][5] = Cell::Instant(Instant::from_iso(b"2018-06-20T09:10:11+08:00").unwrap());
    table.rows[0][0] = Cell::Month(Month::new(2018, 6).unwrap());
    let expected = r#"{
  "schema": "culture.report/1",
  "title": "Progress",
  "tables": [
    {
      "title": "",
      "columns": [
        {
          "key": "indicator",
          "title": "indicator"
        },
        {
          "key": "done",
          "title": "done"
        },
        {
          "key": "percent",
          "title": "percent"
        },
        {
          "key": "due",
          "title": "due"
        },
        {
          "key": "state",
          "title": "state"
        },
        {
          "key": "at",
          "title": "note"
        }
      ],
      "rows": [
        {
          "indicator": "2018-06",
          "done": 34,
          "percent": 56.6,
          "due": "2018-07-01",
          "state": "met",
          "at": "2018-06-20T09:10:11+08:00"
        }
      ]
    }
  ],
  "notes": [
    "Percentages are truncated."
  ]
}
"#;
    assert_eq!(text_of(bytes_of(&small, OutputFormat::Json, style(Lang::En, 80))), expected);
    let Block::Table(table) = &mut small.blocks[0] else { unreachable!() };
    table.rows = vec![vec![Cell::None, Cell::Bool(true), Cell::Decimal("1200.00".to_owned())]];
    let shown = text_of(bytes_of(&small, OutputFormat::Json, style(Lang::Zh, 80)));
    assert!(shown.contains("\"indicator\": null,\n          \"done\": true,\n          \"percent\": \"1200.00\"\n"));
}

#[test]
fn json_of_its_own_goes_before_tables() {
    let own = Report { json: Some(serde_json::json!({"done": 34})), ..sample() };
    assert_eq!(text_of(bytes_of(&own, OutputFormat::Json, style(Lang::Zh, 80))), "{\n  \"done\": 34\n}\n");
}

#[test]
fn markdown_takes_nothing_for_markup() {
    let expected = "\
## 工作进度

| 指标 | 完成数 | 完成率 | 时间节点 | 状态 | 备注 |
| --- | ---: | ---: | --- | --- | --- |
| “六进”演出 | 34 | 56.6% | 2018-07-01 | 按期完成 | =1+1, a\\|b |
| 培训 | 1200 | - | - | 逾期未完成 | 文化专干、协管员（城关） |

完成率截尾，不进位。
";
    assert_eq!(text_of(bytes_of(&sample(), OutputFormat::Markdown, style(Lang::Zh, 80))), expected);
}

#[test]
fn markdown_is_inert() {
    for (text, written) in [
        ("![图](http://a.cn/x.png)", "!\\[图\\](http\\://a.cn/x.png)"),
        ("<img src=x onerror=y>", "\\<img src=x onerror=y\\>"),
        ("&lt;b&gt; &#42;", "\\&lt;b\\&gt; \\&#42;"),
        ("_甲_ *乙* ~~丙~~ `丁` $x$", "\\_甲\\_ \\*乙\\* \\~\\~丙\\~\\~ \\`丁\\` \\$x\\$"),
        ("sent_by www.a.cn", "sent_by www\\.a.cn"),
        ("# 标题", "\\# 标题"),
        ("- 一", "\\- 一"),
        ("1. 一", "1\\. 一"),
        ("---", "\\---"),
        ("> 引", "\\> 引"),
        ("2018 年 34.5%", "2018 年 34.5%"),
    ] {
        let blocks = vec![Block::Line(Text::same(text))];
        let report = Report { title: Text::default(), blocks, ..Report::default() };
        let shown = text_of(bytes_of(&report, OutputFormat::Markdown, style(Lang::Zh, 80)));
        assert_eq!(shown, format!("{written}\n"), "{text}");
    }
}

#[test]
fn ids_are_the_first_column() {
    assert_eq!(text_of(bytes_of(&sample(), OutputFormat::Ids, style(Lang::Zh, 80))), "“六进”演出\n培训\n");
    assert_eq!(text_of(bytes_of(&Report::default(), OutputFormat::Ids, style(Lang::Zh, 80))), "");
}

#[test]
fn formats_are_read_by_their_tokens() {
    for format in OutputFormat::ALL {
        assert_eq!(OutputFormat::from_token(format.token()), Some(format));
    }
    assert_eq!(OutputFormat::from_token("pdf"), None);
}

fn misread() -> Fault {
    let source = "id,rev\n编号,城关镇演出,３场,x\n".as_bytes();
    let start = "id,rev\n编号,城关镇演出,".len();
    Fault::new("wrong-value", Text::new("“场次”的值不对", "no value of sessions"))
        .at(Place::in_text("data/演出.csv", source, start..start + "３场".len()))
        .hint(Text::new("应为整数", "enter a whole number"))
}

#[test]
fn a_fault_is_drawn_with_carets_under_wide_characters() {
    let expected = "\
错误：“场次”的值不对
 --> data/演出.csv:2:10
  |
2 | 编号,城关镇演出,３场,x
  |                 ^^^^
  |
  = 提示：应为整数
";
    assert_eq!(text_of(Ok(faults(&[misread()], style(Lang::Zh, 80)))), expected);
    let english = text_of(Ok(faults(&[misread()], style(Lang::En, 80))));
    assert!(english.starts_with("error: no value of sessions\n --> data/演出.csv:2:10\n"), "{english}");
    assert!(english.ends_with("  = help: enter a whole number\n"), "{english}");
}

#[test]
fn a_fault_without_a_line_is_three_lines() {
    let fault = Fault::warning("not-all-read", Text::new("台账读不全", "a ledger cannot be read"))
        .at(Place { line: 7, ..Place::file("a.csv") })
        .hint(Text::new("请从备份恢复", "restore it"));
    let shown = |lang| text_of(Ok(faults(std::slice::from_ref(&fault), style(lang, 80))));
    assert_eq!(shown(Lang::Zh), "警告：台账读不全\n --> a.csv:7\n  提示：请从备份恢复\n");
    assert_eq!(shown(Lang::En), "warning: a ledger cannot be read\n --> a.csv:7\n  help: restore it\n");
    let bare = Fault::usage("usage", Text::same("x\u{1b}[2J"));
    let shown = text_of(Ok(faults(&[bare], Style { colour: true, ..style(Lang::En, 80) })));
    assert_eq!(shown, "\u{1b}[1;31merror\u{1b}[0m: xU+001B[2J\n");
}

#[test]
fn the_rest_of_many_faults_is_counted() {
    let many: Vec<Fault> = (0..23).map(|n| Fault::new("wrong-value", text!("第 {n} 处", "number {n}"))).collect();
    let shown = text_of(Ok(faults(&many, style(Lang::Zh, 80))));
    assert_eq!(shown.lines().count(), 21);
    assert!(shown.ends_with("错误：第 19 处\n……另有 3 处问题未列出\n"), "{shown}");
}

#[test]
fn any_span_of_any_line_can_be_drawn() {
    let line = "编号,城关镇\t演出“六进”,é,３场".repeat(9);
    for start in 0..line.len() + 2 {
        let excerpt = Some((line.clone(), start..start + start % 7));
        let fault =
            Fault::new("wrong-value", Text::same("x")).at(Place { file: "a".to_owned(), line: 99, column: 1, excerpt });
        for width in [20, 80] {
            assert!(!faults(std::slice::from_ref(&fault), style(Lang::Zh, width)).is_empty());
        }
    }
}

/// First text is broken, then columns stand closer, at last the words for tokens are broken too.
#[test]
fn a_table_that_is_too_wide_gives_way_step_by_step() {
    let cell =
        |text: &'static str| Cell::Token { token: text.to_owned(), text: Text::new(text, text), tone: Tone::Plain };
    let column = |key: &'static str| Column::new(key, Text::new(key, key));
    let columns = ["what", "due", "done", "state"].map(column).to_vec();
    let day = Cell::Day(Day::new(2018, 7, 1).unwrap());
    let rows = vec![vec![Cell::Text("one two three".to_owned()), day, Cell::Number(1234), cell("not started")]];
    let table = Table { title: Text::default(), columns, rows };
    let all = Report { title: Text::default(), blocks: vec![Block::Table(table)], json: None };
    let at = |width| text_of(bytes_of(&all, OutputFormat::Table, style(Lang::En, width)));
    assert!(at(44).ends_with("\none two three  2018-07-01  1234  not started\n"), "{}", at(44));
    assert!(at(37).ends_with("\none    2018-07-01  1234  not started\ntwo\nthree\n"), "{}", at(37));
    assert!(at(35).ends_with("\none two 2018-07-01 1234 not started\nthree\n"), "{}", at(35));
    assert!(at(31).ends_with("\none two 2018-07-01 1234 not\nthree                   started\n"), "{}", at(31));
    assert!(at(12).contains("2018-07-01 1234 not\n"), "numbers and days stay whole: {}", at(12));
}

/// What a clerk pastes into a title: signs that are two columns wide, marks without a width, flags.
#[test]
fn a_table_of_signs_and_flags_fits_the_screen() {
    let titles =
        ["✅ 送戏下乡已完成", "🇨🇳 庆七一红歌会", "cafe\u{301}\u{200b} 音乐会", "👨\u{200d}👩\u{200d}👧 亲子阅读"];
    let mut report = sample();
    if let Block::Table(table) = &mut report.blocks[0] {
        for (row, title) in titles.iter().enumerate() {
            table.rows.push(table.rows[row % 2].clone());
            let last = table.rows.last_mut().unwrap();
            last[0] = Cell::Text(title.repeat(3));
            last[5] = Cell::Text((*title).to_owned());
        }
    }
    for columns in [60, 80, 100] {
        let shown = text_of(bytes_of(&report, OutputFormat::Table, style(Lang::Zh, columns)));
        for line in shown.lines() {
            // Counted here without what the table was laid out with.
            let taken: usize = line.chars().filter(|&c| c != '\u{200d}').map(screen_columns).sum();
            let joined = line.matches('\u{200d}').count() * 2;
            assert!(taken - joined <= columns.into(), "{} > {columns}: {line}", taken - joined);
        }
        for sign in ["✅", "🇨🇳", "e\u{301}", "👨\u{200d}👩\u{200d}👧"] {
            assert!(shown.contains(sign), "{sign} is torn: {shown}");
        }
    }
}

/// By the Unicode standard, for the characters of the test above.
fn screen_columns(c: char) -> usize {
    match c {
        '\u{301}' | '\u{200b}' => 0,
        '✅' | '👨' | '👩' | '👧' => 2,
        '🇨' | '🇳' => 1,
        c if c >= '\u{2e80}' => 2,
        _ => 1,
    }
}

#[test]
fn a_heading_stands_apart_in_every_format() {
    let mut parts = sample();
    parts.blocks.push(Block::Heading(Text::new("二、分表", "2. Parts")));
    parts.blocks.push(Block::Line(Text::new("说明。", "A remark.")));
    let shown = text_of(bytes_of(&parts, OutputFormat::Table, style(Lang::Zh, 80)));
    assert!(shown.ends_with("完成率截尾，不进位。\n\n二、分表\n\n说明。\n"), "{shown}");
    assert!(
        text_of(bytes_of(&parts, OutputFormat::Markdown, style(Lang::Zh, 80))).contains("\n### 二、分表\n\n说明。\n")
    );
    assert!(text_of(bytes_of(&parts, OutputFormat::Json, style(Lang::En, 80))).contains("\"2. Parts\",\n"));
}

/// The row is cut around the place that is meant, on either side, and so is a place that is wider than the terminal.
#[test]
fn a_drawn_row_fits_the_terminal() {
    let lines =
        ["gxfgrmkcdshf,1,live,2018-05-16,backbone,".repeat(4), "培训,城关镇综合文化站,赵长河,10,é８.0,".repeat(6)];
    for line in lines {
        for cols in [24, 41, 80, 81, 200] {
            for (start, length) in (0..line.len()).step_by(7).flat_map(|start| [(start, 2), (start, 60), (start, 400)])
            {
                let fault = Fault::new("wrong-value", Text::same("x")).at(Place::in_text(
                    "a",
                    line.as_bytes(),
                    start..start + length,
                ));
                let shown = text_of(Ok(faults(&[fault], style(Lang::En, cols))));
                let widest = shown.lines().map(width::of).max().unwrap_or_default();
                assert!(widest <= cols.into(), "{widest} > {cols}, {start}+{length}:\n{shown}");
                assert!(shown.contains('^'), "{shown}");
            }
        }
    }
}
