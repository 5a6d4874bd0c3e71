//! A command that was interrupted in a folder that has been copied or restored since: told by readers, named by `check`,
//! ended by `check --fix`.

use super::county::{County, PERFORMANCES};
use culture::base::fault::Exit;

const NEW: &str = "townships/houmiao/2018/performance.csv";
const UNFINISHED: &str = "命令 import (7, x) 中途中断，它写入的内容未列入";

/// A journal that says that a batch is to be taken back.
fn journal(batch: &str, touched: &str) -> String {
    let above = format!("{batch} {batch} {batch} import (7, x)\n{touched}\n");
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    format!("{above}undo {:016x}\n", above.bytes().fold(0xCBF2_9CE4_8422_2325, hash))
}

fn batch(county: &County, path: &str, line: usize) -> String {
    county.text(path).lines().nth(line).unwrap().rsplit(',').next().unwrap().to_owned()
}

/// With two rows in each of two ledgers, each of a batch of its own.
fn county() -> County {
    let county = County::new();
    for township in ["城关镇", "侯庙镇"] {
        for day in ["10", "11"] {
            county.adds(&format!(
                "performance {township} 2018-03-{day} into=village place={township} title={township} performer={township}"
            ));
        }
    }
    county
}

#[test]
fn a_new_ledger_with_rows_of_others_is_named_and_kept() {
    let county = county();
    let batch = batch(&county, NEW, 1);
    county.write(".journal", journal(&batch, &format!("new 0 {NEW}")));
    let kept = county.text(NEW);

    let (exit, out, err) = county.run("list performance --format ids");
    assert_eq!((exit, out.lines().count()), (Exit::Done, 2));
    assert!(err.contains(UNFINISHED), "{err}");
    let error = format!("error cannot-take-back {NEW}::");
    let wanted = [error.as_str(), "warning unfinished-write ::"];
    county.has(Exit::Found, &wanted);

    let (exit, _, err) =
        county.run("add performance 城关镇 2018-03-12 into=village place=广场 title=春晚 performer=红霞");
    assert_eq!((exit, county.text(NEW)), (Exit::Failed, kept.clone()));
    assert!(err.contains("culture check --fix"), "{err}");

    let (exit, out, err) = county.run("check --fix");
    assert_eq!(exit, Exit::Done, "{out}{err}");
    assert!(err.contains(&format!("culture undo {batch}")), "{err}");
    assert_eq!(county.text(NEW), kept);
    county.has(Exit::Done, &[]);
    assert_eq!(county.does("list performance --format ids").lines().count(), 4);
    county.does(&format!("undo {batch}"));
}

#[test]
fn rows_that_will_go_are_told_of() {
    let county = county();
    let length = county.text(PERFORMANCES).rmatch_indices('\n').nth(1).unwrap().0 + 1;
    let batch = batch(&county, PERFORMANCES, 2);
    county.write(".journal", journal(&batch, &format!("cut {length} {PERFORMANCES}")));
    county.has(Exit::Done, &["warning unfinished-write ::"]);
    let (_, out, err) = county.run("list performance --format ids");
    assert_eq!(out.lines().count(), 3);
    assert!(err.contains(UNFINISHED), "{err}");
    assert!(!county.run("list performance --quiet").2.contains(UNFINISHED));
}

#[test]
fn a_backup_that_was_restored_over_an_interrupted_command_is_written_to() {
    let county = county();
    let length = county.text(PERFORMANCES).len();
    let batch = batch(&county, PERFORMANCES, 2);
    county.write(".journal", journal(&batch, &format!("cut {length} {PERFORMANCES}\nnew 0 {NEW}")));
    county.edit(PERFORMANCES, |text| text.split_inclusive('\n').take(2).collect());
    let (kept, standing) = (county.text(PERFORMANCES), county.text(NEW));
    county.has(Exit::Done, &[]);
    let (exit, _, err) =
        county.run("add performance 城关镇 2018-03-12 into=village place=广场 title=春晚 performer=红霞");
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(err.contains("没有它写入的内容，保持原样"), "{err}");
    assert!(county.text(PERFORMANCES).starts_with(&kept));
    assert_eq!(county.text(NEW), standing);
}
