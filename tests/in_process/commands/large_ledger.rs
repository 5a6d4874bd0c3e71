//! A ledger of several megabytes, which is read in parts: what is found, and what is wrong, is as in a small one.

use crate::common::County;
use culture::base::fault::Exit;

const PATH: &str = "townships/chengguan/2018/publicity.csv";
const HEADINGS: &str = "id,rev,state,date,title,outlet,level,url,note,entered_at,entered_by,reason,batch";

/// The id with that number.
fn id(number: usize) -> String {
    let letters = b"bcdfghjklmnpqrstvwxz";
    (0..12_u32).rev().map(|place| char::from(letters[number / 20_usize.pow(place) % 20])).collect()
}

fn line(number: usize, rev: usize, title: &str) -> String {
    let (id, note) = (id(number), "记".repeat(200));
    let batch = self::id(900);
    format!(
        "{id},{rev},live,2018-05-0{},{title},县报,county,,{note},2018-05-20T08:00:00+08:00,李,,{batch}",
        number % 9 + 1
    )
}

/// 4,000 records, the hundredth corrected at the very end.
fn county(spoiled: Option<usize>) -> County {
    let county = County::new();
    county.at("2018-06-18T10:00:00+08:00");
    let mut lines = vec![HEADINGS.to_owned()];
    lines.extend((0..4000).map(|number| line(number, 1, &format!("消息{number}"))));
    lines.push(line(100, 2, "改过的消息"));
    if let Some(spoiled) = spoiled {
        lines[spoiled] = lines[spoiled].replace("2018-05-0", "2018-15-0");
    }
    county.write(PATH, &(lines.join("\n") + "\n"));
    county
}

#[test]
fn twins_are_found_wherever_they_stand() {
    let county = county(None);
    for number in [0, 1999, 3999] {
        let (day, twin) = (number % 9 + 1, id(number));
        let said = county.refused(&format!("add publicity 城关镇 2018-05-0{day} title=消息{number} outlet=县报"));
        assert!(said.contains(&twin), "{said}");
    }
    // As it stands it has another title.
    county.ok("add publicity 城关镇 2018-05-02 title=消息100 outlet=县报");
    let said = county.refused("add publicity 城关镇 2018-05-02 title=改过的消息 outlet=县报");
    assert!(said.contains(&id(100)), "{said}");
}

#[test]
fn a_record_is_corrected_by_the_beginning_of_its_id() {
    let county = county(None);
    county.ok(&format!("edit {} note=又改 --reason 更正", id(100)));
    let rows = county.rows(PATH);
    let last = rows.last().expect("it has rows");
    assert_eq!((&last[0], last[1].as_str(), last[4].as_str(), last[8].as_str()), (&id(100), "3", "改过的消息", "又改"));
    let said = county.refused(&format!("edit {} note=又改 --reason 更正", &id(100)[..10]));
    assert!(said.contains("可能指"), "{said}");
}

#[test]
fn a_fault_has_its_line_in_the_whole_file() {
    let county = county(Some(3001));
    let said = county.fails(&format!("edit {} note=又改 --reason 更正", id(3000)), Exit::Failed);
    assert!(said.contains("publicity.csv:3002"), "{said}");
}
