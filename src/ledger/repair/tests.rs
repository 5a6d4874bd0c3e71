use super::*;
use crate::base::day::Year;
use crate::ledger::ChangeColumn;
use crate::ledger::{header, revisions, walk};
use crate::schema::kind::Kind;
use crate::schema::kind::load::Kinds;
use proptest::prelude::*;
use std::sync::LazyLock;

fn kind() -> &'static Kind {
    static KIND: LazyLock<Kind> =
        LazyLock::new(|| Kinds::load(&[], None).unwrap().get("monthly-report").unwrap().clone());
    &KIND
}

fn source<'a>(kind: &'a Kind, bytes: &'a [u8]) -> Source<'a> {
    Source { file: "ledger.csv", kind, year: Year(2018), bytes }
}

const IDS: [&str; 4] = ["bbbbbbbbbbbb", "bbbbbbbbbbbc", "bbbbbbbbbbbd", "bbbbbbbbbbbf"];

fn report_row(id: &str, rev: u32, date: &str, zero: &str, note: &str, minute: u32) -> String {
    format!("{id},{rev},live,{date},2018-05,{zero},,,,,,{note},2018-06-20T09:{minute:02}:00+08:00,li,,cccccccccccc\n")
}

/// A kind whose records change.
fn troupes() -> &'static Kind {
    static KIND: LazyLock<Kind> = LazyLock::new(|| Kinds::load(&[], None).unwrap().get("troupe").unwrap().clone());
    &KIND
}

fn troupe_row(id: &str, rev: u32, state: &str, note: &str, since: &str, minute: u32) -> String {
    format!(
        "{id},{rev},{state},2018-05-01,队,dance,,,,,,,{note},{since},2018-06-28T09:{minute:02}:00+08:00,li,,cccccccccccc\n"
    )
}

#[test]
fn the_days_of_changes_are_restored_where_that_is_sure() {
    let row = |since: &str| troupe_row(IDS[0], 2, "live", "", since, 2);
    let ledger = |since: &str| {
        let head = String::from_utf8(header(troupes(), ChangeColumn::Present)).unwrap();
        head + &troupe_row(IDS[0], 1, "live", "", "", 1) + &row(since)
    };
    let restored = |since: &str| {
        let saved = ledger(since);
        repair(source(troupes(), saved.as_bytes())).map(|repaired| String::from_utf8(repaired.bytes).unwrap())
    };
    for since in ["2018/6/5", "2018/06/05", "2018-6-5", "2018年6月5日", "2018/6/5 0:00", "2018-06-05 00:00:00"] {
        assert_eq!(restored(since).as_deref(), Some(ledger("2018-06-05").as_str()), "{since}");
    }
    // What may have been several days, or is none, stays, and the walk says so.
    for since in ["6/5/2018", "43256", "June-18", "2018/6"] {
        assert_eq!(restored(since), None, "{since}");
        let faults = walk(source(troupes(), ledger(since).as_bytes()), AsOf::LATEST, |_, _| Ok(())).unwrap_err();
        assert_eq!(faults.0[0].signature(), "wrong-value effective", "{since}");
    }
    // A field of that name in a kind that does not last is a field as any other.
    let other = Kind { lasting: false, ..troupes().clone() };
    assert!(repair(source(&other, ledger("2018/6/5").as_bytes())).is_none());
}

/// A column without any day says nothing: the ledger reads the same with it and without it.
#[test]
fn an_empty_column_for_changes_stays_and_its_loss_is_none() {
    let head = String::from_utf8(header(troupes(), ChangeColumn::Present)).unwrap();
    let row = troupe_row(IDS[0], 1, "live", "甲", "", 1) + &troupe_row(IDS[0], 2, "live", "乙", "", 2);
    let saved = format!("{head}{row}").replace('\n', "\r\n");
    let repaired = repair(source(troupes(), saved.as_bytes())).unwrap();
    assert_eq!(String::from_utf8(repaired.bytes.clone()).unwrap(), head + &row);
    let without = String::from_utf8(repaired.bytes.clone())
        .unwrap()
        .replace(",effective,", ",")
        .replace(",,2018-06-28T", ",2018-06-28T");
    assert!(repair(source(troupes(), without.as_bytes())).is_none());
    assert_eq!(revisions(source(troupes(), without.as_bytes())), revisions(source(troupes(), &repaired.bytes)));
}

fn ledger(rows: &[String]) -> String {
    String::from_utf8(header(kind(), ChangeColumn::Absent)).unwrap() + &rows.concat()
}

fn repaired(bytes: &[u8]) -> Option<RepairedLedger> {
    repair(source(kind(), bytes))
}

fn found(bytes: &[u8]) -> Vec<(String, usize)> {
    let changes = repaired(bytes).map(|repaired| repaired.repairs).unwrap_or_default();
    changes.iter().map(|change| (change.damage.zh.to_string(), change.place.line)).collect()
}

fn one(text: &str, line: usize) -> Vec<(String, usize)> {
    vec![(text.to_owned(), line)]
}

#[test]
fn each_harm_is_found_by_itself_and_undone() {
    let rows = [
        report_row(IDS[0], 1, "2018-06-01", "true", "", 1),
        report_row(IDS[1], 1, "2018-06-02", "false", "a note", 2),
        report_row(IDS[0], 2, "2018-06-03", "", "\"甲, 乙\"", 3),
    ];
    let good = ledger(&rows);
    assert!(repaired(good.as_bytes()).is_none());
    let sorted = ledger(&[rows[0].clone(), rows[2].clone(), rows[1].clone()]);
    let empty_column: String = good.lines().map(|line| line.to_owned() + ",\n").collect();
    let commas = good.replacen(",cccccccccccc\n", ",cccccccccccc,,\n", 1);
    let batch_first: String = good
        .lines()
        .map(|line| {
            let (rest, batch) = line.rsplit_once(',').unwrap();
            [batch, ",", rest, "\n"].concat()
        })
        .collect();
    let cases = [
        (format!("\u{feff}{good}"), one("文件开头有 BOM", 1)),
        (good.replace('\n', "\r\n"), one("4 行以 CRLF 结尾", 1)),
        (empty_column, one("多出 1 个空列", 1)),
        (commas, one("1 行末尾多出逗号", 2)),
        (batch_first, one("id 不在第一列或 batch 不在最后一列", 1)),
        (format!("{good}\n,,,,,,,,,,,,,,,\n"), one("2 个空行", 5)),
        (good.replace("2018-06-02", "2018/6/2"), one("1 个日期被改写（2018/6/2 → 2018-06-02）", 3)),
        (good.replace(",2018-05,", ",2018/5,"), one("3 个日期被改写（2018/5 → 2018-05）", 2)),
        (good.replace("true", "TRUE"), one("1 个 true/false 被改写（TRUE → true）", 2)),
        (good.replace("a note", "\"a note\""), one("1 行的引号与原样不同", 3)),
        (sorted, one("行的顺序被打乱（可能被排序过），登记时间前后倒置：2 行不在原处", 3)),
    ];
    for (harmed, expected) in cases {
        assert_eq!(found(harmed.as_bytes()), expected, "{harmed}");
        assert_eq!(String::from_utf8(repaired(harmed.as_bytes()).unwrap().bytes).unwrap(), good);
    }
}

#[test]
fn what_cannot_be_restored_stays_and_the_walk_tells() {
    let row = report_row(IDS[0], 1, "2018-06-01", "", "", 1);
    // The offset and the seconds are gone for good.
    let harmed = format!("\u{feff}{}", ledger(&[row.replace("2018-06-20T09:01:00+08:00", "2018/6/20 9:01")]));
    let repaired = repaired(harmed.as_bytes()).unwrap();
    let faults = walk(source(kind(), &repaired.bytes), AsOf::LATEST, |_, _| Ok(())).unwrap_err();
    assert_eq!(faults.0[0].signature(), "wrong-value entered_at");
    for hopeless in ["", "id,\"rev\n", "a,b\n1,2\n", "\u{feff}"] {
        assert!(repair(source(kind(), hopeless.as_bytes())).is_none(), "{hopeless}");
    }
    assert!(repair(source(kind(), &[0xff, 0xfe, b'i', 0])).is_none());
}

#[test]
fn faults_are_told_with_the_line_of_the_file_as_it_is() {
    let one = report_row(IDS[0], 1, "2018-06-01", "", "", 1);
    let other = report_row(IDS[1], 1, "wrong", "", "", 2);
    let harmed = ledger(&[other, "\n".to_owned(), one]);
    let repaired = repaired(harmed.as_bytes()).unwrap();
    let faults = walk(source(kind(), &repaired.bytes), AsOf::LATEST, |_, _| Ok(())).unwrap_err();
    let fault = repaired.as_it_was(faults.0[0].clone());
    assert_eq!((faults.0[0].place.as_ref().unwrap().line, fault.place.unwrap().line), (3, 2));
}

/// As a spreadsheet saves it: byte-order mark, CRLF, slashed dates, capitals, quotes where it likes, an empty column,
/// rows by another column.
fn as_excel_saves(good: &str, sort: Option<usize>, commas: usize, quoted: bool) -> String {
    let date = |cell: &str| {
        let parts: Vec<&str> = cell.split('-').collect();
        let is_date = matches!(parts.len(), 2 | 3) && cell.len() <= 10 && cell.starts_with("2018-");
        let plain: Vec<&str> = parts.iter().map(|part| part.trim_start_matches('0')).collect();
        if is_date { plain.join("/") } else { cell.to_owned() }
    };
    let mut lines: Vec<Vec<String>> = Vec::new();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(good.as_bytes());
    for record in reader.records() {
        let cells = record.unwrap();
        lines.push(
            cells
                .iter()
                .map(|cell| match cell {
                    "true" | "false" => cell.to_uppercase(),
                    _ => date(cell),
                })
                .collect(),
        );
    }
    if let Some(column) = sort {
        lines[1..].sort_by(|one, other| other[column].cmp(&one[column]));
    }
    let style = if quoted { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).quote_style(style).from_writer(Vec::new());
    for mut line in lines {
        line.extend(vec![String::new(); commas]);
        writer.write_record(line).unwrap();
    }
    format!("\u{feff}{}", String::from_utf8(writer.into_inner().unwrap()).unwrap())
}

proptest! {
    #[test]
    fn a_ledger_saved_by_a_spreadsheet_comes_back_byte_for_byte(
        entries in proptest::collection::vec((0..4_usize, 1..29_u32, "[a-z甲乙,\" ]{0,6}", any::<Option<bool>>()), 1..20),
        sort: bool, commas in 0..3_usize, quoted: bool,
    ) {
        let mut revs = [0; 4];
        let rows: Vec<String> = (0..).zip(entries).map(|(minute, (record, day, note, zero))| {
            revs[record] += 1;
            let mut row = Vec::new();
            push_line([note], &mut row);
            let row = String::from_utf8(row).unwrap();
            let note = row.trim_end_matches('\n');
            let note = if note == "\"\"" { "" } else { note };
            let zero = zero.map_or(String::new(), |zero| zero.to_string());
            report_row(IDS[record], revs[record], &format!("2018-06-{day:02}"), &zero, note, minute)
        }).collect();
        let good = ledger(&rows);
        walk(source(kind(), good.as_bytes()), AsOf::LATEST, |_, _| Ok(())).unwrap();
        let saved = as_excel_saves(&good, sort.then_some(11), commas, quoted);
        prop_assert_eq!(String::from_utf8(repaired(saved.as_bytes()).unwrap().bytes).unwrap(), good);
    }

    /// The days of changes come back with their rows, also where no record has changed yet.
    #[test]
    fn a_ledger_with_changes_saved_by_a_spreadsheet_comes_back_byte_for_byte(
        entries in proptest::collection::vec(
            (0..4_usize, prop::option::of(1..29_u32), "[a-z甲乙 ]{0,6}", any::<bool>()), 1..20,
        ),
        sort in prop::option::of(0..14_usize), commas in 0..3_usize, quoted: bool,
    ) {
        let mut revs = [0; 4];
        let rows: Vec<String> = (0..).zip(entries).map(|(minute, (record, day, note, void))| {
            revs[record] += 1;
            let void = void && revs[record] > 1;
            let day = day.filter(|_| revs[record] > 1 && !void);
            let since = day.map_or(String::new(), |day| format!("2018-06-{day:02}"));
            troupe_row(IDS[record], revs[record], if void { "void" } else { "live" }, note.trim(), &since, minute)
        }).collect();
        let good = String::from_utf8(header(troupes(), ChangeColumn::Present)).unwrap() + &rows.concat();
        walk(source(troupes(), good.as_bytes()), AsOf::LATEST, |_, _| Ok(())).unwrap();
        let saved = as_excel_saves(&good, sort, commas, quoted);
        let repaired = repair(source(troupes(), saved.as_bytes())).unwrap();
        prop_assert_eq!(String::from_utf8(repaired.bytes).unwrap(), good);
    }

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = repaired(&bytes);
    }
}
