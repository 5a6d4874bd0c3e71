//! Advice can be followed: every command that the program's words or its documents name exists, with the options named and
//! those that it cannot do without; and what is printed as a way out runs when pasted.

#[path = "../architecture/source.rs"]
#[allow(dead_code, reason = "the architecture test uses the rest")]
mod source;

use crate::common::County;
use culture::base::fault::Exit;
use culture::cli::VERBS;
use culture::schema::kind::load::builtin_ids;
use source::sources;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a command's help says that it takes.
#[derive(Clone, Default)]
struct Usage {
    options: BTreeSet<String>,
    required: BTreeSet<String>,
    /// `-t` stands for `--township`.
    short: BTreeMap<String, String>,
    below: BTreeSet<String>,
}

impl Usage {
    fn of(county: &County, command: &str) -> Usage {
        let help = county.ok(&format!("{command} --help"));
        let mut usage = Usage::default();
        for word in help.split(|c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '(' | ')')) {
            let is_option = word.starts_with("--") && word.len() > 2;
            usage.options.extend(is_option.then(|| word.trim_end_matches(['.', ';', ':']).to_owned()));
        }
        usage.options.insert("--help".to_owned());
        // A short option's line is `-t, --township <TOWNSHIP>`.
        for line in help.lines().map(str::trim_start).filter(|line| line.starts_with('-') && !line.starts_with("--")) {
            let mut words = line.split([',', ' ']).filter(|word| word.starts_with('-'));
            let short = words.next().map(str::to_owned);
            usage.short.extend(short.zip(words.next().map(str::to_owned)));
        }
        let line = help.split("Usage: ").nth(1).unwrap().split("\n\n").next().unwrap().replace('\n', " ");
        let mut optional = 0;
        for word in line.split_whitespace() {
            optional += word.matches('[').count();
            let is_required = optional == 0 && word.starts_with("--");
            usage.required.extend(is_required.then(|| word.to_owned()));
            optional -= word.matches(']').count();
        }
        let below = help.split("Commands:\n").nth(1).unwrap_or_default();
        let names = below.lines().take_while(|line| line.starts_with("  ")).filter(|line| !line.starts_with("   "));
        usage.below = names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
        usage
    }
}

/// What every command takes, by its words (`plan adjust`). `add`, `edit` and the like take the fields of all kinds.
fn usages(county: &County) -> BTreeMap<String, Usage> {
    let mut usages = BTreeMap::new();
    for verb in VERBS {
        let mut usage = Usage::of(county, verb.name);
        for below in &usage.below {
            let words = format!("{} {below}", verb.name);
            usages.insert(words.clone(), Usage::of(county, &words));
        }
        if matches!(verb.name, "add" | "edit") {
            for kind in builtin_ids() {
                usage.options.extend(Usage::of(county, &format!("add {kind}")).options);
            }
        }
        usages.insert(verb.name.to_owned(), usage);
    }
    usages
}

/// The commands that a text names: the words from behind `culture` to where the sentence goes on.
fn commands(text: &str) -> Vec<Vec<&str>> {
    let mut all = Vec::new();
    for (at, name) in text.match_indices("culture ") {
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '/' | '-')) {
            continue;
        }
        let rest = &text[at + name.len()..];
        let ends = |(at, c): &(usize, char)| {
            let sentence = matches!(c, ',' | '.' | ':') && rest[at + 1..].starts_with([' ', '\n']);
            sentence || "；，。、）);|`\n\"“”".contains(*c)
        };
        let end = rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at);
        all.push(rest[..end].split_whitespace().collect());
    }
    all
}

/// What is wrong with a command that a text names; nothing if it is none.
fn wrong(usages: &BTreeMap<String, Usage>, command: &[&str]) -> Option<String> {
    let (verb, mut rest) = command.split_first()?;
    let mut usage = match usages.get(*verb) {
        Some(usage) => usage,
        None if rest.first().is_some_and(|word| word.starts_with("--")) => return Some(format!("no command {verb}")),
        None => return None,
    };
    if let Some(below) = rest.first().and_then(|word| usages.get(&format!("{verb} {word}"))) {
        usage = below;
        rest = &rest[1..];
    }
    let is_literal = |word: &&&str| word.starts_with("--") && !word.contains(['{', '|', '…']);
    let given: Vec<&str> = rest.iter().filter(is_literal).map(|word| word.split('=').next().unwrap()).collect();
    if let Some(unknown) = given.iter().find(|option| !usage.options.contains(**option)) {
        return Some(format!("{verb} has no option {unknown}"));
    }
    let is_value = |word: &&str| word.starts_with(['{', '-']) || word.chars().all(|c| c.is_ascii_uppercase());
    let goes_on = rest.last() == Some(&"…") && !rest.iter().rev().nth(1).is_some_and(|word| word.starts_with("--"));
    let is_whole = rest.first().is_some_and(is_value) && !goes_on;
    let is_given = |option: &str| {
        let short = rest.iter().filter_map(|word| usage.short.get(*word));
        given.contains(&option) || short.into_iter().any(|long| long == option)
    };
    let lacking = usage.required.iter().find(|option| !is_given(option));
    lacking.filter(|_| is_whole).map(|option| format!("{verb} cannot do without {option}"))
}

/// A literal as the program says it.
fn unescaped(literal: &str) -> String {
    let mut lines = literal.split("\\\n");
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| text + line.trim_start()).replace("\\n", "\n").replace("\\\"", "\"")
}

/// The documents that people read, below the top of the repository.
fn documents() -> Vec<(String, String)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for folder in [top.to_owned(), top.join("docs")] {
        for entry in std::fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == "md") {
                all.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    all
}

#[test]
fn every_command_that_is_named_exists() {
    let county = County::new();
    county.set("CULTURE_LANG", "en");
    let usages = usages(&county);
    let mut broken = Vec::new();
    let mut named = 0;
    for source in sources() {
        for (line, literal) in &source.literals {
            for command in commands(&unescaped(literal)) {
                named += 1;
                let told = wrong(&usages, &command);
                broken
                    .extend(told.map(|told| format!("{}:{line}: {told}: culture {}", source.path, command.join(" "))));
            }
        }
    }
    for (path, text) in documents() {
        // What stands behind `$` is run by the tests of the documents.
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with("$ ")) {
            for command in commands(line) {
                named += 1;
                let told = wrong(&usages, &command).filter(|told| !told.contains("cannot do without"));
                broken.extend(told.map(|told| format!("{path}:{}: {told}: culture {}", at + 1, command.join(" "))));
            }
        }
    }
    assert!(named > 150, "only {named} commands are named: the search is broken");
    assert!(broken.is_empty(), "advice that cannot be followed:\n{}", broken.join("\n"));
}

#[test]
fn the_search_finds_what_is_wrong() {
    let county = County::new();
    county.set("CULTURE_LANG", "en");
    let usages = usages(&county);
    let told = |text: &str| commands(text).iter().filter_map(|command| wrong(&usages, command)).collect::<Vec<_>>();
    assert_eq!(told("see culture status --nonsense for more"), ["status has no option --nonsense"]);
    assert_eq!(told("或 culture edit {id} --trainees 4；再检查"), ["edit cannot do without --reason"]);
    assert_eq!(told("culture edit {id} …, culture edit corrects it, culture void {id} --reason …"), [""; 0]);
    assert_eq!(told("culture frobnicate --all"), ["no command frobnicate"]);
    assert_eq!(told("culture plan adjust 2018 --document 5 --cause x"), ["plan has no option --cause"]);
}

/// The commands that an answer advises, as they are pasted: what stands behind `culture`, quotes and all.
fn advised(said: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (at, name) in said.match_indices("culture ") {
        let mut quoted = false;
        let ends = |(_, c): &(usize, char)| {
            quoted ^= *c == '"';
            !quoted && "；，。、）);\n".contains(*c)
        };
        let rest = &said[at + name.len()..];
        let end = rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at);
        all.push(rest[..end].trim().to_owned());
    }
    all
}

#[test]
fn a_number_that_differs_from_its_roster_is_corrected_by_the_advice_as_printed() {
    for lang in ["zh", "en"] {
        let county = County::new();
        county.set("CULTURE_LANG", lang);
        county.add("training 城关镇 5-20 topic=戏曲 trainees=3");
        county.add("trainee training=戏曲 name=王五 home=甲村");
        let said = county.ok("check");
        let advice = advised(&said).into_iter().find(|command| command.starts_with("edit ")).expect(&said);
        county.ok(&advice);
        assert_eq!(county.column("townships/chengguan/2018/training.csv", "trainees"), ["3", "1"], "{advice}");
    }
}

#[test]
fn a_record_that_was_entered_twice_is_voided_by_the_advice_as_printed() {
    for lang in ["zh", "en"] {
        let county = County::new();
        county.set("CULTURE_LANG", lang);
        county.add("performance 城关镇 5-20 into=village place=王庄 title=送戏下乡");
        county.add("performance 城关镇 5-20 into=village place=王庄 title=送戏下乡 --again");
        let said = county.run("check").out;
        let advice = advised(&said).into_iter().find(|command| command.starts_with("void ")).expect(&said);
        county.ok(&advice);
        assert_eq!(county.column("townships/chengguan/2018/performance.csv", "state"), ["live", "live", "void"]);
    }
}

#[test]
fn a_column_with_a_space_in_its_heading_is_mapped_by_the_advice_as_printed() {
    let county = County::new();
    let sheet = "演出日期,“六进”类别,演出地点,观众人次 线下估计\n2018-05-20,进农村,王庄,300\n";
    county.write("sheet.csv", sheet);
    let ran = county.run("import performance sheet.csv -t 城关镇 --dry-run");
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    let mapping = ran.err.split("--map ").nth(1).expect(&ran.err).lines().next().unwrap();
    county.ok(&format!("import performance sheet.csv -t 城关镇 --map {mapping}"));
    assert_eq!(county.column("townships/chengguan/2018/performance.csv", "audience"), ["300"]);
}
