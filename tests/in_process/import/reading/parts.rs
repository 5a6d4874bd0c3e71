//! A table read in parts, as several threads do it, is the table read in one go.

use culture::base::fault::Fault;
use culture::import::{RawRecord, RawRecords, ReadOptions, SkippedRows, TableQuery, find, sheets};
use proptest::prelude::*;

use super::kind;

/// What a cell of each column may hold: plain, odd, a mark, nothing.
const CELLS: [&[&str]; 5] = [
    &["2018-05-20", "5月21日", "〃", "同上", "", "2018-05-20", "合计"],
    &["王庄", "李庄", "\"赵,庄\"", "〃", " 同上 ", "", "\"\"\"\"", "填表人：王芳"],
    &["消夏晚会", "红歌会", "ditto", "", "\"说\"\"唱\"\"团\""],
    &["进农村", "village", "〃", "", "“六进”类别"],
    &["300", "约200人", "〃", "", "1", "2"],
];

fn told(raw: &RawRecord<'_>, sheet: &culture::import::Sheet<'_>) -> String {
    let value = |value: &Result<_, Box<Fault>>| match value {
        Ok(text) => format!("{text}"),
        Err(fault) => format!("<{}>", fault.what.en),
    };
    let values: Vec<String> =
        raw.values.iter().map(|one| format!("{}={}", one.field.index(), value(&one.value))).collect();
    format!("{} {} {:?} {:?}", raw.line, raw.is_example, values, raw.original(sheet))
}

proptest! {
    #[test]
    fn parts_come_to_the_same_as_the_whole(
        rows in prop::collection::vec(prop::array::uniform5(0_usize..8), 0..40),
        length in 1_usize..12,
    ) {
        let mut text = "演出日期,演出地点,演出名称,类别,观众人次\n".to_owned();
        for row in &rows {
            let cells: Vec<&str> = row.iter().zip(CELLS).map(|(at, cells)| cells[at % cells.len()]).collect();
            text += &(cells.join(",") + "\n");
        }
        let kind = kind("performance");
        let (sheets, _) = sheets("a.csv", text.as_bytes(), &ReadOptions::default()).unwrap();
        let wanted = TableQuery { file: "a.csv", kind: &kind, map: &[], must: 0, given: &[] };
        let table = find(&sheets[0], wanted).unwrap();
        let read = |records: &mut RawRecords<'_>| records.by_ref().map(|raw| told(&raw, &sheets[0])).collect::<Vec<_>>();
        let mut all = table.records(&sheets[0], wanted);
        let whole = read(&mut all);

        let (mut parts, mut left_out, mut above) = (Vec::new(), SkippedRows::default(), table.nothing_above());
        for part in table.parts(&sheets[0], length) {
            let mut records = table.records(&sheets[0], wanted).within(&part, None);
            let mut of_part = read(&mut records);
            if records.is_unsure() {
                records = table.records(&sheets[0], wanted).within(&part, Some(&above));
                of_part = read(&mut records);
                prop_assert!(!records.is_unsure());
            }
            parts.extend(of_part);
            let (left, next) = records.ended();
            left_out.append(left);
            above.then(next);
        }
        prop_assert_eq!(parts, whole);
        prop_assert_eq!(left_out.notes("a.csv"), all.notes());
    }
}
