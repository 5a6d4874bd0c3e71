//! `--public` on every command that shows what is on record: none of the sample county's people is named, in no format.

use crate::common::County;
use culture::base::fault::Exit;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What each command is asked; every one that can leave out people stands here.
const SHOWING: [&str; 32] = [
    "status",
    "status --by-township",
    "status -t 城关镇",
    "status --month 2018-05",
    "due --days 60",
    "due --days 365",
    "lagging --today 2018-07-10",
    "notice list --all",
    "handover",
    "report month 2018-05",
    "report milestone 2018-07-01 --records",
    "report coverage",
    "report acceptance",
    "report acceptance --unchecked",
    "why trained",
    "why trained -t 城关镇",
    "why troupes",
    "why performances",
    "verify",
    "restate 2018-05",
    "sample trainee --size 5 --seed 甲",
    "sample troupe --size 5 --seed 甲",
    "evidence trainee",
    "township list",
    "plan show",
    "log --last 1000",
    "list KIND --void",
    "export KIND",
    "export KIND --ledger",
    "export all --format jsonl",
    "show ID",
    "show ID --history",
];

const FORMATS: [&str; 5] = ["table", "csv", "json", "markdown", "ids"];

/// The sample county with telephones, a closed month and what was corrected since, by people and for reasons that name
/// them.
fn county() -> County {
    let county = County::nowhere();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    crate::common::folder::copy(&sample, county.dir());
    county.set("CULTURE_USER", "诸葛登记");
    for (number, id) in township_ids(&county).into_iter().enumerate() {
        let line = format!("township edit {id} --phone 0371-55500{number:02} --leader 欧阳领导{number}");
        assert_eq!(county.run(&line).exit, Exit::Done, "{line}");
    }
    county.write("kinds/trainee.toml", "id = \"trainee\"\n\n[[evidence]]\nany = [\"note\"]\n");
    assert_eq!(county.run("close 2018-05 --despite 司马同意").exit, Exit::Done);
    county.at("2018-07-02T09:00:00+08:00");
    for (kind, changes) in [
        ("trainee", "--name 上官改名 --phone-tail 9731"),
        ("troupe", "--leader 夏侯队长 --members 31"),
        ("training", "--teacher 令狐老师"),
    ] {
        let id = first(&county, kind, "2018-05-31");
        let line = format!("edit {id} {changes} --reason 端木核对 --late 端木核对");
        assert_eq!(county.run(&line).exit, Exit::Done, "{line}");
    }
    let adjusting =
        "plan adjust 2018 --document 文广新〔2018〕9号 --issued 2018-07-01 --reason 核减 --target performances=61";
    assert_eq!(county.run(adjusting).exit, Exit::Done, "{adjusting}");
    county
}

fn township_ids(county: &County) -> Vec<String> {
    county.ok("township list --format ids").lines().map(str::to_owned).collect()
}

/// The first record of a kind up to a day.
fn first(county: &County, kind: &str, to: &str) -> String {
    county.ok(&format!("list {kind} --to {to} --format ids")).lines().next().unwrap().to_owned()
}

/// All words that stand in personal fields, of records and of townships, and who wrote each row and why.
fn personal_values(county: &County) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, bytes) in county.files() {
        let text = String::from_utf8(bytes).unwrap();
        if path.ends_with("township.toml") {
            let table: toml::Table = text.parse().unwrap();
            found.extend(
                ["leader", "contact", "phone"].iter().filter_map(|key| Some(table.get(*key)?.as_str()?.to_owned())),
            );
        } else if path.starts_with("townships") {
            let kind = Path::new(&path).file_stem().unwrap().to_string_lossy().into_owned();
            let fields = personal_fields(&kind);
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let headings = reader.headers().unwrap().clone();
            for row in reader.records().map(Result::unwrap) {
                let cells = headings.iter().zip(&row).filter(|(heading, _)| fields.contains(*heading));
                found.extend(cells.map(|(_, cell)| cell.to_owned()));
            }
        }
    }
    // Some are paid that are nobody: a township, a troupe.
    let nobody = ["县文化馆", "新集镇豫剧团"];
    found.retain(|value| !value.is_empty() && !nobody.contains(&value.as_str()));
    found
}

/// The columns of a built-in kind that are personal, and the two of every row.
fn personal_fields(kind: &str) -> BTreeSet<String> {
    let path = format!("{}/src/kinds/{kind}.toml", env!("CARGO_MANIFEST_DIR"));
    let table: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let fields = table["field"].as_array().unwrap().iter();
    let personal = fields.filter(|field| field.get("personal").and_then(toml::Value::as_bool) == Some(true));
    let names = personal.map(|field| field["name"].as_str().unwrap().to_owned());
    names.chain(["entered_by".to_owned(), "reason".to_owned()]).collect()
}

/// The words of a text that are personal. Digits are no telephone's where they are a part of a longer number.
fn named<'v>(text: &str, values: &'v BTreeSet<String>) -> Vec<&'v str> {
    let stands = |value: &str| {
        let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
        text.match_indices(value).any(|(at, _)| {
            let beside = text[..at].chars().next_back().into_iter().chain(text[at + value.len()..].chars().next());
            !is_number || !beside.into_iter().any(|c| c.is_ascii_alphanumeric() || c == '-' || c == ':')
        })
    };
    values.iter().map(String::as_str).filter(|value| stands(value)).collect()
}

/// A line for each kind, and for a record of it, that the pattern stands for.
fn lines(county: &County, pattern: &str) -> Vec<String> {
    let kinds =
        ["trainee", "training", "troupe", "staff", "monthly-report", "arrangement", "expense", "performance", "notice"];
    if pattern.contains("KIND") {
        kinds.iter().map(|kind| pattern.replace("KIND", kind)).collect()
    } else if pattern.contains("ID") {
        kinds.iter().map(|kind| pattern.replace("ID", &first(county, kind, "2018-07-02"))).collect()
    } else {
        vec![pattern.to_owned()]
    }
}

#[test]
fn nobody_is_named_to_the_public() {
    let county = county();
    let values = personal_values(&county);
    assert!(values.len() > 60 && values.contains("上官改名") && values.contains("欧阳领导3"), "{values:?}");
    let mut naming = 0;
    let mut leaks = Vec::new();
    for pattern in SHOWING {
        for line in lines(&county, pattern) {
            for format in FORMATS {
                let asked = if line.contains("--format") { line.clone() } else { format!("{line} --format {format}") };
                let ran = county.run(&format!("{asked} --public"));
                if ran.exit == Exit::Usage && line.starts_with("export") {
                    continue;
                }
                assert!([Exit::Done, Exit::Found].contains(&ran.exit), "culture {asked} --public\n{ran:#?}");
                if ["csv", "jsonl"].contains(&format) {
                    naming += usize::from(!named(&county.run(&asked).out, &values).is_empty());
                }
                let found = named(&(ran.out.clone() + &ran.err), &values);
                leaks.extend((!found.is_empty()).then(|| format!("culture {asked} --public: {found:?}")));
            }
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    assert!(naming > 25, "only {naming} of these name anybody without --public");
}

/// What shows records of the county has `--public`; what follows shows none, or is for those who keep them.
#[test]
fn every_command_that_shows_records_can_leave_people_out() {
    let others = ["add", "check", "kinds"];
    let county = County::new();
    let mut lacking = Vec::new();
    for verb in culture::cli::VERBS {
        let help = county.ok(&format!("help {}", verb.name));
        let below = help.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
        let below = below.filter(|word| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase()));
        let calls = below.map(|word| format!("{} {word}", verb.name)).chain([verb.name.to_owned()]);
        for call in calls {
            let help = county.run(&format!("help {call}")).out;
            let tested = SHOWING.iter().any(|line| line.starts_with(&call));
            if help.contains("--format") && !(help.contains("--public") && tested) && !others.contains(&call.as_str()) {
                lacking.push(call);
            }
        }
    }
    assert!(lacking.is_empty(), "{lacking:?}");
}
