//! A field that a county retires is asked of nobody any more, keeps what it holds, and stands in nobody's way.

use crate::common::{County, holds};
use culture::base::fault::Exit;

const BEFORE: &str = "id = 'reading'
title = { zh = '读书会', en = 'reading' }
key = ['date', 'title', 'room']

[[field]]
name = 'date'
type = 'date'
title = { zh = '日期', en = 'date' }
required = true

[[field]]
name = 'title'
title = { zh = '书名', en = 'title' }
required = true

[[field]]
name = 'form'
type = 'choice'
title = { zh = '形式', en = 'form' }
choices = [{ token = 'club', zh = '小组', en = 'club' }, { token = 'hall', zh = '大会', en = 'hall' }]
default = 'club'

[[field]]
name = 'room'
title = { zh = '房间', en = 'room' }
required = true

[[field]]
name = 'until'
type = 'date'
title = { zh = '截止', en = 'until' }
after = 'date'
required = true

[[field]]
name = 'host'
title = { zh = '主持', en = 'host' }
required_unless = { form = 'hall' }

[[field]]
name = 'photo'
files = true
title = { zh = '照片', en = 'photo' }

[[evidence]]
any = ['photo']
";

/// With fields retired, by their names.
pub(crate) fn retired(names: &[&str]) -> String {
    let mut source = BEFORE.to_owned();
    for name in names {
        let line = format!("name = '{name}'\n");
        assert!(source.contains(&line), "{name}");
        source = source.replacen(&line, &format!("{line}retired = true\n"), 1);
    }
    source
}

const LEDGER: &str = "townships/chengguan/2018/reading.csv";

#[test]
fn what_is_retired_is_asked_of_nobody() {
    let county = County::new();
    county.set("CULTURE_LANG", "en");
    county.write("kinds/reading.toml", BEFORE);
    let missing = county.refused("add reading 城关镇 4-23 title=论语");
    holds(&missing, &["room", "until", "host"]);
    let old = county.add("reading 城关镇 4-23 title=论语 room=201 until=2018-05-01 host=王老师");

    county.write("kinds/reading.toml", &retired(&["form", "room", "until", "photo"]));
    county.add("reading 城关镇 4-24 title=孟子");
    assert_eq!(county.column(LEDGER, "form"), ["club", ""], "no default for what is retired");
    assert_eq!(county.column(LEDGER, "room"), ["201", ""]);
    assert_eq!(county.column(LEDGER, "host"), ["王老师", ""], "nobody can say any more for what it is needed");

    let _ = county.ok(&format!("edit {old} --title 大学 --reason 书名有误"));
    assert_eq!(county.column(LEDGER, "title"), ["论语", "孟子", "大学"]);
    assert_eq!(county.column(LEDGER, "room"), ["201", "", "201"], "old values stay");
    let _ = county.ok(&format!("edit {old} --date 2018-06-01 --reason 日期有误"));

    let twin = county.run("add reading 城关镇 4-24 title=孟子");
    assert_eq!(twin.exit, Exit::Usage, "{twin:#?}");
    holds(&twin.err, &["2018-04-24", "孟子"]);
    county.add("reading 城关镇 4-24 title=大学");

    let checked = county.run("check");
    assert_eq!(checked.exit, Exit::Done, "{checked:#?}");
    let kinds = county.ok("kinds reading");
    assert!(!kinds.contains("room") && !kinds.contains("hall"), "{kinds}");
}

#[test]
fn a_field_added_to_a_built_in_kind_is_retired_too() {
    let county = County::new();
    let source = |retired: bool| {
        format!(
            "id = 'troupe'\n[[field]]\nname = 'dialect'\ntype = 'text'\ntitle = '方言'\ndefault = '官话'\n\
             retired = {retired}\n[[evidence]]\nany = ['dialect']\n"
        )
    };
    county.write("kinds/troupe.toml", &source(false));
    county.add("troupe 城关镇 4-23 name=南村秧歌队 discipline=dance members=12 leader=李");
    county.write("kinds/troupe.toml", &source(true));
    county.add("troupe 城关镇 4-24 name=北村秧歌队 discipline=dance members=12 leader=王");
    assert_eq!(county.column("townships/chengguan/2018/troupe.csv", "dialect"), ["官话", ""]);
    let ran = county.run("evidence");
    assert!(!ran.out.contains("北村秧歌队"), "nothing is asked for that cannot be given: {ran:#?}");
}

#[test]
fn a_key_of_nothing_but_retired_fields_is_refused() {
    let county = County::new();
    county.set("CULTURE_LANG", "en");
    let source = retired(&["title", "room"]).replace("key = ['date', 'title', 'room']", "key = ['title', 'room']");
    county.write("kinds/reading.toml", &source);
    let faults = county.run("kinds reading --format json");
    let fault: serde_json::Value = serde_json::from_str(&faults.err).unwrap();
    assert_eq!((&fault["code"], &fault["line"]), (&"retired-key".into(), &3.into()), "{faults:#?}");
}
