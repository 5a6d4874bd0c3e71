//! `culture template KIND`: the form that a township fills in, for `import` to take back.

use super::export::file_stem;
use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional};
use crate::base::day::{Day, Instant, Month};
use crate::base::fault::{Exit, Fault, Result};
use crate::base::text::{Lang, Text};
use crate::county::county::County;
use crate::county::labels::UniqueLabels;
use crate::county::search::Search;
use crate::render;
use crate::report::form::{Form, form};
use crate::schema::kind::Kind;
use crate::schema::kind::load::Kinds;
use crate::schema::parse;
use crate::store::{is_there, write_out};
use clap::{ArgMatches, Command};

/// The verb.
pub(super) const VERB: Verb = Verb {
    name: "template",
    about: Text::new("生成供单位填报的 Excel 表", "Create an Excel form for townships to fill in"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let kind = positional(
        lang,
        "kind",
        &Text::new("类别", "KIND"),
        &Text::new("台账类别，见 culture kinds", "Kind of record (see culture kinds)"),
    );
    let all = flag(lang, "all", &Text::new("全部类别，每类一张表", "Include every kind, one sheet each"));
    let month = option(
        lang,
        "month",
        &Text::new("月份", "MONTH"),
        &Text::new("填报月份，写在表上方", "Month to print above the headings"),
    );
    let after = Text::new(
        "填好后用 culture import 类别 文件 导入；示例行导入时跳过。橙色表头必填，鼠标移到表头上有说明。",
        "Import the completed form with culture import KIND FILE; the example row is skipped. Columns with orange \
         headings are required; each heading has a note.",
    );
    let output = options::output(lang)
        .help(Text::new("文件名（默认 类别.xlsx）", "Output file (default: KIND.xlsx)").say(lang).to_owned());
    Ok(command
        .arg(kind.required_unless_present("all"))
        .arg(all.conflicts_with("kind"))
        .arg(options::township(lang))
        .arg(month)
        .arg(output)
        .arg(flag(lang, "force", &Text::new("覆盖已有的文件", "Overwrite an existing file")))
        .arg(options::today(lang))
        .after_help(after.say(lang).to_owned()))
}

/// The forms asked for, and what their file is called unless told otherwise.
struct TemplateForms {
    forms: Vec<Form>,
    name: String,
    today: Day,
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (threads, now, lang) = (call.world.threads, call.world.now, call.lang);
    let made = call.look(|county| make(county, matches, threads, now, lang))?;
    let file = matches.get_one::<String>("output").cloned().unwrap_or(made.name);
    if !file.to_ascii_lowercase().ends_with(".xlsx") {
        return Fault::usage(
            "unsorted",
            text!("填报表是 xlsx 文件，不能叫 {file}", "the form is an xlsx file: it cannot be called “{file}”"),
        )
        .hint(text!("文件名以 .xlsx 结尾", "use a name ending in .xlsx"))
        .fail();
    }
    let path = call.world.dir.join(&file);
    if !matches.get_flag("force") && is_there(&path)? {
        return Fault::usage("unsorted", text!("{file} 已经存在", "“{file}” already exists"))
            .hint(text!(
                "加 --force 覆盖，或用 -o 另选文件名",
                "add --force to overwrite it, or choose another file with -o"
            ))
            .fail();
    }
    write_out(&path, &render::forms(&made.forms, made.today, lang)?)?;
    if !call.is_quiet() {
        let count = made.forms.len();
        let sheets = if count > 1 { text!("（{count} 张表）", " ({count} sheets)") } else { Text::default() };
        call.print(&text!("已生成填报表 {file}{sheets}", "wrote {file}{sheets}", sheets))?;
    }
    Ok(Exit::Done)
}

fn make(county: &County<'_>, matches: &ArgMatches, threads: usize, now: Instant, lang: Lang) -> Result<TemplateForms> {
    let kinds = county.kinds(None)?;
    let today = county.as_of(matches.get_one("today"), now)?;
    let year = county.plan_year(today).unwrap_or(today.year());
    let month: Option<Month> =
        matches.get_one::<String>("month").map(|text| parse::month(text, today, year)).transpose()?;
    let township = matches.get_one::<String>("township").map(|word| county.townships.find(word)).transpose()?;
    let wanted = wanted(&kinds, matches)?;
    let search = Search::new(county, &kinds, threads);
    let called = UniqueLabels::load(&search, &wanted, None)?;
    let day = month.map_or(today, Month::first);
    let township = township.map(|township| called.township(&township.id));
    let lists = |field: &crate::schema::kind::Field| called.list(field, county);
    let forms = wanted.iter().map(|kind| form(kind, township.as_deref(), month, day, &lists)).collect();
    let title = if let [kind] = wanted.as_slice() {
        kind.title.clone()
    } else {
        let name = township.unwrap_or_default();
        text!("{name}台账填报表", "{name} forms")
    };
    Ok(TemplateForms { forms, name: file_stem(&title, lang).trim().to_owned() + ".xlsx", today })
}

fn wanted<'k>(kinds: &'k Kinds, matches: &ArgMatches) -> Result<Vec<&'k Kind>> {
    match matches.get_one::<String>("kind") {
        Some(word) => Ok(vec![kinds.find(word)?]),
        None => Ok(kinds.iter().collect()),
    }
}
