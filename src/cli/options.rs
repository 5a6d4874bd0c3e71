//! Options that several verbs share, and those that a kind's fields make.

use super::frame::{Delivery, OutputAsked};
use crate::base::text::{Lang, Text};
use crate::county::fields::FieldValues;
use crate::county::selection::{DaysAsked, SelectionAsked};
use crate::county::view::Viewpoint;
use crate::render::OutputFormat;
use crate::report::settings::holds;
use crate::schema::kind::{Field, FieldType, Kind, Requirement};
use clap::builder::{PossibleValuesParser, ValueHint};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::collections::HashMap;

/// An option with a value.
#[must_use]
pub(super) fn option(lang: Lang, name: &str, value: &Text, help: &Text) -> Arg {
    positional(lang, name, value, help).long(name.to_owned())
}

/// An option without a value.
#[must_use]
pub(super) fn flag(lang: Lang, name: &str, help: &Text) -> Arg {
    Arg::new(name.to_owned()).long(name.to_owned()).action(ArgAction::SetTrue).help(help.say(lang).to_owned())
}

/// An argument known by its place.
#[must_use]
pub(super) fn positional(lang: Lang, name: &str, value: &Text, help: &Text) -> Arg {
    let arg = Arg::new(name.to_owned()).value_name(value.say(lang).to_owned()).help(help.say(lang).to_owned());
    // The frame leaves the names of files as they are, and drops from all else what nobody sees.
    if matches!(&*value.en, "FILE" | "DIR") { arg.value_hint(ValueHint::AnyPath) } else { arg }
}

const DATE: Text = Text::new("日期", "DATE");

/// The kind of the records that a command is about.
#[must_use]
pub(super) fn kind(lang: Lang) -> Arg {
    let help = Text::new("台账类别，见 culture kinds", "Kind of record (see culture kinds)");
    positional(lang, "kind", &Text::new("类别", "KIND"), &help)
}

/// `--plan`
#[must_use]
pub(super) fn plan(lang: Lang) -> Arg {
    option(lang, "plan", &Text::new("年份", "YEAR"), &Text::new("哪一年的方案", "Year of the plan"))
}

/// `--dry-run`
#[must_use]
pub(super) fn dry_run(lang: Lang) -> Arg {
    flag(lang, "dry-run", &Text::new("只看结果，不写入", "Show the outcome without writing anything"))
}

/// `--today`
#[must_use]
pub(super) fn today(lang: Lang) -> Arg {
    option(lang, "today", &DATE, &Text::new("以哪天为准（默认今天）", "As-of date (default: today)"))
}

/// `-t`, `--township`
#[must_use]
pub(super) fn township(lang: Lang) -> Arg {
    let value = Text::new("填报单位", "TOWNSHIP");
    option(lang, "township", &value, &Text::new("填报单位：代号、名称或别名", "Township id, name or alias")).short('t')
}

/// `--public`
#[must_use]
pub(super) fn public(lang: Lang) -> Arg {
    flag(lang, "public", &Text::new("对外公开：不含姓名、电话", "For the public: without names and phone numbers"))
}

/// `--known`
#[must_use]
pub(super) fn known(lang: Lang) -> Arg {
    let value = Text::new("时间", "TIME");
    option(lang, "known", &value, &Text::new("只计到此时为止已登记的", "Use only what was entered by this time"))
}

/// What every command that shows what is on record takes: `--public` and `--format`.
#[must_use]
pub(super) fn shown(lang: Lang) -> [Arg; 2] {
    [public(lang), format(lang)]
}

/// `--format`
#[must_use]
pub(super) fn format(lang: Lang) -> Arg {
    let formats = PossibleValuesParser::new(OutputFormat::ALL.map(OutputFormat::token));
    let help = Text::new("输出格式", "Output format");
    option(lang, "format", &Text::new("格式", "FORMAT"), &help).value_parser(formats)
}

/// `-o`, `--output`, and `--force`
#[must_use]
pub(super) fn output(lang: Lang) -> [Arg; 2] {
    let [output, force] = output_called(lang, &Text::new("写入文件", "Output file"));
    [output, force.requires("output")]
}

/// As [`output`], for what is more than a file or is called something unless told otherwise.
#[must_use]
pub(super) fn output_called(lang: Lang, help: &Text) -> [Arg; 2] {
    [option(lang, "output", &Text::new("文件", "FILE"), help).short('o'), force(lang)]
}

/// `--force`
#[must_use]
pub(super) fn force(lang: Lang) -> Arg {
    flag(lang, "force", &Text::new("覆盖已有的文件", "Overwrite an existing file"))
}

/// What `-o` and `--force` say.
pub(super) fn output_asked(matches: &ArgMatches) -> Option<OutputAsked> {
    text(matches, "output").map(|name| OutputAsked { name, option: "-o", force: matches.get_flag("force") })
}

/// What every writing command takes: `--by`, and what [`unsigned_writing`] takes.
#[must_use]
pub(super) fn writing(lang: Lang, command: Command) -> Command {
    let by = option(
        lang,
        "by",
        &Text::new("姓名", "NAME"),
        &Text::new("登记人（默认登录名）", "Your name (default: the login name)"),
    );
    unsigned_writing(lang, command.arg(by))
}

/// What a command takes that writes and names nobody: `--wait` and `--clock-is-right`.
#[must_use]
pub(super) fn unsigned_writing(lang: Lang, command: Command) -> Command {
    let help = Text::new("距上一次写入很久，但时钟无误", "The clock is right, although nothing was written for long");
    command.arg(wait(lang)).arg(flag(lang, "clock-is-right", &help))
}

/// `--wait`
#[must_use]
pub(super) fn wait(lang: Lang) -> Arg {
    let help = Text::new("他人正在写入时最多等几秒", "How long to wait for another command");
    option(lang, "wait", &Text::new("秒", "SECONDS"), &help).value_parser(value_parser!(u64))
}

/// What every command that writes rows takes: [`writing`] and `--late`.
#[must_use]
pub(super) fn recording(lang: Lang, command: Command) -> Command {
    let late = Text::new("补录已定稿月份的事由", "Reason for late entries in a closed month");
    writing(lang, command.arg(option(lang, "late", &Text::new("事由", "REASON"), &late)))
}

/// The options that the fields of a kind make. A field whose option is taken is given as `FIELD=VALUE`.
#[must_use]
pub(super) fn fields(lang: Lang, kind: &Kind, mut command: Command) -> Command {
    for (_, field) in kind.active_fields() {
        let name = field.name.replace('_', "-");
        if is_taken(&command, &name) {
            continue;
        }
        let help = help(field);
        let heading = kind.title.say(lang).to_owned();
        let arg = option(lang, &name, &value_name(field), &help).help_heading(heading);
        let mut arg = if field.ty == FieldType::Bool {
            arg.num_args(0..=1).default_missing_value("true")
        } else {
            arg.allow_hyphen_values(true)
        };
        if field.name == "date" {
            arg = arg.short('d');
        }
        command = command.arg(arg);
    }
    command
}

fn is_taken(command: &Command, name: &str) -> bool {
    const GENERAL: [&str; 7] = ["data", "lang", "colour", "color", "quiet", "help", "version"];
    GENERAL.contains(&name) || command.get_arguments().any(|arg| arg.get_id() == name)
}

fn help(field: &Field) -> Text {
    let title = match field.required {
        Requirement::Always => {
            let title = &field.title;
            text!("{title}（必填）", "{title} (required)", title)
        }
        Requirement::No | Requirement::When(..) | Requirement::Unless(..) => field.title.clone(),
    };
    if field.ty == FieldType::Text {
        return title;
    }
    let holds = holds(field);
    text!("{title}：{holds}", "{title}: {holds}", title, holds)
}

fn value_name(field: &Field) -> Text {
    match &field.ty {
        FieldType::Text => Text::new("文字", "TEXT"),
        FieldType::Date => DATE,
        FieldType::Month => Text::new("月份", "MONTH"),
        FieldType::Year => Text::new("年份", "YEAR"),
        FieldType::Integer { .. } | FieldType::Decimal { .. } => Text::new("数", "N"),
        FieldType::Bool => Text::new("是否", "YES/NO"),
        FieldType::Choice(_) => Text::new("选项", "CHOICE"),
        FieldType::Township => Text::new("单位", "TOWNSHIP"),
        FieldType::Ref(_) => Text::new("记录", "RECORD"),
    }
}

/// `--where`
#[must_use]
pub(super) fn condition(lang: Lang) -> Arg {
    let (value, help) =
        (Text::new("字段=值", "FIELD=VALUE"), Text::new("只取符合条件的", "Only records that match (repeatable)"));
    option(lang, "where", &value, &help).action(ArgAction::Append)
}

/// `--from`, `--to` and `--month`
#[must_use]
pub(super) fn day_options(lang: Lang, command: Command) -> Command {
    command
        .arg(option(lang, "from", &DATE, &Text::new("从哪天起", "On or after this date")))
        .arg(option(lang, "to", &DATE, &Text::new("到哪天止（含）", "On or before this date")))
        .arg(option(lang, "month", &Text::new("月份", "MONTH"), &Text::new("某个月", "In this month")))
}

/// What [`day_options`] say.
pub(super) fn days_asked(matches: &ArgMatches) -> DaysAsked {
    DaysAsked { from: text(matches, "from"), to: text(matches, "to"), month: text(matches, "month") }
}

/// What was typed for an option or an argument.
pub(super) fn text(matches: &ArgMatches, name: &str) -> Option<String> {
    matches.get_one::<String>(name).cloned()
}

/// What was typed for an argument without which clap refuses the command.
pub(super) fn required(matches: &ArgMatches, name: &str) -> String {
    text(matches, name).expect("clap refuses a command that lacks a required argument")
}

/// All that was typed for an option or an argument that may be repeated.
pub(super) fn texts(matches: &ArgMatches, name: &str) -> Vec<String> {
    matches.get_many::<String>(name).into_iter().flatten().cloned().collect()
}

/// What was typed for the fields of a kind, each with the field's name. The options are those that [`fields`] made, of
/// whichever kind the command's words named.
pub(super) fn field_values(matches: &ArgMatches) -> FieldValues {
    let mut values = HashMap::new();
    for id in matches.ids() {
        if let Ok(Some(value)) = matches.try_get_one::<String>(id.as_str()) {
            values.insert(id.as_str().replace('-', "_"), value.clone());
        }
    }
    FieldValues::new(values)
}

/// What `--format` and `-o` say: the format asked for, else the one that the file's name says, else a table.
pub(super) fn delivery(matches: &ArgMatches) -> Delivery {
    let file = output_asked(matches);
    let ending = file.as_ref().and_then(|file| file.name.rsplit_once('.')).map(|(_, end)| end.to_ascii_lowercase());
    let by_name = match ending.as_deref() {
        Some("csv") => OutputFormat::Csv,
        Some("json") => OutputFormat::Json,
        Some("md") => OutputFormat::Markdown,
        Some("xlsx") => OutputFormat::Xlsx,
        Some(_) | None => OutputFormat::Table,
    };
    Delivery { format: stated_format(matches).unwrap_or(by_name), file }
}

/// What `--format` says, of a command that has no `-o`; else a table.
pub(super) fn requested_format(matches: &ArgMatches) -> OutputFormat {
    stated_format(matches).unwrap_or(OutputFormat::Table)
}

fn stated_format(matches: &ArgMatches) -> Option<OutputFormat> {
    let token = matches.get_one::<String>("format")?;
    Some(OutputFormat::from_token(token).expect("clap refuses a format that there is not"))
}

/// The day from which a county is looked at (`--today`), and for whom (`--public`), of any command.
pub(super) fn day_point(matches: &ArgMatches) -> Viewpoint {
    let today = matches.try_get_one::<String>("today").ok().flatten().cloned();
    let public = matches.try_get_one::<bool>("public").ok().flatten().copied().unwrap_or(false);
    Viewpoint { today, public, ..Viewpoint::default() }
}

/// From where records are looked at: `--today`, `--known` and `--township`.
pub(super) fn records_point(matches: &ArgMatches) -> Viewpoint {
    Viewpoint { known: text(matches, "known"), township: text(matches, "township"), ..day_point(matches) }
}

/// From where a plan is looked at: `--plan` too.
pub(super) fn plan_point(matches: &ArgMatches) -> Viewpoint {
    Viewpoint { plan: text(matches, "plan"), ..records_point(matches) }
}

/// What [`day_options`] and [`condition`] say.
pub(super) fn selection(matches: &ArgMatches) -> SelectionAsked {
    SelectionAsked { days: days_asked(matches), conditions: texts(matches, "where"), void: false }
}
