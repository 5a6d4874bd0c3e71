//! A million rows of text are found and cut in little time and memory.

use culture::import::{Options, Wanted, find, sheets};
use culture::kind::load::Kinds;
use std::fmt::Write as _;

#[test]
#[ignore = "slow without optimisation: cargo test --release --test import_speed -- --ignored --nocapture"]
fn a_million_rows() {
    let mut text = String::from("日期,六进,地点,演出名称,演出团队,场次,观众人次,备注\n");
    for at in 0..1_000_000 {
        let day = at % 28 + 1;
        let _ = writeln!(text, "2018-05-{day:02},进农村,西街村{at},送戏下乡,梆子剧团,1,{},", at % 900);
    }
    let kinds = Kinds::load(&[], None).expect("the built-in kinds load");
    let kind = kinds.find("performance").expect("it is built in");
    let start = std::time::Instant::now();
    let (sheets, _) = sheets("a.csv", text.as_bytes(), &Options::default()).expect("it is text");
    let wanted = Wanted { file: "a.csv", kind, map: &[], given: &[] };
    let table = find(&sheets[0], wanted).expect("it has headings");
    let values: usize = table.records(&sheets[0], wanted).map(|raw| raw.values.len()).sum();
    let took = start.elapsed();
    assert_eq!(values, 7_000_000);
    assert!(took.as_secs_f64() < 2.0, "{took:?}");
}
