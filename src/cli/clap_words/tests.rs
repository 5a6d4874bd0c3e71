use super::*;
use clap::builder::PossibleValue;

fn command(lang: Lang) -> Command {
    let say = |zh: &str, en: &str| Text::owned(zh, en).say(lang).to_owned();
    let add = Command::new("add")
        .about(say("登记一条记录", "Record one thing that happened"))
        .arg(Arg::new("kind").required(true).value_name("KIND").help(say("台账类别", "The kind of record")))
        .arg(Arg::new("file").num_args(0..).value_name("FILE").help(say("证明材料", "Evidence")))
        .arg(Arg::new("date").long("date").short('d').required(true).value_name("DAY").help(say("日期", "The day")))
        .arg(Arg::new("into").long("into").value_name("INTO").help(say("“六进”类别", "Where it went")).value_parser([
            PossibleValue::new("village").help(say("进农村", "to a village")),
            PossibleValue::new("campus").help(say("进校园", "to a campus")),
        ]))
        .arg(
            Arg::new("sessions")
                .long("sessions")
                .value_name("N")
                .default_value("1")
                .value_parser(clap::value_parser!(u32))
                .help(say(
                    "场次；同一天在同一地点连续演出的，按实际场数填写，上午下午分别计算，不足一小时的也算一场",
                    "How many sessions were held; several on one day at one place are counted each",
                ))
                .help_heading(say("字段", "Fields")),
        )
        .arg(
            Arg::new("dry")
                .long("dry-run")
                .action(ArgAction::SetTrue)
                .conflicts_with("date")
                .help(say("试运行", "Try")),
        );
    let root = Command::new("culture").no_binary_name(true).version("1.0").subcommand_required(true);
    let township = Arg::new("township").short('t').long("township").help(say("填报单位", "Township"));
    let status = Command::new("status").about(say("工作进度", "Progress")).arg(township);
    dress(root.subcommand(add).subcommand(status), lang)
}

fn help_of(lang: Lang, name: &str) -> String {
    let mut root = command(lang);
    root.build();
    help(root.find_subcommand(name).unwrap(), lang)
}

#[test]
fn help_in_chinese() {
    let expected = "\
登记一条记录

用法：culture add [选项] --date <DAY> <KIND> [FILE]...

参数：
  <KIND>     台账类别
  [FILE]...  证明材料

选项：
  -d, --date <DAY>  日期
  --into <INTO>     “六进”类别（可选：village 进农村、campus 进校园）
  --dry-run         试运行

字段：
  --sessions <N>  场次；同一天在同一地点连续演出的，按实际场数填写，
                  上午下午分别计算，不足一小时的也算一场（默认：1）

通用选项：
  -h, --help  显示本命令的用法
";
    assert_eq!(help_of(Lang::Zh, "add"), expected);
}

#[test]
fn help_in_english() {
    let expected = "\
Record one thing that happened

Usage: culture add [OPTIONS] --date <DAY> <KIND> [FILE]...

Arguments:
  <KIND>     The kind of record
  [FILE]...  Evidence

Options:
  -d, --date <DAY>  The day
  --into <INTO>     Where it went (one of: village to a village, campus to a
                    campus)
  --dry-run         Try

Fields:
  --sessions <N>  How many sessions were held; several on one day at one place
                  are counted each (default: 1)

General options:
  -h, --help  Print help
";
    assert_eq!(help_of(Lang::En, "add"), expected);
}

#[test]
fn help_of_all_commands() {
    let expected = "\
用法：culture [选项] <命令>

命令：
  add     登记一条记录
  status  工作进度

通用选项：
  -h, --help     显示本命令的用法
  -V, --version  显示版本
";
    assert_eq!(help(&command(Lang::Zh), Lang::Zh), expected);
}

#[test]
fn errors_are_said_in_our_words() {
    let cases: [(&[&str], &str, &str); 13] = [
        (&["statsu"], "没有“statsu”这个命令", "是否指“status”？"),
        (&["zzz"], "没有“zzz”这个命令", ""),
        (&[], "没有写明命令", "可选：add、status；"),
        (&["add", "x", "--dat", "d"], "没有“--dat”这个选项", "是否指“--date”？"),
        (&["add"], "还缺少：--date <DAY>、<KIND>", ""),
        (&["add", "x", "--date"], "“--date <DAY>”缺少值", ""),
        (
            &["add", "x", "--date", "d", "--into", "vilage"],
            "“vilage”不能作为“--into <INTO>”的值",
            "是否指“village”？可选：village、campus；",
        ),
        (&["add", "x", "--date", "d", "--sessions", "n"], "“n”不能作为“--sessions <N>”的值：应为整数", ""),
        (&["add", "x", "--date", "d", "--date", "e"], "“--date <DAY>”只能写一次", ""),
        (&["add", "x", "--date", "d", "--dry-run"], "“--date <DAY>”不能与“--dry-run”同时使用", ""),
        (&["status", "more"], "命令里的“more”不知用在何处", "如是单位，请写 -t more；"),
        (&["status", "5月"], "命令里的“5月”不知用在何处", ""),
        (&["add", "x", "--date", "d", "--dry-run=1"], "“--dry-run”多出了值“1”", ""),
    ];
    for (words, what, hint) in cases {
        let error = command(Lang::Zh).try_get_matches_from(words).unwrap_err();
        let all = command(Lang::Zh);
        let fault = fault(&error, "culture add", words.first().and_then(|name| all.find_subcommand(name)));
        assert_eq!(fault.what.zh, what, "{words:?}");
        assert_eq!(fault.hint.unwrap().zh, format!("{hint}用法见：culture add --help"), "{words:?}");
        assert_eq!(fault.exit, crate::base::fault::Exit::Usage);
        assert!(fault.what.en.is_ascii() || fault.what.en.contains('“'), "{}", fault.what.en);
    }
    // A report is no command to a clerk.
    let error = command(Lang::Zh).try_get_matches_from(["zzz"]).unwrap_err();
    assert_eq!(fault(&error, "culture report", None).what, Text::new("没有“zzz”这个报表", "unknown report “zzz”"));
    let error = command(Lang::Zh).try_get_matches_from::<[&str; 0], _>([]).unwrap_err();
    assert_eq!(fault(&error, "culture report", None).what, Text::new("没有写明报表", "no report given"));
}

#[test]
fn help_and_version_are_still_asked_for() {
    for (words, kind) in [(["add", "-h"], ErrorKind::DisplayHelp), (["-V", "add"], ErrorKind::DisplayVersion)] {
        assert_eq!(command(Lang::En).try_get_matches_from(words).unwrap_err().kind(), kind);
    }
}
