//! `culture import KIND -`: what comes through a pipe, as a process.

use crate::common::{County, holds, words};
use std::io::Write;
use std::process::{Command, Stdio};

const CSV: &str = "日期,六进,地点,名称\n5-3,进农村,王庄,消夏晚会\n5-4,进校园,县一中,“七一”预演\n";
const PLAIN: &[u8] = include_bytes!("../sheets/sent/plain.xlsx");
const LEDGER: &str = "townships/chengguan/2018/performance.csv";

/// Exit code and all that is said; the bytes are written in pieces, as a slow program does.
fn piped(county: &County, line: &str, bytes: &[u8]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_culture"));
    command.args(words(line)).current_dir(county.dir()).env_clear();
    command.env("CULTURE_LANG", "zh").env("CULTURE_USER", "王芳");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    for piece in bytes.chunks(1000) {
        // Who has read enough hangs up.
        if input.write_all(piece).is_err() {
            break;
        }
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    let said = [output.stderr, output.stdout].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn text_and_workbooks_come_through_a_pipe() {
    const LINE: &str = "import performance - -t 城关镇 --today 2018-06-03";
    let gb18030 = encoding_rs::GB18030.encode(CSV).0;
    let marked = [b"\xFF\xFE".to_vec(), CSV.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
    for (name, bytes, first, records) in [
        ("UTF-8", CSV.as_bytes(), "城关镇 演出：新增 2 条", 2),
        ("GB18030", &gb18030, "警告：文件按 GB18030 编码读取\n --> -", 2),
        ("UTF-16", &marked, "警告：文件按 UTF-16LE 编码读取\n --> -", 2),
        ("xlsx", PLAIN, "城关镇 演出：新增 3 条", 3),
        ("xls", include_bytes!("../sheets/sent/plain.xls"), "城关镇 演出：新增 3 条", 3),
        ("ods", include_bytes!("../sheets/sent/plain.ods"), "城关镇 演出：新增 3 条", 3),
    ] {
        let county = County::new();
        let (exit, said) = piped(&county, LINE, bytes);
        assert!(exit == Some(0) && said.starts_with(first), "{name}: {said}");
        assert_eq!(county.rows(LEDGER).len(), records + 1, "{name}: {said}");
        let (exit, said) = piped(&county, LINE, bytes);
        assert!(exit == Some(0) && said.contains(&format!("新增 0 条；重复 {records} 条，已跳过")), "{name}: {said}");
        assert_eq!(county.rows(LEDGER).len(), records + 1, "{name}");
    }
}

#[test]
fn a_pipe_and_a_file_come_in_together_or_not_at_all() {
    let county = County::new();
    county.write("june.csv", "日期,六进,地点,名称\n6-1,进农村,李庄,儿童节\n");
    let line = "import performance june.csv - -t 城关镇 --today 2018-06-03";
    let (exit, said) = piped(&county, line, CSV.replace("进校园", "进校门").as_bytes());
    assert_eq!(exit, Some(1), "{said}");
    holds(&said, &["“六进”类别：没有“进校门”这一项", " --> -:3:2", "全部未导入"]);
    assert!(!county.has(LEDGER), "{said}");
    let (exit, said) = piped(&county, line, CSV.as_bytes());
    assert!(exit == Some(0) && said.contains("合计：新增 3 条"), "{said}");
    let mut batches = county.column(LEDGER, "batch");
    batches.dedup();
    assert_eq!((county.rows(LEDGER).len(), batches.len()), (4, 1));
}

#[test]
fn nothing_or_nonsense_through_a_pipe_is_refused() {
    let county = County::new();
    for (bytes, what) in [
        (&b""[..], "文件是空的"),
        (b"\0\0\0\0\0", "文件中有空字符（NUL），不是文本"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "这是网页，不是电子表格"),
        (&PLAIN[..PLAIN.len() / 2], "文件已损坏，或不完整"),
    ] {
        let (exit, said) = piped(&county, "import performance - -t 城关镇", bytes);
        assert!(exit == Some(1) && said.contains(what), "{what}: {said}");
    }
    assert!(!county.has(LEDGER));
}
