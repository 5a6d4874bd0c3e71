//! Every word that a person sees is there in both languages: the help of every command, and what is said of mistakes.

use crate::common::{County, Ran, holds};
use culture::base::fault::Exit;
use culture::render::{OutputFormat, width};
use culture::schema::kind::FieldType;
use culture::schema::kind::load::{Kinds, builtin_ids};
use std::collections::BTreeSet;

/// Words of a command line, of files and of formats, which are the same in every language; the U of U盘.
const THE_SAME: [&str; 29] = [
    "Excel",
    "WPS",
    "CSV",
    "all",
    "jsonl",
    "xls",
    "ods",
    "fods",
    "et",
    "gb18030",
    "utf-8",
    "culture",
    "zh",
    "en",
    "auto",
    "always",
    "never",
    "population",
    "township",
    "industrial-zone",
    "county-unit",
    "toml",
    "UTF-8",
    "data",
    "git",
    "theirs",
    "ours",
    "help",
    "U",
];

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

/// The names of the commands that a help lists.
fn listed(help: &str) -> Vec<String> {
    let below = help.lines().skip_while(|line| !matches!(*line, "命令：" | "Commands:")).skip(1);
    let names = below.take_while(|line| line.starts_with("  ")).filter(|line| !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// Every command with its help: `culture`, each verb and what is below it, and `add` for each kind.
fn helps(county: &County) -> Vec<(String, String)> {
    let mut queue = vec![String::new()];
    let mut all = Vec::new();
    while let Some(command) = queue.pop() {
        let help = county.ok(&format!("{command} --help"));
        queue.extend(listed(&help).iter().map(|name| format!("{command} {name}").trim().to_owned()));
        all.push((command, help));
    }
    for kind in builtin_ids() {
        let command = format!("add {kind}");
        let help = county.ok(&format!("{command} --help"));
        all.push((command, help));
    }
    all
}

/// A county whose names and words are ASCII, so that whatever else is not can only be the program's.
fn county(lang: &str) -> County {
    let county = County::bare();
    county.set("CULTURE_LANG", lang);
    county.set("CULTURE_USER", "Wang");
    for (id, name) in [("alpha", "Alpha"), ("beta", "Beta")] {
        county.write(
            &format!("townships/{id}/township.toml"),
            &format!("name = \"{name}\"\nkind = \"township\"\naliases = [\"Ab\"]\n"),
        );
    }
    county
}

/// What may stand in a Chinese text though it is no Chinese: commands, kinds, fields, choices, formats.
fn tokens(commands: &[(String, String)]) -> BTreeSet<String> {
    let mut tokens: BTreeSet<String> = THE_SAME.into_iter().map(str::to_owned).collect();
    tokens.extend(commands.iter().flat_map(|(command, _)| command.split(' ')).map(str::to_owned));
    tokens.extend(OutputFormat::ALL.map(|format| format.token().to_owned()));
    for kind in &Kinds::load(&[], None).unwrap() {
        tokens.insert(kind.id.clone());
        for field in &kind.fields {
            tokens.insert(field.name.clone());
            if let FieldType::Choice(choices) = &field.ty {
                tokens.extend(choices.iter().map(|choice| choice.token.clone()));
            }
        }
    }
    tokens
}

/// The words in ASCII letters that are no options.
fn ascii_words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
    let words = words.map(|word| word.trim_matches(['.', '_'])).filter(|word| !word.starts_with('-'));
    words.filter(|word| word.chars().any(|c| c.is_ascii_alphabetic()))
}

#[test]
fn chinese_help_is_chinese() {
    let helps = helps(&county("zh"));
    assert!(helps.len() > 25, "{}", helps.len());
    let tokens = tokens(&helps);
    let mut left_over = Vec::new();
    for (command, help) in &helps {
        let strange = ascii_words(help).filter(|word| !tokens.contains(*word));
        left_over.extend(strange.map(|word| format!("culture {command}: {word}")));
        assert!(help.contains("用法：") && help.contains("通用选项："), "{help}");
    }
    assert!(left_over.is_empty(), "English left over:\n{}", left_over.join("\n"));
}

#[test]
fn english_help_is_english() {
    let mut left_over = Vec::new();
    for (command, help) in &helps(&county("en")) {
        let lines = help.lines().filter(|line| line.contains(is_cjk));
        left_over.extend(lines.map(|line| format!("culture {command}: {line}")));
        assert!(help.contains("Usage: ") && help.contains("General options:"), "{help}");
    }
    assert!(left_over.is_empty(), "Chinese left over:\n{}", left_over.join("\n"));
}

#[test]
fn both_languages_have_the_same_commands_and_options() {
    let shape = |help: &str| -> Vec<String> {
        let entries =
            help.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with([' ', '<', '[']));
        entries.map(|entry| entry.split([' ', '<']).next().unwrap().to_owned()).collect()
    };
    for ((zh, zh_help), (en, en_help)) in helps(&county("zh")).iter().zip(&helps(&county("en"))) {
        assert_eq!((zh, shape(zh_help)), (en, shape(en_help)));
    }
}

#[test]
fn no_line_of_help_is_wider_than_a_screen() {
    let mut wide = Vec::new();
    for lang in ["zh", "en"] {
        for (command, help) in &helps(&county(lang)) {
            let lines = help.lines().filter(|line| width::of(line) > 80);
            wide.extend(lines.map(|line| format!("culture {command}: {} columns: {line}", width::of(line))));
        }
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}

#[test]
fn every_entry_of_help_says_something() {
    for lang in ["zh", "en"] {
        for (command, help) in &helps(&county(lang)) {
            let lines: Vec<&str> = help.lines().collect();
            for (at, line) in
                lines.iter().enumerate().filter(|(_, line)| line.starts_with("  ") && !line.starts_with("   "))
            {
                let said = line.trim().contains("  ") || lines.get(at + 1).is_some_and(|next| next.starts_with("    "));
                assert!(said, "culture {command}: {line}");
            }
        }
    }
}

/// Mistakes, with the exit code that they lead to.
const MISTAKES: [(&str, Exit); 46] = [
    ("statsu", Exit::Usage),
    ("status --chek", Exit::Usage),
    ("status extra", Exit::Usage),
    ("status --format pdf", Exit::Usage),
    ("status --plan 2017", Exit::Usage),
    ("status --plan x", Exit::Usage),
    ("status --today 2018310", Exit::Usage),
    ("status --known 31", Exit::Usage),
    ("status --month 13", Exit::Usage),
    ("status --township gamma", Exit::Usage),
    ("status --by-month --by-township", Exit::Usage),
    ("--lang fr status", Exit::Usage),
    ("--data nowhere status", Exit::Failed),
    ("add", Exit::Usage),
    ("add performence alpha 3-10", Exit::Usage),
    ("add performance", Exit::Usage),
    ("add performance --township", Exit::Usage),
    ("add performance gamma 3-10 into=village place=x", Exit::Usage),
    ("add performance Ab 3-10 into=village place=x", Exit::Usage),
    ("add performance alpha 2018310 into=village place=x", Exit::Usage),
    ("add performance alpha 2018-02-30 into=village place=x", Exit::Usage),
    ("add performance alpha 2018-13-01 into=village place=x", Exit::Usage),
    ("add performance alpha 2030-01-01 into=village place=x", Exit::Usage),
    ("add performance alpha 3-10 into=mountain place=x", Exit::Usage),
    ("add performance alpha 3-10 into=village place==x", Exit::Usage),
    ("add performance alpha 3-10 into=village place=x audience=many", Exit::Usage),
    ("add performance alpha 3-10 into=village place=x sessions=0", Exit::Usage),
    ("add performance alpha 3-10 into=village place=x strange", Exit::Usage),
    ("add performance alpha 3-10 into=village place=here", Exit::Usage),
    ("add performance alpha 3-10 into=village place=x troupe=band", Exit::Usage),
    ("add troupe alpha 3-10 name=x discipline=dance disbanded=3-1", Exit::Usage),
    ("edit zzz place=x --reason y", Exit::Usage),
    ("edit 2018 place=x --reason y", Exit::Usage),
    ("void zzz", Exit::Usage),
    ("show zzz", Exit::Usage),
    ("list performance --where village", Exit::Usage),
    ("list performance --sort size", Exit::Usage),
    ("undo zzz", Exit::Usage),
    ("undo --by nobody", Exit::Usage),
    ("log --last many", Exit::Usage),
    ("township add Alpha --name x", Exit::Usage),
    ("township add alpha --name x", Exit::Usage),
    ("township add gamma --name Beta", Exit::Usage),
    ("township edit alpha --monthly maybe", Exit::Usage),
    ("plan apportion publicity --equal", Exit::Usage),
    ("plan apportion trained --by population", Exit::Usage),
];

fn mistaken(lang: &str) -> Vec<(&'static str, Ran)> {
    let county = county(lang);
    county.add("performance alpha 3-10 into=village place=here");
    let mut all: Vec<(&str, Ran)> = MISTAKES
        .iter()
        .map(|(line, exit)| {
            let ran = county.run(line);
            assert_eq!((ran.exit, ran.out.as_str()), (*exit, ""), "culture {line}: {}", ran.err);
            (*line, ran)
        })
        .collect();
    let nowhere = County::nowhere();
    nowhere.set("CULTURE_LANG", lang);
    all.push(("status", nowhere.run("status")));
    let folder = [county.dir(), nowhere.dir()].map(|dir| dir.display().to_string());
    for (_, ran) in &mut all {
        ran.err = folder.iter().fold(ran.err.clone(), |err, folder| err.replace(folder, ""));
    }
    all
}

#[test]
fn mistakes_are_told_in_chinese() {
    let helps = helps(&county("zh"));
    let mut tokens = tokens(&helps);
    tokens.extend(
        ["alpha", "beta", "Alpha", "Beta", "trained", "culture.toml", "data", "x", "CULTURE_USER", "plans", "troupes"]
            .map(str::to_owned),
    );
    // The plan's indicators, which the hint names.
    tokens.extend(
        ["digital-points", "home-points", "home-reach", "facilities", "six-entry", "performances"].map(str::to_owned),
    );
    let mut left_over = Vec::new();
    for (line, ran) in mistaken("zh") {
        let typed = |word: &str| line.contains(word);
        let long = |word: &&str| word.chars().filter(char::is_ascii_lowercase).count() >= 3;
        let strange = ascii_words(&ran.err).filter(long).filter(|word| !tokens.contains(*word) && !typed(word));
        // Ids of records are twelve consonants.
        let strange = strange.filter(|word| word.len() != 12 || word.contains(['a', 'e', 'i', 'o', 'u']));
        left_over.extend(strange.map(|word| format!("culture {line}: {word}\n{}", ran.err)));
        assert!(ran.err.starts_with("错误："), "culture {line}: {}", ran.err);
    }
    assert!(left_over.is_empty(), "English left over:\n{}", left_over.join("\n"));
}

#[test]
fn mistakes_are_told_in_english() {
    let mut left_over = Vec::new();
    for (line, ran) in mistaken("en") {
        if ran.err.contains(is_cjk) {
            left_over.push(format!("culture {line}\n{}", ran.err));
        }
        assert!(ran.err.starts_with("error: "), "culture {line}: {}", ran.err);
    }
    assert!(left_over.is_empty(), "Chinese left over:\n{}", left_over.join("\n"));
}

#[test]
fn every_mistake_is_told_with_the_way_out() {
    let mut without = Vec::new();
    for (lang, hint, error) in [("zh", "  提示：", "错误："), ("en", "  help: ", "error: ")] {
        for (line, ran) in mistaken(lang) {
            let count = |mark: &str| ran.err.matches(mark).count();
            if count(hint) < count(error) {
                without.push(format!("culture {line}\n{}", ran.err));
            }
            for rust in ["Error(", "Err(", "Some(", "::", "ParseInt", "invalid digit", "os error", "panicked"] {
                assert!(!ran.err.contains(rust), "culture {line}: {}", ran.err);
            }
        }
    }
    assert!(without.is_empty(), "what to do is not said:\n{}", without.join("\n"));
}

/// What is said of one thing does not speak of several: of the English goldens every `1 WORDs`.
#[test]
fn one_thing_is_told_in_the_singular() {
    let verbs = ["is", "was", "has", "does", "lacks"];
    let mut read = 0;
    for golden in std::fs::read_dir("tests/goldens").unwrap().map(|file| file.unwrap().path()) {
        if !golden.to_string_lossy().ends_with("-en.txt") {
            continue;
        }
        read += 1;
        for line in std::fs::read_to_string(&golden).unwrap().lines() {
            let words: Vec<&str> =
                line.split(' ').map(|word| word.trim_matches(['.', ',', ';', ':', '(', ')'])).collect();
            let several = words.windows(2).find(|pair| {
                let plain = pair[1].chars().all(|c| c.is_ascii_lowercase());
                pair[0] == "1" && plain && pair[1].ends_with('s') && !verbs.contains(&pair[1])
            });
            assert_eq!(several, None, "{}: {line}", golden.display());
        }
    }
    assert!(read > 10, "{read}");
}

#[test]
fn one_day_is_no_days() {
    let county = county("en");
    holds(&county.ok("due --today 2018-03-12 --days 1"), &["due within 1 day of 2018-03-12"]);
    holds(&county.ok("due --today 2018-03-12 --days 2"), &["due within 2 days of 2018-03-12"]);
}
