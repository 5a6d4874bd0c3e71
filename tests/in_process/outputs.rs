//! What a command writes for people harms nothing: not the county's own files, not what it reads, not what stands there.

use crate::common::{County, Folder, holds};
use culture::base::fault::Exit;
use std::fs;
use std::path::{Path, PathBuf};

/// Every way of writing a file for people: the command up to the file's name, and how that ends.
const WRITING: [(&str, &str); 21] = [
    ("export performance -o", "csv"),
    ("export performance -o", "jsonl"),
    ("export all -o", "xlsx"),
    ("template --all -o", "xlsx"),
    ("status -o", "txt"),
    ("due -o", "csv"),
    ("due --ics -o", "ics"),
    ("lagging -o", "md"),
    ("notice list -o", "json"),
    ("handover -o", "xlsx"),
    ("report month 2018-05 -o", "xlsx"),
    ("report coverage -o", "csv"),
    ("report acceptance -o", "csv"),
    ("report milestone 2018-07-01 -o", "csv"),
    ("verify -o", "csv"),
    ("restate 2018-03 -o", "csv"),
    ("why performances -o", "csv"),
    ("list performance -o", "csv"),
    ("evidence performance -o", "csv"),
    ("sample performance --size 1 --seed 甲 -o", "csv"),
    ("import performance sent.csv --partial --returns", "xlsx"),
];

/// Files that would be a county's own, without their ending.
const OWN_PLACES: [&str; 8] = [
    "townships/chengguan/2018/performance",
    "./performance",
    "plans/2019",
    "townships/../plans/2018",
    "out/../performance",
    "evidence/1",
    ".git/1",
    "OUT/1",
];

/// A sheet of which one row is refused.
const SENT: &str = "填报单位,演出日期,“六进”类别,演出地点\n城关镇,5-21,进农村,李庄\n城关镇,5-32,进农村,李庄\n";
const LEDGER_FOLDER: &str = "townships/chengguan/2018";

/// A county with performances and a sheet that came in, called from the folder below.
fn filled(below: &str) -> County {
    let county = County::new();
    county.add("performance 城关镇 3-10 into=village place=王庄");
    county.add("performance 城关镇 5-20 into=village place=王庄");
    county.write("kinds/performance.toml", "id = \"performance\"\n\n[[evidence]]\nany = [\"url\"]\n");
    assert_eq!(county.run("close 2018-03 --despite 试报").exit, Exit::Done);
    county.write(Path::new(below).join("sent.csv").to_str().unwrap(), SENT);
    county.enter(below);
    county
}

/// Every file that is the county's own, hidden ones too, links as what they lead to.
fn own_files(county: &County) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    let mut folders = vec![county.dir().to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.extend((path != county.dir().join("out")).then_some(path));
            } else {
                let bytes = fs::read(&path).unwrap_or_default();
                all.push((path, bytes));
            }
        }
    }
    all.sort();
    all
}

/// The command must be refused and leave everything as it is, with `--force` too.
#[track_caller]
fn refused(county: &County, line: &str, said: &[&str]) {
    let before = own_files(county);
    for force in ["", " --force"] {
        let ran = county.run(&format!("{line}{force}"));
        assert!(ran.exit == Exit::Usage && ran.out.is_empty(), "culture {line}{force}\n{ran:#?}");
        holds(&ran.err, said);
        assert!(own_files(county) == before, "culture {line}{force}");
    }
}

#[test]
fn the_cases_hold_every_verb_that_writes_for_people() {
    let county = filled("");
    let writes = |verb: &&str| {
        let help = county.ok(&format!("help {verb}"));
        let below = help.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
        let below = below.filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()) && !word.is_empty());
        let below: Vec<String> = below.map(|word| county.run(&format!("help {verb} {word}")).out).collect();
        below.iter().chain([&help]).any(|help| ["--output", "--returns"].iter().any(|option| help.contains(option)))
    };
    let verbs: Vec<&str> = culture::cli::VERBS.iter().map(|verb| verb.name).filter(writes).collect();
    let lacking: Vec<&&str> =
        verbs.iter().filter(|verb| !WRITING.iter().any(|(line, _)| line.starts_with(*verb))).collect();
    assert!(lacking.is_empty() && verbs.len() >= 15, "{lacking:?} of {verbs:?}");
}

#[test]
fn a_bare_name_within_the_data_directory_goes_to_out() {
    for (command, ending) in WRITING {
        for (below, up) in [("", ""), (LEDGER_FOLDER, "../../../"), ("plans", "../")] {
            let county = filled(below);
            let own = own_files(&county).len();
            let ran = county.run(&format!("{command} performance.{ending}"));
            assert!([Exit::Done, Exit::Found].contains(&ran.exit), "culture {command}\n{ran:#?}");
            holds(&ran.out, &[&format!("{up}out/performance.{ending}")]);
            assert!(county.has(&format!("out/performance.{ending}")), "culture {command}");
            let new = own_files(&county).len() - own;
            assert_eq!(new, 0, "culture {command}: {new} more of the county's own files");
        }
    }
}

#[test]
fn no_command_writes_among_the_countys_own_files() {
    let county = filled("");
    for folder in ["evidence", ".git", "OUT", "out"] {
        fs::create_dir_all(county.dir().join(folder)).unwrap();
    }
    for (command, ending) in WRITING {
        // One rule is behind all of them: one command goes through all the places.
        let places = if command == "status -o" { OWN_PLACES.as_slice() } else { &OWN_PLACES[..2] };
        for stem in places {
            let name = stem.rsplit('/').next().unwrap();
            refused(&county, &format!("{command} {stem}.{ending}"), &["属于数据目录", &format!("out/{name}.{ending}")]);
        }
    }
    for file in ["./culture.toml", "plans/2018.toml", "./.journal", "./.lock", "townships/chengguan/township.toml"] {
        refused(&county, &format!("status -o {file}"), &[file, "属于数据目录"]);
    }
    refused(&filled(""), "status -o ./out", &["./out 属于数据目录", "out/out"]);
    refused(&county, "export all -o .", &[". 属于数据目录", "：out"]);
    for folder in ["plans", "./plans", "townships/chengguan/2018", "./new", "out/.."] {
        let ran = county.run(&format!("export all -o {folder}"));
        assert!(ran.exit == Exit::Usage || folder == "plans", "{folder}: {ran:#?}");
    }
    assert!(county.has("out/plans/演出.csv"), "a bare name, though there is such a folder");
}

/// The cases in which ledgers, settings and plans were lost, word for word.
#[test]
fn ledgers_and_settings_stay_where_they_were_lost() {
    let county = filled(LEDGER_FOLDER);
    let before = own_files(&county);
    holds(&county.ok("export performance -t 城关 -o performance.csv"), &["../../../out/performance.csv"]);
    refused(&county, "export all -o .", &["属于数据目录"]);
    refused(&county, "status -o ../../../culture.toml", &["../../../culture.toml 属于数据目录", "../../../out/NAME"]);
    county.ok("status -o .journal");
    assert!(own_files(&county) == before && county.has("out/.journal"));
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere_that_does_harm() {
    use std::os::unix::fs::symlink;
    let elsewhere = Folder::new();
    let county = filled("");
    let plan = county.dir().join("plans/2018.toml");
    let link = elsewhere.0.join("link.csv");
    symlink(&plan, &link).unwrap();
    let link = link.display();
    refused(&county, &format!("status -o '{link}'"), &[&format!("{link} 属于数据目录")]);
    // A township's folder, and a plan, that stand elsewhere are the county's own all the same.
    fs::rename(county.dir().join("townships/chengguan"), elsewhere.0.join("chengguan")).unwrap();
    symlink(elsewhere.0.join("chengguan"), county.dir().join("townships/chengguan")).unwrap();
    fs::rename(&plan, elsewhere.0.join("plan.toml")).unwrap();
    symlink(elsewhere.0.join("plan.toml"), &plan).unwrap();
    for file in ["chengguan/2018/performance.csv", "chengguan/2018/new.csv", "chengguan/new.csv", "plan.toml"] {
        let file = elsewhere.0.join(file);
        refused(&county, &format!("export performance -o '{}' --format csv", file.display()), &["属于数据目录"]);
    }
    let ledger = fs::read_to_string(elsewhere.0.join("chengguan/2018/performance.csv")).unwrap();
    assert_eq!(ledger.lines().count(), 3);
    // `out` may be elsewhere, but not among what is kept.
    symlink(&elsewhere.0, county.dir().join("out")).unwrap();
    county.ok("status -o page.txt");
    assert!(elsewhere.0.join("page.txt").exists());
    refused(&county, "status -o plan.toml", &["out/plan.toml 属于数据目录"]);
    fs::remove_file(county.dir().join("out")).unwrap();
    symlink(county.dir().join("plans"), county.dir().join("out")).unwrap();
    refused(&county, "status -o page.txt", &["out/page.txt 属于数据目录"]);
    refused(&county, "export all -o all", &["属于数据目录"]);
    // A link to what is not there yet would make it where nobody looked.
    symlink(elsewhere.0.join("nothing.csv"), elsewhere.0.join("dangling.csv")).unwrap();
    refused(&county, &format!("status -o '{}'", elsewhere.0.join("dangling.csv").display()), &["失效的链接"]);
}

#[cfg(unix)]
#[test]
fn what_a_link_leads_to_is_replaced_and_the_link_stays() {
    let elsewhere = Folder::new();
    let county = filled("");
    fs::write(elsewhere.0.join("page.txt"), "old").unwrap();
    std::os::unix::fs::symlink(elsewhere.0.join("page.txt"), elsewhere.0.join("link.txt")).unwrap();
    let link = elsewhere.0.join("link.txt");
    assert_eq!(county.ok(&format!("status -o '{}' --force", link.display())), "");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(elsewhere.0.join("page.txt")).unwrap().starts_with("县 2018年"));
}

#[test]
fn another_countys_files_are_as_safe() {
    let county = filled("");
    let other = filled("");
    let before = own_files(&other);
    let root = other.dir().display().to_string();
    for file in ["culture.toml", "new.csv", "townships/chengguan/2018/performance.csv"] {
        refused(&county, &format!("status -o '{root}/{file}'"), &[&format!("{root}/{file} 属于数据目录 {root}")]);
    }
    refused(&county, &format!("export all -o '{root}'"), &["属于数据目录"]);
    county.ok(&format!("status -o '{root}/out/page.txt'"));
    county.ok(&format!("export all -o '{root}/out/all'"));
    assert!(own_files(&other) == before && other.has("out/page.txt") && other.has("out/all/演出.csv"));
    // Called from within the other one, a bare name means its `out`.
    let ran = County::nowhere();
    ran.set("CULTURE_DATA", county.dir().to_str().unwrap());
    ran.enter(&root);
    holds(&ran.ok("status -o other.txt"), &["out/other.txt"]);
    assert!(other.has("out/other.txt") && own_files(&other) == before);
}

#[test]
fn no_file_is_called_like_the_settings_of_a_county() {
    let elsewhere = Folder::new();
    let county = filled("");
    for file in ["culture.toml", "Culture.TOML"] {
        let file = elsewhere.0.join(file);
        refused(&county, &format!("status -o '{}'", file.display()), &["会被当作数据目录"]);
    }
    refused(&county, "status -o culture.toml", &["out/culture.toml", "会被当作数据目录"]);
}

#[test]
fn what_stands_there_stays_unless_it_is_said_otherwise() {
    for (command, ending) in WRITING {
        let county = filled("");
        county.write(&format!("out/page.{ending}"), "mine");
        let option = command.rsplit(' ').next().unwrap();
        let said = county.refused(&format!("{command} page.{ending}"));
        holds(&said, &[&format!("out/page.{ending} 已经存在"), "--force", option]);
        county.answers("否");
        county.refused(&format!("{command} page.{ending}"));
        county.answers("");
        county.refused(&format!("{command} page.{ending}"));
        county.answers("y");
        let ran = county.run(&format!("{command} page.{ending}"));
        holds(&ran.err, &[&format!("out/page.{ending} 已经存在，覆盖吗？（是/否）")]);
        assert!([Exit::Done, Exit::Found].contains(&ran.exit), "culture {command}\n{ran:#?}");
        let written = fs::read(county.dir().join(format!("out/page.{ending}"))).unwrap();
        assert_ne!(written, b"mine", "culture {command}");
        let ran = county.run(&format!("{command} page.{ending} --force"));
        assert!([Exit::Done, Exit::Found].contains(&ran.exit), "culture {command}\n{ran:#?}");
    }
}

#[test]
fn of_several_files_all_are_written_or_none() {
    let county = filled("");
    county.write("out/all/培训.csv", "mine");
    county.write("out/all/演出.csv", "mine");
    let said = county.refused("export all -o all");
    holds(&said, &["等 2 个文件已经存在", "--force"]);
    assert_eq!(fs::read_dir(county.dir().join("out/all")).unwrap().count(), 2);
    county.ok("export all -o all --force");
    assert_ne!(county.read("out/all/演出.csv"), "mine");
}

#[test]
fn what_is_imported_is_not_what_is_written() {
    let county = filled("");
    let elsewhere = Folder::new();
    county.ok("export performance -o 5月.xlsx");
    let sheet = fs::read(county.dir().join("out/5月.xlsx")).unwrap();
    let sent = elsewhere.0.join("sent.xlsx");
    fs::write(&sent, &sheet).unwrap();
    fs::hard_link(&sent, elsewhere.0.join("hard.xlsx")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&sent, elsewhere.0.join("soft.xlsx")).unwrap();
    let names: &[&str] = if cfg!(unix) { &["sent.xlsx", "hard.xlsx", "soft.xlsx"] } else { &["sent.xlsx"] };
    for name in names {
        let (sent, name) = (sent.display(), elsewhere.0.join(name));
        let name = name.display();
        refused(
            &county,
            &format!("import performance '{sent}' --partial --returns '{name}'"),
            &[&format!("{name} 正是要读入的文件")],
        );
    }
    assert_eq!(fs::read(&sent).unwrap(), sheet);
}

#[test]
fn a_place_that_cannot_be_written_leaves_nothing_stored() {
    let county = filled("");
    for file in ["nowhere/back.xlsx", "sent.csv/back.xlsx"] {
        let said = county.fails(&format!("import performance sent.csv --partial --returns {file}"), Exit::Failed);
        holds(&said, &[&format!("无法写入 {file}")]);
    }
    fs::create_dir_all(county.dir().join("out/back.xlsx")).unwrap();
    holds(&county.refused("import performance sent.csv --partial --returns back.xlsx"), &["out/back.xlsx 是文件夹"]);
    let ran = county.run("import performance sent.csv --partial --returns back-1.xlsx");
    assert_eq!(ran.exit, Exit::Found);
    holds(&ran.out, &["已把 1 行写入退回表 out/back-1.xlsx", "新增 1 条"]);
}

#[cfg(target_os = "linux")]
#[test]
fn rows_refused_that_find_no_room_keep_the_others_from_being_stored() {
    let county = filled("");
    // The longest name that a file can have leaves no room for one beside it, unless that is short.
    let long = format!("out/{}.xlsx", "a".repeat(250));
    let ran = county.run(&format!("import performance sent.csv --partial --returns {long}"));
    assert_eq!(ran.exit, Exit::Found, "{ran:#?}");
    let longer = format!("out/{}.xlsx", "a".repeat(251));
    let other = filled("");
    other.fails(&format!("import performance sent.csv --partial --returns {longer}"), Exit::Failed);
}

#[test]
fn nothing_in_out_is_read_or_complained_of() {
    let county = filled("");
    let status = county.ok("status");
    for file in ["culture.toml", "plans/2018.toml", "townships/chengguan/2018/performance.csv", "x.csv"] {
        county.write(&format!("out/{file}"), "not a line of it can be read\u{1b}");
    }
    county.remove("sent.csv");
    assert_eq!(county.ok("status"), status);
    let ran = county.run("check");
    assert!(ran.exit == Exit::Done && ran.err.is_empty(), "{ran:#?}");
}

#[test]
fn force_alone_is_no_option() {
    let county = filled("");
    holds(&county.refused("status --force"), &["--output"]);
    holds(&county.refused("import performance sent.csv --force"), &["--returns"]);
}
