//! Every fault of a ledger: which it is, at which line and column.

use super::*;
use crate::base::fault::Fault;

/// Every fault must name the file and the way out.
fn faults(bytes: &[u8]) -> Vec<Fault> {
    let Err(faults) = revisions(source(bytes)) else { return Vec::new() };
    for fault in &faults.0 {
        assert_eq!(fault.place.as_ref().unwrap().file, "townships/a/2018/troupe.csv");
        assert!(fault.hint.is_some(), "{fault:?}");
    }
    faults.0
}

/// The code of each fault and the column that it is about, with its place: line and column.
fn said(bytes: &[u8]) -> Vec<(String, usize, usize)> {
    let place = |fault: &Fault| fault.place.as_ref().map(|place| (place.line, place.column)).unwrap();
    faults(bytes).iter().map(|fault| (fault.signature(), place(fault).0, place(fault).1)).collect()
}

fn one(rows: &[String]) -> (String, usize, usize) {
    let said = said(&ledger(rows));
    assert_eq!(said.len(), 1, "{said:?}");
    said.into_iter().next().unwrap()
}

/// A right row, then one in which `old` is replaced by `new`.
fn spoilt(old: &str, new: &str) -> (String, usize, usize) {
    let second = row(2, 1, "live");
    assert!(second.contains(old), "{old}");
    one(&[row(1, 1, "live"), second.replacen(old, new, 1)])
}

#[test]
fn a_right_ledger_has_no_fault() {
    assert_eq!(said(&ledger(&[row(1, 1, "live"), row(2, 1, "live"), row(1, 2, "void"), row(1, 3, "live")])), []);
    // The last line end may be missing, and there may be no row at all.
    assert_eq!(said(ledger(&[row(1, 1, "live")]).trim_ascii_end()), []);
    assert_eq!(said(format!("{HEADINGS}\n").as_bytes()), []);
}

#[test]
fn a_bad_value_is_named_with_its_cell() {
    for (old, new, name, column) in [
        ("2018-05-01", "2018-5-1", "date", 21),
        ("2018-05-01", "", "date", 21),
        ("dance", "dancing", "discipline", 38),
        (",12,", ",０,", "members", 46),
        (",12,", ",0,", "members", 46),
        (",12,", ",1 2,", "members", 46),
        (",12,", ",12.0,", "members", 46),
        (",1,live", ",x,live", "rev", 14),
        (",1,live", ",0,live", "rev", 14),
        (",1,live", ",,live", "rev", 14),
        (",live,", ",Live,", "state", 16),
        (",live,", ",,", "state", 16),
        ("2018-05-02T08:00:00+08:00", "2018-05-02T08:00:00", "entered_at", 53),
        ("2018-05-02T08:00:00+08:00", "2018-05-02", "entered_at", 53),
        (",,,,,2018-05-02T", ",,,2018-06-31,,2018-05-02T", "disbanded", 51),
    ] {
        let (what, line, at) = spoilt(old, new);
        assert_eq!(what, format!("wrong-value {name}"), "{new}");
        assert_eq!((line, at), (3, column), "{new}: {what}");
    }
    let batch = id(900).to_string();
    let id = id(2).to_string();
    for bad in ["", "abc", "bbbbbbbbbbb", "BBBBBBBBBBBB", "bbbbbbbbbbbbb", "bbbbbbbbbbbe"] {
        let (what, line, column) = spoilt(&id, bad);
        assert_eq!(what, "wrong-value id");
        assert_eq!((line, column), (3, 1));
        let (what, line, _) = spoilt(&batch, bad);
        assert_eq!(what, "wrong-value batch");
        assert_eq!(line, 3);
    }
}

#[test]
fn a_date_of_another_year_than_the_folders() {
    for date in ["2017-12-31", "2019-01-01"] {
        let ledger = ledger(&[row(1, 1, "live").replacen("2018-05-01", date, 1)]);
        assert_eq!(said(&ledger), [("wrong-value date".to_owned(), 2, 21)]);
        assert_eq!(
            faults(&ledger)[0].what.en,
            format!(
                "invalid value “{date}” for date founded or registered (date): expected a date in 2018, as the ledger's folder says"
            )
        );
    }
}

#[test]
fn a_ragged_row() {
    let (what, line, column) = spoilt("李,,", "李,");
    assert_eq!((what.as_str(), line, column), ("ragged-row", 3, 1));
    let (what, line, column) = spoilt("李,,", "李,,,");
    assert_eq!((what.as_str(), line, column), ("ragged-row", 3, 1));
    let empty = [row(1, 1, "live"), String::new(), row(2, 1, "live")];
    assert_eq!(one(&empty), ("ragged-row".to_owned(), 3, 1));
    assert_eq!(faults(&ledger(&empty))[0].what.en, "this row has 1 cell, expected 17");
}

#[test]
fn quotation_marks_that_do_not_match() {
    for (old, new) in
        [("李", "\"李"), ("李", "李\""), ("南村", "南\"村"), ("南村秧歌队", "\"南村\"秧歌队"), ("李", "\"李\" ")]
    {
        let (what, line, _) = spoilt(old, new);
        assert_eq!((what.as_str(), line), ("unclosed-quote", 3), "{new}");
    }
    // The rows after it are still looked at.
    let said = said(&ledger(&[row(1, 1, "live").replace('李', "\"李"), row(2, 1, "live"), row(3, 1, "gone")]));
    assert_eq!(said.iter().map(|(_, line, _)| *line).collect::<Vec<_>>(), [2, 4]);
}

#[test]
fn control_characters_in_any_text() {
    let before_batch = format!(",,{}", id(900));
    for control in ["\0", "\r", "\t", "\x1b", "\x7f"] {
        let reason = before_batch.replacen(",,", &format!(",{control},"), 1);
        let text = [("南村", format!("南{control}村"), "name"), ("李", format!("李{control}"), "entered_by")];
        for (old, new, name) in text.into_iter().chain([(before_batch.as_str(), reason, "reason")]) {
            let (what, line, _) = spoilt(old, &new);
            assert_eq!(what, format!("wrong-value {name}"), "{control:?}");
            assert_eq!(line, 3);
        }
    }
}

#[test]
fn what_is_not_utf_8() {
    let mut bytes = ledger(&[row(1, 1, "live"), row(2, 1, "live")]);
    let at = memchr::memmem::rfind(&bytes, "李".as_bytes()).unwrap();
    bytes.splice(at..at + 3, *b"\xC0\xEE");
    assert_eq!(said(&bytes), [("wrong-encoding".to_owned(), 3, 1)]);
    let mut bytes = ledger(&[]);
    bytes.splice(30..31, *b"\xC0\xEE");
    assert_eq!(said(&bytes), [("wrong-encoding".to_owned(), 1, 1)]);
}

#[test]
fn revisions_that_do_not_follow() {
    let on = |number, rev| row(number, rev, "live");
    let (what, line, _) = one(&[on(1, 1), on(2, 1), on(1, 1)]);
    assert_eq!((what.as_str(), line), ("repeated-revision", 4));
    let (what, line, _) = one(&[on(1, 1), on(1, 2), on(1, 2)]);
    assert_eq!((what.as_str(), line), ("repeated-revision", 4));
    let gap = [on(1, 1), on(1, 3)];
    let (what, line, _) = one(&gap);
    assert_eq!((what.as_str(), line), ("missing-revision", 3));
    let said_of_gap = faults(&ledger(&gap))[0].what.en.to_string();
    assert_eq!(said_of_gap, format!("record {} has no revision 2: this is revision 3", id(1)));
    let (what, line, _) = one(&[on(1, 2)]);
    assert_eq!((what.as_str(), line), ("missing-revision", 2));
    let (what, line, _) = one(&[on(1, 1), row(2, 1, "void")]);
    assert_eq!((what.as_str(), line), ("begins-void", 3));
    let turned: Vec<usize> = said(&ledger(&[on(2, 2), on(2, 1)])).iter().map(|(_, line, _)| *line).collect();
    assert_eq!(turned, [2, 3]);
}

#[test]
fn headings_that_are_not_ours() {
    let with = |headings: &str| said(format!("{headings}\n{}\n", row(1, 1, "live")).as_bytes());
    let spreadsheet = "saved-elsewhere";
    for (headings, what) in [
        (HEADINGS.replace(",note", ",remark"), "unknown-column remark"),
        (HEADINGS.replace(",note", ""), "ragged-row"),
        (HEADINGS.replace(",note", ",place"), "repeated-column place"),
        (HEADINGS.replace(",date", ""), "missing-column date"),
        (HEADINGS.replace(",rev,state", ""), "missing-column rev"),
        (HEADINGS.replace(",reason", ""), "missing-column reason"),
        (HEADINGS.replace("id,rev", "rev,id"), "column-order"),
        (HEADINGS.replace("reason,batch", "batch,reason"), "column-order"),
        (format!("\u{feff}{HEADINGS}"), spreadsheet),
        (format!("{HEADINGS}\r"), spreadsheet),
        (HEADINGS.replace("note", "\"note\""), spreadsheet),
        (HEADINGS.replace("note", "Note"), "unknown-column Note"),
        (HEADINGS.replace("note", ""), "unknown-column "),
    ] {
        let said = with(&headings);
        assert_eq!(said.iter().map(|(what, ..)| what.as_str()).collect::<Vec<_>>(), [what], "{headings}");
        assert_eq!(said[0].1, if what == "ragged-row" { 2 } else { 1 });
    }
    assert_eq!(said(b"").len(), 1);
}

#[test]
fn line_ends_of_a_spreadsheet() {
    let second = format!("{}\r", row(2, 1, "live"));
    let (what, line, _) = one(&[row(1, 1, "live"), second]);
    assert_eq!(what, "wrong-value batch");
    assert_eq!(line, 3);
}

#[test]
fn all_faults_are_told_at_once_but_not_without_end() {
    let bad = || row(1, 1, "live").replace("dance", "x");
    assert_eq!(said(&ledger(&[bad(), row(2, 1, "live"), bad(), bad()])).len(), 3);
    assert_eq!(said(&ledger(&vec![bad(); 150])).len(), 100);
}

/// It was one that lasts when a record changed: read as another it would say something else.
#[test]
fn a_ledger_with_changes_is_none_of_a_kind_that_does_not_last() {
    let kind = Kind { lasting: false, ..kind().clone() };
    let bytes = format!("{CHANGE_HEADINGS}\n");
    let told = revisions(Source { kind: &kind, ..source(bytes.as_bytes()) }).unwrap_err().0.remove(0);
    assert_eq!((told.signature().as_str(), told.place.unwrap().line), ("unknown-column effective", 1));
    assert!(told.hint.unwrap().en.contains("kinds/troupe.toml"));
    assert_eq!(said(bytes.as_bytes()), []);
}
