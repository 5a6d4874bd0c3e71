use super::*;
use crate::base::day::Offset;
use crate::base::fault::Faults;
use crate::render::OutputFormat;
use crate::report::table::{Cell, Column, Table, Tone};
use crate::report::{Block, Report};
use anyhow::Context as _;
use std::io;

fn verbs() -> [Verb; 2] {
    let status = Verb {
        name: "status",
        about: Text::new("工作进度", "How far the targets are"),
        arguments: |command, call| {
            let formats = OutputFormat::ALL.map(OutputFormat::token);
            let help = Text::new("输出格式", "How to write it").say(call.lang).to_owned();
            Ok(command
                .arg(
                    Arg::new("format")
                        .long("format")
                        .value_name("FORMAT")
                        .default_value("table")
                        .value_parser(formats)
                        .help(help),
                )
                .arg(Arg::new("check").long("check").action(ArgAction::SetTrue).help(
                    Text::new("有滞后时以退出码 3 结束", "Exit with code 3 if one is behind").say(call.lang).to_owned(),
                )))
        },
        run: |call, matches| {
            call.warn(&[Fault::warning("test-fault", Text::new("有台账未读", "a ledger was left out"))]);
            let format = matches.get_one::<String>("format").and_then(|token| OutputFormat::from_token(token)).unwrap();
            let state =
                Cell::Token { token: "met".to_owned(), text: Text::new("按期完成", "met"), tone: Tone::Good };
            let column = Column { key: "state".to_owned(), title: Text::new("状态", "state") };
            let table = Table { columns: vec![column], rows: vec![vec![state]], ..Table::default() };
            call.say(&Report { blocks: vec![Block::Table(table)], ..Report::default() }, format)?;
            Ok(if matches.get_flag("check") { Exit::Found } else { Exit::Done })
        },
    };
    let add = Verb {
        name: "add",
        about: Text::new("登记一条记录", "Record one thing that happened"),
        arguments: |command, call| match call.plain_words().next() {
            Some("flood") => Fault::new("test-fault", Text::new("读不了类别", "the kinds cannot be read")).fail(),
            Some(_) | None => Ok(command.arg(Arg::new("kind").value_name("KIND").required(true))),
        },
        run: |call, matches| {
            let kind = matches.get_one::<String>("kind").cloned().unwrap_or_default();
            if kind == "none" {
                return Err(Faults(vec![Fault::warning("test-fault", Text::same("only a warning"))]).into());
            }
            if kind == "unforeseen" {
                return Err(io::Error::other("the plug was pulled")).context("nothing was read");
            }
            if kind == "nowhere" {
                let nowhere = Fault::usage("test-fault", Text::new("没有数据", "there are no data"));
                return Err(Faults::from(nowhere)).context("while it was recorded");
            }
            let data = call.data.as_ref().map(|data| data.display().to_string()).unwrap_or_default();
            call.acknowledge(&text!("已登记 {kind} {data}", "{kind} recorded in {data}"))?;
            Ok(Exit::Done)
        },
    };
    [status, add]
}

struct RunOutput {
    exit: Exit,
    out: String,
    err: String,
}

fn run_in(environment: &[(&str, &str)], words: &[&str]) -> RunOutput {
    let mut out = Vec::new();
    let mut err = Vec::new();
    let exit = run_into(environment, &words.iter().map(OsString::from).collect::<Vec<_>>(), &mut out, &mut err);
    RunOutput { exit, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

fn run_into(environment: &[(&str, &str)], words: &[OsString], out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let env = |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    let now = Instant::new(0, Offset(0));
    let world = World {
        now,
        dir: PathBuf::from("/home"),
        env: &env,
        terminal: env("TTY").is_some(),
        terminal_err: false,
        keyboard: None,
        threads: 1,
        process: 1,
    };
    let county = |data: Option<&Path>| data.filter(|data| data.ends_with("zh-county")).map(|_| Lang::Zh);
    run(&world, words.to_vec(), out, err, &verbs(), &county)
}

struct BrokenWriter(io::ErrorKind);

impl Write for BrokenWriter {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Words of a Chinese help that are neither commands, options, VALUE names nor values.
fn english_left_over(help: &str) -> Vec<String> {
    let allowed = ["culture", "status", "add", "help", "zh", "en", "auto", "always", "never"];
    let formats = OutputFormat::ALL.map(OutputFormat::token);
    let words = help.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).filter(|word| !word.is_empty());
    words
        .filter(|word| !word.starts_with('-') && word.chars().any(|c| c.is_ascii_lowercase()))
        .filter(|word| !allowed.contains(word) && !formats.contains(word))
        .map(str::to_owned)
        .collect()
}

#[test]
fn help_in_chinese_is_chinese() {
    for words in [&["--lang=zh"][..], &[], &["help"], &["--help"], &["help", "status"], &["add", "-h"]] {
        let ran = run_in(&[("CULTURE_LANG", "zh")], words);
        let expected = if words == ["--lang=zh"] { Exit::Usage } else { Exit::Done };
        assert_eq!(ran.exit, expected, "{words:?}");
        assert_eq!(english_left_over(&ran.out), Vec::<String>::new(), "{words:?}: {}", ran.out);
    }
}

#[test]
fn help_of_a_verb_shows_its_options_and_the_general_ones() {
    let expected = "\
工作进度

用法：culture status [选项]

选项：
  --format <FORMAT>  输出格式（可选：table、csv、json、markdown、xlsx、ids；
                     默认：table）
  --check            有滞后时以退出码 3 结束

通用选项：
  -h, --help       显示本命令的用法
  --data <目录>    数据目录
  --lang <语言>    语言（可选：zh、en）
  --colour <何时>  是否使用颜色（可选：auto、always、never）
  --quiet          只输出结果和错误
";
    for words in
        [&["help", "status", "--lang", "zh"][..], &["status", "--help", "--lang=zh"], &["--lang", "zh", "status", "-h"]]
    {
        assert_eq!(run_in(&[], words).out, expected, "{words:?}");
    }
}

#[test]
fn the_language_is_found_in_order() {
    let chinese = |environment: &[(&str, &str)], words: &[&str]| run_in(environment, words).err.starts_with("警告");
    assert!(chinese(&[("LANG", "zh_CN.UTF-8")], &["status"]));
    assert!(!chinese(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "de_DE")], &["status"]));
    assert!(chinese(&[("LC_ALL", "C")], &["status", "--data", "zh-county"]));
    assert!(chinese(&[("CULTURE_DATA", "zh-county")], &["status"]));
    assert!(!chinese(&[("CULTURE_LANG", "en")], &["status", "--data=zh-county"]));
    assert!(chinese(&[("CULTURE_LANG", "en")], &["status", "--lang=zh"]));
    assert!(!chinese(&[], &["status"]));
}

#[test]
fn wrong_usage_exits_with_2_and_names_the_way_out() {
    let ran = run_in(&[], &["statsu"]);
    assert_eq!(ran.exit, Exit::Usage);
    assert_eq!(ran.err, "error: unknown command “statsu”\n  help: did you mean “status”? see culture --help\n");
    let ran = run_in(&[("LANG", "zh_CN")], &["--lang", "fr", "status"]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
    assert_eq!(ran.err, "错误：“fr”不能作为“--lang <语言>”的值\n  提示：可选：zh、en；用法见：culture status --help\n");
    assert_eq!(run_in(&[], &["help", "nosuch"]).exit, Exit::Usage);
    assert_eq!(run_in(&[], &["--quiet"]).exit, Exit::Usage);
    assert_eq!(run_in(&[], &["status", "--data="]).exit, Exit::Usage);
    assert_eq!(run_in(&[], &["status", "--data", "a", "--data", "b"]).exit, Exit::Usage);
    assert_eq!(run_in(&[], &["status", "--colour", "blue"]).exit, Exit::Usage);
}

#[test]
fn the_licences_are_shown_without_a_command() {
    for words in
        [["--licences"].as_slice(), &["--licenses"], &["--licences", "status"], &["--lang", "zh", "--licences"]]
    {
        let notices = run_in(&[], words);
        assert_eq!(notices.exit, Exit::Done, "{words:?}: {}", notices.err);
        assert!(notices.out.contains("Permission is hereby granted") && notices.out.contains("\nmemchr "), "{words:?}");
    }
    for words in [["--licences", "--bogus"].as_slice(), &["--licences", "bogus"], &["status", "--licences"]] {
        let refused = run_in(&[], words);
        assert!(refused.exit == Exit::Usage && refused.out.is_empty(), "{words:?}: {}", refused.out);
    }
}

#[test]
fn exit_codes_are_the_verbs_or_the_faults() {
    assert_eq!(run_in(&[], &["status"]).exit, Exit::Done);
    assert_eq!(run_in(&[], &["status", "--check"]).exit, Exit::Found);
    assert_eq!(run_in(&[], &["add", "flood"]).exit, Exit::Failed);
    assert_eq!(run_in(&[], &["add", "none"]).exit, Exit::Failed, "a verb that fails never exits with 0");
    let version = run_in(&[], &["--version"]);
    assert_eq!(
        (version.exit, version.out),
        (Exit::Done, concat!("culture ", env!("CARGO_PKG_VERSION"), "\n").to_owned())
    );
}

#[test]
fn quiet_leaves_out_warnings_and_acknowledgements() {
    let ran = run_in(&[], &["--quiet", "status", "--format", "ids"]);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("met\n", ""));
    assert_eq!(run_in(&[], &["add", "--data", "d", "troupe"]).out, "troupe recorded in /home/d\n");
    assert_eq!(run_in(&[], &["add", "--quiet", "troupe"]).out, "");
}

#[test]
fn colour_is_for_terminals_that_want_it() {
    let coloured = |environment: &[(&str, &str)], words: &[&str]| run_in(environment, words).out.contains('\u{1b}');
    let terminal = ("TTY", "1");
    assert!(coloured(&[terminal], &["status"]));
    assert!(!coloured(&[], &["status"]));
    assert!(!coloured(&[terminal, ("NO_COLOR", "1")], &["status"]));
    assert!(coloured(&[terminal, ("NO_COLOR", "")], &["status"]));
    assert!(!coloured(&[terminal, ("TERM", "dumb")], &["status"]));
    assert!(!coloured(&[terminal], &["status", "--colour=never"]));
    assert!(coloured(&[("NO_COLOR", "1")], &["status", "--color", "always"]));
}

#[test]
fn a_closed_pipe_is_silent_and_a_full_disk_is_not() {
    let words = [OsString::from("status"), OsString::from("--quiet")];
    let mut err = Vec::new();
    assert_eq!(run_into(&[], &words, &mut BrokenWriter(io::ErrorKind::BrokenPipe), &mut err), Exit::Done);
    assert_eq!(err, b"");
    assert_eq!(run_into(&[], &words, &mut BrokenWriter(io::ErrorKind::StorageFull), &mut err), Exit::Failed);
    let said = String::from_utf8(err).unwrap();
    assert!(said.matches("the output cannot be written").count() == 1, "{said}");
    let words = [OsString::from("add"), OsString::from("troupe")];
    let mut err = Vec::new();
    assert_eq!(run_into(&[], &words, &mut BrokenWriter(io::ErrorKind::StorageFull), &mut err), Exit::Failed);
    assert!(String::from_utf8(err).unwrap().contains("the change was saved, but the output cannot be written"));
}

#[cfg(unix)]
#[test]
fn arguments_that_are_not_utf8_are_refused() {
    use std::os::unix::ffi::OsStringExt;
    let words = [OsString::from("add"), OsString::from_vec(vec![b'a', 0xe9])];
    let mut err = Vec::new();
    assert_eq!(run_into(&[("LANG", "zh_CN")], &words, &mut Vec::new(), &mut err), Exit::Usage);
    assert!(String::from_utf8(err).unwrap().contains("参数不是 UTF-8 文字"));
}

#[test]
fn the_first_look_finds_verbs_behind_options() {
    let early = |words: &[&str]| Prescan::read(&words.iter().map(ToString::to_string).collect::<Vec<_>>());
    let found = early(&["--data", "d", "--quiet", "add", "troupe", "--lang", "zh", "x", "--", "y"]);
    assert_eq!(
        (found.verb, found.quiet, found.lang.as_deref(), found.data.as_deref()),
        (Some(3), true, Some("zh"), Some("d"))
    );
    assert_eq!(found.plain_words().collect::<Vec<_>>(), ["troupe", "x"]);
    let asked = early(&["help", "--lang=en", "add", "troupe"]);
    assert_eq!(asked.words, ["--lang=en", "add", "troupe", "--help"]);
    assert_eq!((asked.verb, asked.lang.as_deref()), (Some(1), Some("en")));
    assert_eq!(early(&["--", "add"]).verb, None);
}

#[test]
fn what_nobody_foresaw_is_told_with_its_causes() {
    let ran = run_in(&[("CULTURE_LANG", "en")], &["add", "unforeseen"]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Failed, ""));
    assert!(ran.err.contains("internal error: nothing was read: the plug was pulled"), "{}", ran.err);
    let ran = run_in(&[("CULTURE_LANG", "zh")], &["add", "unforeseen"]);
    assert!(ran.err.contains("程序内部错误：nothing was read: the plug was pulled"), "{}", ran.err);
}

#[test]
fn a_fault_stays_one_whatever_was_said_of_it_on_the_way() {
    let ran = run_in(&[("CULTURE_LANG", "en")], &["add", "nowhere"]);
    assert_eq!(ran.exit, Exit::Usage);
    assert_eq!(ran.err.trim_end(), "error: there are no data");
}
