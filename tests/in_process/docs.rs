//! `docs/` is true of the program: its TOML examples load, its commands print what it shows, and its tables name just the
//! keys that the loaders know. `UPDATE_GOLDENS=1` writes what the commands print into the documents instead.

mod counting;

use crate::common::{County, holds};
use culture::base::fault::Exit;
use culture::schema::kind::load::Kinds;
use culture::schema::kind::{Field, Kind, Requirement};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn path_of(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)
}

fn text_of(name: &str) -> String {
    fs::read_to_string(path_of(name)).unwrap()
}

/// A part of a document.
enum Part {
    /// Prose, tables and headings; fences of no concern to the tests among them.
    Prose(String),
    /// A fence of TOML, its first line the comment that names its file.
    Toml(String),
    /// A fence of commands and what they print.
    Console(String),
}

/// The parts of a document, which put together are the document.
fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut lines = text.split_inclusive('\n');
    let mut prose = String::new();
    while let Some(line) = lines.next() {
        prose.push_str(line);
        let make: fn(String) -> Part = match line.trim_end() {
            "```toml" => Part::Toml,
            "```console" => Part::Console,
            _ => continue,
        };
        parts.push(Part::Prose(std::mem::take(&mut prose)));
        let body: String = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
        parts.push(make(body));
        prose.push_str("```\n");
    }
    parts.push(Part::Prose(prose));
    parts
}

/// Puts an example into the county: `# PATH` is a whole file, `# added to PATH` comes behind what stands there.
fn write(county: &County, example: &str) {
    let (first, _) = example.split_once('\n').expect("an example has more lines than its first");
    let path = first.strip_prefix("# ").unwrap_or_else(|| panic!("an example begins with its path: {first}"));
    match path.strip_prefix("added to ") {
        Some(path) => county.write(path, &format!("{}\n{example}", county.read(path))),
        None => county.write(path, example),
    }
}

/// What a command prints, behind it what it complains of.
fn printed(county: &County, command: &str) -> String {
    let line = command.strip_prefix("culture ").unwrap_or_else(|| panic!("no culture command: {command}"));
    let ran = county.run(&line.replace('"', "'"));
    assert_ne!(ran.exit, Exit::Usage, "{command}\n{ran:#?}");
    let printed = (ran.out + &ran.err).replace(&county.dir().display().to_string(), ".");
    printed.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// What is printed, and what the document shows where only ids differ.
fn with_ids_of(shown: &[&str], printed: &str) -> String {
    let mut lines: Vec<&str> = printed.lines().collect();
    for (line, shown) in lines.iter_mut().zip(shown) {
        if without_ids(line) == without_ids(shown) {
            *line = shown;
        }
    }
    lines.into_iter().flat_map(|line| [line, "\n"]).collect()
}

/// Ids are random: twelve consonants become dots.
fn without_ids(text: &str) -> String {
    let is_letter = |c: char| "bcdfghjklmnpqrstvwxz".contains(c);
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(is_letter) {
        let (before, run) = rest.split_at(at);
        let (run, behind) = run.split_at(run.find(|c| !is_letter(c)).unwrap_or(run.len()));
        shown.push_str(before);
        shown.push_str(if run.len() == 12 { "............" } else { run });
        rest = behind;
    }
    shown + rest
}

/// Follows a document as a reader would: writes its examples, runs its commands. Gives the county that comes of it.
fn followed(name: &str) -> County {
    let text = text_of(name);
    let county = County::new();
    county.set("CULTURE_LANG", "en");
    let mut fresh = String::new();
    for part in parts(&text) {
        match part {
            Part::Prose(prose) => fresh += &prose,
            Part::Toml(example) => {
                write(&county, &example);
                fresh += &example;
            }
            Part::Console(console) => {
                let mut lines = console.lines().peekable();
                while let Some(line) = lines.next() {
                    let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("no command: {line}"));
                    let mut shown = Vec::new();
                    while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
                        shown.push(line);
                    }
                    fresh.extend([line, "\n", &with_ids_of(&shown, &printed(&county, command))]);
                }
            }
        }
    }
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        // Another test may be reading it.
        let aside = path_of(name).with_extension("new");
        fs::write(&aside, fresh).unwrap();
        fs::rename(&aside, path_of(name)).unwrap();
    } else {
        for (at, (old, new)) in text.lines().zip(fresh.lines()).enumerate() {
            assert_eq!(old, new, "docs/{name}:{}", at + 1);
        }
        assert_eq!(text.lines().count(), fresh.lines().count(), "docs/{name}");
    }
    county
}

#[test]
fn a_kind_is_added_from_the_document_alone() {
    let county = followed("kinds.md");
    let ledger = "townships/chengguan/2018/reading.csv";
    assert_eq!(
        county.rows(ledger)[0].join(","),
        "id,rev,state,date,title,form,place,readers,contact,note,entered_at,entered_by,reason,batch"
    );
    assert_eq!(county.rows(ledger)[1][3..8], ["2018-04-23", "世界读书日", "club", "县图书馆", "80"]);
    assert_eq!(county.column("townships/liuta/2018/reading.csv", "readers"), ["30"]);
    let status = county.json("status");
    let figure = status["indicators"].as_array().unwrap().iter().find(|one| one["id"] == "readings").unwrap();
    assert_eq!((&figure["done"], &figure["target"]), (&2.into(), &12.into()));
    assert_eq!(county.column("townships/chengguan/2018/performance.csv", "venue"), ["outdoor"]);
    assert_eq!(county.column("townships/chengguan/2018/apprentice.csv", "phone_tail"), ["5678"]);
    holds(&county.run("add reading 城关镇 5月6日 title=x place=y readers=0").err, &["readers", "1"]);
}

#[test]
fn the_examples_of_a_plan_are_in_order() {
    let county = followed("plan.md");
    let shown = county.json("plan show 2019");
    for id in ["trained", "six-entry", "digital-points", "home-reach", "facilities", "staff-on-post", "visits"] {
        assert!(shown.to_string().contains(&format!("\"{id}\"")), "{id}");
    }
    county.at("2019-05-02T10:00:00+08:00");
    county.add("facility 城关镇 2017-01-01 name=县图书馆 type=library --clock-is-right");
    county.add("opening 城关镇 2019-05-01 facility=县图书馆 month=2019-04 visits=8000");
    let status = county.json("status --today 2019-07-05");
    let visits = status["indicators"].as_array().unwrap().iter().find(|one| one["id"] == "visits").unwrap();
    let reached: Vec<_> = visits["milestones"].as_array().unwrap().iter().map(|one| one["state"].to_string()).collect();
    assert_eq!(reached, ["\"met\"", "\"behind\"", "\"not-started\""]);
    assert_eq!(visits["milestones"][1]["required"], 15_000);
    assert_eq!(status["arrangements"]["due"], "2019-03-11", "10 March is a Sunday");
    assert_eq!(county.json("status --today 2018-06-28")["adjustment"]["document"], "平政办〔2018〕9号");
}

#[test]
fn the_examples_of_a_data_directory_are_in_order() {
    let county = followed("data-format.md");
    holds(&county.ok("check"), &["no problems found"]);
    holds(&county.ok("township list"), &["城关镇", "68200"]);
}

/// A key that nobody would think of.
const UNHEARD_OF: &str = "qqqqqqqqqqqq";

const KIND: &str = "id = 'x'\ntitle = 'X'\nkey = ['date']\n";
const DATE: &str = "[[field]]\nname = 'date'\ntype = 'date'\ntitle = 'D'\nrequired = true\n";
const TOP: &str = "year = 2019\ntitle = 'P'\ncourse_from = 2019-03-10\ninclusive = true\n";
const INDICATOR: &str = "[[indicator]]\nid = 'i'\ntitle = 'I'\nunit = 'i'\nkind = 'troupe'\nmeasure = 'count'\n\
                         target = 9\nclause = 'c'\n";

/// A file in which one table holds nothing but the key nobody would think of, and the command that reads it: from what it
/// complains of, the loader's keys can be told.
struct Probe {
    document: &'static str,
    /// What the heading over the document's table calls it.
    table: &'static str,
    path: &'static str,
    text: String,
    command: &'static str,
}

/// One for each table of keys in the documents; `?` stands for the key.
fn probes() -> Vec<Probe> {
    let mut probes = kind_probes();
    probes.extend(plan_probes());
    probes.extend(other_probes());
    probes
}

fn kind_probes() -> Vec<Probe> {
    let of = |table, text| Probe { document: "kinds.md", table, path: "kinds/x.toml", text, command: "kinds x" };
    let choice = "[[field]]\nname = 'y'\ntitle = 'Y'\ntype = 'choice'\nchoices = [{ ? }]\n";
    let mut probes = vec![
        of("kinds/ID.toml", format!("?\n{DATE}")),
        of("[[field]]", format!("{KIND}{DATE}[[field]]\n?\n")),
        of("choices", format!("{KIND}{DATE}{choice}")),
    ];
    for table in ["[roster]", "[[double]]", "[[evidence]]", "[inspects]", "[notice]"] {
        probes.push(of(table, format!("{KIND}{table}\n?\n{DATE}")));
    }
    let added = of("kinds/BUILT-IN.toml", "?\n".to_owned());
    probes.push(Probe { path: "kinds/troupe.toml", command: "kinds troupe", ..added });
    probes
}

fn plan_probes() -> Vec<Probe> {
    let (path, command) = ("plans/2019.toml", "plan show 2019");
    let of = |table, text| Probe { document: "plan.md", table, path, text, command };
    let mut probes = vec![
        of("plans/YEAR.toml", "?\n".to_owned()),
        of("milestones", format!("{TOP}{INDICATOR}milestones = [{{ ? }}]\n")),
    ];
    for table in [
        "[adjustment]",
        "[[milestone]]",
        "[[indicator]]",
        "[arrangement]",
        "[monthly_report]",
        "[supervision]",
        "[[duty]]",
        "[money]",
        "[[expenditure]]",
        "[coverage]",
    ] {
        probes.push(of(table, format!("{TOP}{table}\n?\n")));
    }
    probes
}

fn other_probes() -> Vec<Probe> {
    let of = |table, path, command| Probe { document: "data-format.md", table, path, text: "?\n".to_owned(), command };
    let (holidays, closing) = ("holidays/2019.toml", "closings/2018-05.toml");
    let mut probes = vec![
        of("culture.toml", "culture.toml", "status"),
        of("townships/ID/township.toml", "townships/liuta/township.toml", "status"),
        of("holidays/YEAR.toml", holidays, "due"),
        Probe { text: "year = 2019\n[[holiday]]\n?\n".to_owned(), ..of("[[holiday]]", holidays, "due") },
        of("closings/MONTH.toml", closing, "status --month 2018-05"),
    ];
    for table in ["[[indicator]]", "[reports]", "[plan]", "[seal]"] {
        probes.push(Probe { text: format!("{table}\n?\n"), ..of(table, closing, "status --month 2018-05") });
    }
    probes
}

/// The keys of a table.
#[derive(Debug, Default, PartialEq)]
struct Keys {
    known: BTreeSet<String>,
    /// Those of them that must be there.
    required: BTreeSet<String>,
}

impl Probe {
    /// The keys that the loader knows.
    fn keys(&self) -> Keys {
        let Probe { path, text, command, .. } = self;
        let county = County::new();
        county.set("CULTURE_LANG", "en");
        county.write(path, &text.replace('?', &format!("{UNHEARD_OF} = 1")));
        let ran = county.run(&format!("{command} --format json"));
        // A fault of the table has a line; one of the file has none.
        let is_file = text.starts_with('?');
        let mut keys = Keys::default();
        let said = ran.out + &ran.err;
        for fault in faults_of(&said).iter().filter(|fault| fault["file"] == *path) {
            let field = fault["field"].as_str();
            if fault["code"] == "unknown-key" && field == Some(UNHEARD_OF) {
                let (_, listed) = fault["hint"].as_str().unwrap().rsplit_once(": ").unwrap();
                keys.known.extend(listed.split(", ").map(str::to_owned));
            } else if fault["code"] == "missing-key" && fault["line"].is_null() == is_file {
                keys.required.extend(field.map(str::to_owned));
            }
        }
        assert!(!keys.known.is_empty(), "{path}: no loader read this\n{text}\n{said}");
        keys
    }
}

/// What a command printed for programs, whatever stands around it: every object that is a fault.
fn faults_of(printed: &str) -> Vec<serde_json::Value> {
    let mut values: Vec<serde_json::Value> = Vec::new();
    let mut rest = serde_json::Deserializer::from_str(printed).into_iter();
    values.extend(rest.by_ref().map_while(Result::ok));
    let mut faults = Vec::new();
    while let Some(value) = values.pop() {
        if value.get("code").is_some() {
            faults.push(value);
        } else {
            let list = value.as_array().into_iter().flatten();
            values.extend(list.chain(value.as_object().into_iter().flat_map(|object| object.values())).cloned());
        }
    }
    faults
}

/// The tables of keys in a document, by what their headings call them.
fn tables(document: &str) -> BTreeMap<String, Keys> {
    let text = text_of(document);
    let mut tables: BTreeMap<String, Keys> = BTreeMap::new();
    let mut heading = "";
    let mut within = false;
    for line in text.lines() {
        if line.starts_with('#') {
            heading = line.split('`').nth(1).unwrap_or_default();
        }
        if line == "| key | type | default | meaning |" {
            within = true;
            let before = tables.insert(heading.to_owned(), Keys::default());
            assert_eq!(before, None, "docs/{document}: {heading} has two tables");
            continue;
        }
        within &= line.starts_with('|');
        let Some(key) = line.split('`').nth(1).filter(|_| within && !line.starts_with("|--")) else { continue };
        let keys = tables.get_mut(heading).unwrap();
        keys.known.insert(key.to_owned());
        if line.split('|').nth(3).is_some_and(|default| default.trim() == "required") {
            keys.required.insert(key.to_owned());
        }
    }
    tables
}

#[test]
fn every_key_is_in_a_table_and_every_key_in_a_table_is_known() {
    for document in ["kinds.md", "plan.md", "data-format.md"] {
        let known = probes().into_iter().filter(|probe| probe.document == document);
        let known: BTreeMap<String, Keys> = known.map(|probe| (probe.table.to_owned(), probe.keys())).collect();
        let told = tables(document);
        for (table, keys) in &told {
            assert_eq!(Some(keys), known.get(table), "docs/{document}, {table}: told, known");
        }
        assert_eq!(told.len(), known.len(), "docs/{document} lacks a table: {:?}", known.keys());
    }
}

/// The rows of a table whose first column is called so, as cells without their marks.
fn rows_of(name: &str, first: &str) -> Vec<Vec<String>> {
    let text = text_of(name);
    let rows = text.lines().skip_while(|line| !line.starts_with(&format!("| {first} |")));
    let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.replace('`', "").trim().to_owned()).collect())
        .collect()
}

#[test]
fn the_table_of_built_in_kinds_is_theirs() {
    let kinds = Kinds::load(&[], None).unwrap();
    let row = |kind: &Kind| {
        let required = |field: &Field| field.required == Requirement::Always;
        let field = |field: &Field| format!("{}{}", field.name, if required(field) { "*" } else { "" });
        let fields: Vec<String> = kind.fields.iter().map(field).collect();
        let key: Vec<&str> = kind.key.iter().map(|&at| kind.fields[at].name.as_str()).collect();
        vec![format!("{} {}", kind.id, kind.title.zh), fields.join(", "), key.join(", ")]
    };
    assert_eq!(rows_of("kinds.md", "kind"), kinds.iter().map(row).collect::<Vec<_>>());
}

/// What stands in `code` in a cell of a table.
fn code(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn what_people_write_is_stored_as_the_table_of_types_says() {
    let text = text_of("kinds.md");
    let rows = text.lines().skip_while(|line| !line.starts_with("| type | people write"));
    let mut read = 0;
    for row in rows.skip(2).take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.split(" | ").collect();
        let ty = code(cells[0]).next().unwrap();
        if !["date", "month", "year", "integer", "decimal", "bool"].contains(&ty) {
            continue;
        }
        let county = County::new();
        let places = if ty == "decimal" { "places = 2\n" } else { "" };
        let field = format!("[[field]]\nname = 'it'\ntitle = 'It'\ntype = '{ty}'\n{places}");
        county.write("kinds/x.toml", &format!("{KIND}{DATE}{field}"));
        for written in code(cells[1]) {
            county.add(&format!("x 城关镇 2018-06-01 it={written} --again"));
        }
        let stored = county.column("townships/chengguan/2018/x.csv", "it");
        assert_eq!(Some(stored[0].as_str()), code(cells[2]).next(), "{ty}");
        assert_eq!(stored.len(), code(cells[1]).count(), "{ty}");
        read += 1;
    }
    assert_eq!(read, 6);
}

/// The keys of every object in a value, by where it stands: `a.b` in objects, `a[]` in lists.
fn objects(value: &serde_json::Value, at: &str, found: &mut BTreeMap<String, BTreeSet<String>>) {
    if let Some(object) = value.as_object() {
        for (key, value) in object {
            let below = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
            objects(value, &below, found);
            found.entry(at.to_owned()).or_default().insert(key.clone());
        }
    }
    for value in value.as_array().into_iter().flatten() {
        objects(value, &format!("{at}[]"), found);
    }
}

#[test]
fn every_key_of_the_status_is_described() {
    let county = County::new();
    county.add("expense 城关镇 3-1 heading=training amount=5");
    let _ = county.ok("plan adjust 2018 --document 9号 --reason 增加 --target performances=66");
    let mut found = BTreeMap::new();
    objects(&county.json("status"), "", &mut found);
    let place = |row: &Vec<String>| row[0].replace("the top", "");
    let keys = |row: &Vec<String>| row[1].split(", ").map(str::to_owned).collect::<BTreeSet<_>>();
    let told: BTreeMap<_, _> = rows_of("data-format.md", "at").iter().map(|row| (place(row), keys(row))).collect();
    assert_eq!(told, found);
}
