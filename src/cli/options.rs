//! Options that several verbs share, and those that a kind's fields make.

use crate::base::day::{Day, Month};
use crate::base::fault::{Fault, Result};
use crate::base::text::{Lang, Text};
use crate::county::county::County;
use crate::render::OutputFormat;
use crate::report::settings::holds;
use crate::schema::kind::{Field, FieldType, Kind, Requirement};
use crate::schema::parse::{self, ParseContext};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

/// An option with a value.
#[must_use]
pub(super) fn option(lang: Lang, name: &str, value: &Text, help: &Text) -> Arg {
    let value = value.say(lang).to_owned();
    Arg::new(name.to_owned()).long(name.to_owned()).value_name(value).help(help.say(lang).to_owned())
}

/// An option without a value.
#[must_use]
pub(super) fn flag(lang: Lang, name: &str, help: &Text) -> Arg {
    Arg::new(name.to_owned()).long(name.to_owned()).action(ArgAction::SetTrue).help(help.say(lang).to_owned())
}

/// An argument known by its place.
#[must_use]
pub(super) fn positional(lang: Lang, name: &str, value: &Text, help: &Text) -> Arg {
    Arg::new(name.to_owned()).value_name(value.say(lang).to_owned()).help(help.say(lang).to_owned())
}

const DATE: Text = Text::new("日期", "DATE");

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

/// `--format`
#[must_use]
pub(super) fn format(lang: Lang) -> Arg {
    let formats = PossibleValuesParser::new(OutputFormat::ALL.map(OutputFormat::token));
    let help = Text::new("输出格式", "Output format");
    option(lang, "format", &Text::new("格式", "FORMAT"), &help).value_parser(formats)
}

/// `-o`, `--output`
#[must_use]
pub(super) fn output(lang: Lang) -> Arg {
    option(lang, "output", &Text::new("文件", "FILE"), &Text::new("写入文件", "Output file")).short('o')
}

/// The format asked for, else the one that the name of `-o FILE` says, else a table.
#[must_use]
pub(super) fn requested_format(matches: &ArgMatches) -> OutputFormat {
    if let Some(format) = matches.get_one::<String>("format").and_then(|token| OutputFormat::from_token(token)) {
        return format;
    }
    let file = matches.try_get_one::<String>("output").ok().flatten();
    let ending = file.and_then(|file| file.rsplit_once('.')).map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("csv") => OutputFormat::Csv,
        Some("json") => OutputFormat::Json,
        Some("md") => OutputFormat::Markdown,
        Some("xlsx") => OutputFormat::Xlsx,
        Some(_) | None => OutputFormat::Table,
    }
}

/// What every writing command takes: `--by` and `--wait`.
#[must_use]
pub(super) fn writing(lang: Lang, command: Command) -> Command {
    let by = option(
        lang,
        "by",
        &Text::new("姓名", "NAME"),
        &Text::new("登记人（默认登录名）", "Your name (default: the login name)"),
    );
    let wait = Text::new("他人正在写入时最多等几秒", "How long to wait for another command");
    let wait = option(lang, "wait", &Text::new("秒", "SECONDS"), &wait).value_parser(value_parser!(u64));
    command.arg(by).arg(wait)
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
        let (help, heading) = (help(field), kind.title.say(lang).to_owned());
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

/// What was given for a field: its option, or nothing.
#[must_use]
pub(super) fn option_value<'m>(matches: &'m ArgMatches, field: &Field) -> Option<&'m String> {
    matches.try_get_one::<String>(&field.name.replace('_', "-")).ok().flatten()
}

/// What stands between a field and its value.
pub(super) const EQUALS: [char; 3] = ['=', '＝', '：'];

/// Parts a `FIELD=VALUE` word into the field's index and its value; none if it is no such word.
#[must_use]
pub(super) fn assignment<'w>(kind: &Kind, word: &'w str) -> Option<(usize, &'w str)> {
    let (name, value) = word.split_once(EQUALS)?;
    field_of(kind, name.trim()).map(|field| (field, value))
}

/// A field by its name, its option, its title or a heading.
#[must_use]
pub(super) fn field_of(kind: &Kind, name: &str) -> Option<usize> {
    let wanted = crate::base::fuzzy::fold(name).replace('-', "_");
    kind.fields.iter().position(|field| {
        let titles = [&*field.title.zh, &*field.title.en].into_iter().chain(field.headings.iter().map(String::as_str));
        field.name == wanted
            || titles.map(crate::base::fuzzy::fold).any(|title| title == crate::base::fuzzy::fold(name))
    })
}

/// That a kind has no field which is called so, with those that come near.
#[must_use]
pub(super) fn unknown_field(kind: &Kind, called: &str) -> Fault {
    let called = called.trim();
    let fields = || kind.active_fields().map(|(_, field)| field);
    let names = |field: &Field| [field.name.clone(), field.title.zh.to_string(), field.title.en.to_string()];
    let words: Vec<String> = fields().flat_map(names).collect();
    let near = crate::base::fuzzy::nearest(called, words.iter().map(String::as_str), 3);
    let mut meant: Vec<&Field> = Vec::new();
    for field in near.iter().filter_map(|near| fields().find(|field| names(field).iter().any(|name| name == near))) {
        if !meant.contains(&field) {
            meant.push(field);
        }
    }
    let meant: Vec<Text> = meant
        .into_iter()
        .map(|field| {
            let (name, title) = (&field.name, &field.title);
            let english = if title.en == name.as_str() { String::new() } else { format!(" ({})", title.en) };
            let chinese = &title.zh;
            text!("{name}（{chinese}）", "{name}{english}")
        })
        .collect();
    let (id, title, list) = (&kind.id, &kind.title, Text::list(&meant));
    let fault = Fault::usage("unsorted", text!("{title}没有字段“{called}”", "{title} has no field “{called}”", title));
    fault.hint(if meant.is_empty() {
        text!("字段见 culture kinds {id}", "list the fields with culture kinds {id}")
    } else {
        text!(
            "是否指 {list}？全部字段见 culture kinds {id}",
            "did you mean {list}? list all fields with culture kinds {id}",
            list
        )
    })
}

/// The fields that have a choice of that name.
#[must_use]
pub(super) fn fields_with_choice<'k>(kind: &'k Kind, word: &str) -> Vec<&'k Field> {
    let fields = kind.active_fields().map(|(_, field)| field);
    fields.filter(|field| parse::is_choice(field.ty.choices(), word)).collect()
}

/// What is said of a word of which nobody can tell for which field it is meant.
#[must_use]
pub(super) fn unassigned_word(kind: &Kind, word: &str) -> Fault {
    if let Some((called, _)) = word.split_once(EQUALS) {
        return unknown_field(kind, called);
    }
    let fault = Fault::usage("unsorted", text!("“{word}”没有写明填在哪一栏", "no field given for “{word}”"));
    let assigned = |field: &&Field| format!("{}={word}", field.name);
    let choosing: Vec<String> = fields_with_choice(kind, word).iter().map(assigned).collect();
    if !choosing.is_empty() {
        let (zh, en) = (choosing.join(" 或 "), choosing.join(" or "));
        return fault.hint(text!("写成 {zh}", "write {en}"));
    }
    // What people leave out is mostly what the thing is called.
    let of_text = || kind.active_fields().map(|(_, field)| field).filter(|field| field.ty == FieldType::Text);
    let known = if kind.label.is_empty() { &kind.key } else { &kind.label };
    let called = of_text().find(|field| known.iter().any(|&at| kind.fields[at].name == field.name));
    let example = called.or_else(|| of_text().next()).map_or_else(String::new, |field| assigned(&field));
    fault.hint(text!("写成 字段=值，如 {example}", "write it as FIELD=VALUE, e.g. {example}"))
}

/// `--where`
#[must_use]
pub(super) fn condition(lang: Lang) -> Arg {
    let (value, help) =
        (Text::new("字段=值", "FIELD=VALUE"), Text::new("只取符合条件的", "Only records that match (repeatable)"));
    option(lang, "where", &value, &help).action(ArgAction::Append)
}

/// The conditions of `--where FIELD=VALUE`, as fields and canonical values.
///
/// # Errors
/// A word without `=`, an unknown field, a value that cannot be read.
pub(super) fn conditions(kind: &Kind, matches: &ArgMatches, frame: &ParseContext<'_>) -> Result<Vec<(usize, String)>> {
    let mut all = Vec::new();
    for word in matches.get_many::<String>("where").into_iter().flatten() {
        let Some((field, value)) = assignment(kind, word) else {
            if let Some((called, _)) = word.split_once(EQUALS) {
                return unknown_field(kind, called).fail();
            }
            let names: Vec<Text> = kind.fields.iter().map(|field| Text::same(&field.name)).collect();
            let (id, names) = (&kind.id, Text::list(&names));
            return Fault::usage(
                "unsorted",
                text!("条件“{word}”应写作 字段=值", "invalid condition “{word}”: expected FIELD=VALUE"),
            )
            .hint(text!("{id} 的字段：{names}", "fields of {id}: {names}", names))
            .fail();
        };
        all.push((field, parse::read(&kind.fields[field], value, frame)?.value.into_owned()));
    }
    Ok(all)
}

/// `--from`, `--to` and `--month`
#[must_use]
pub(super) fn day_options(lang: Lang, command: Command) -> Command {
    command
        .arg(option(lang, "from", &DATE, &Text::new("从哪天起", "On or after this date")))
        .arg(option(lang, "to", &DATE, &Text::new("到哪天止（含）", "On or before this date")))
        .arg(option(lang, "month", &Text::new("月份", "MONTH"), &Text::new("某个月", "In this month")))
}

/// The first and the last day of `--from`, `--to` and `--month`, where they are given.
///
/// # Errors
/// One of them cannot be read.
pub(super) fn requested_days(
    county: &County<'_>,
    matches: &ArgMatches,
    today: Day,
) -> Result<(Option<Day>, Option<Day>)> {
    let year = county.plan_year(today).unwrap_or(today.year());
    let day = |name: &str| matches.get_one::<String>(name).map(|text| parse::day(text, today, year)).transpose();
    let (mut from, mut to) = (day("from")?, day("to")?);
    if let Some(text) = matches.get_one::<String>("month") {
        let month: Month = parse::month(text, today, year)?;
        from = Some(from.map_or(month.first(), |from| from.max(month.first())));
        to = Some(to.map_or(month.last(), |to| to.min(month.last())));
    }
    Ok((from, to))
}

/// The instant of `--known`: a moment, or the end of a day.
///
/// # Errors
/// It is neither.
pub(super) fn known_at(
    county: &County<'_>,
    matches: &ArgMatches,
    today: crate::base::day::Day,
) -> Result<Option<crate::base::day::Instant>> {
    let Some(text) = matches.get_one::<String>("known") else { return Ok(None) };
    if let Some(instant) = crate::base::day::Instant::from_iso(text.trim().as_bytes()) {
        return Ok(Some(instant));
    }
    let year = county.plan_year(today).unwrap_or(today.year());
    let day = parse::day(text, today, year)?;
    Ok(Some(crate::base::day::Instant::end_of(day, county.settings.offset)))
}
