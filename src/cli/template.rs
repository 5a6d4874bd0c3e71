//! `culture template KIND`: the form that a township fills in, for `import` to take back.

use super::export::file_stem;
use super::frame::{Call, OutputAsked, Verb};
use super::options::{self, flag, option, text};
use crate::base::day::{Day, Month};
use crate::base::fault::{self, Exit, Fault};
use crate::base::text::{Lang, Text};
use crate::county::labels::UniqueLabels;
use crate::county::view::{View, Viewpoint};
use crate::render;
use crate::report::form::{Form, form};
use crate::schema::kind::{Field, Kind};
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `template`
pub(super) const VERB: Verb = Verb {
    name: "template",
    about: Text::new("生成供单位填报的 Excel 表", "Create an Excel form for townships to fill in"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
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
    let output =
        options::output_called(lang, &Text::new("文件名（默认 类别.xlsx）", "Output file (default: KIND.xlsx)"));
    Ok(command
        .arg(options::kind(lang).required_unless_present("all"))
        .arg(all.conflicts_with("kind"))
        .arg(options::township(lang))
        .arg(month)
        .args(output)
        .arg(options::today(lang))
        .after_help(after.say(lang).to_owned()))
}

/// What is asked of `template`.
struct TemplateArgs {
    /// The kind; none: all.
    kind: Option<String>,
    month: Option<String>,
    point: Viewpoint,
    /// The file; none: it is called after the kind.
    file: Option<String>,
    /// A file that is there is replaced.
    force: bool,
}

impl TemplateArgs {
    fn read(matches: &ArgMatches) -> TemplateArgs {
        TemplateArgs {
            kind: text(matches, "kind"),
            month: text(matches, "month"),
            point: Viewpoint { township: text(matches, "township"), ..options::day_point(matches) },
            file: text(matches, "output"),
            force: matches.get_flag("force"),
        }
    }
}

/// The forms asked for, and what their file is called unless told otherwise.
struct TemplateForms {
    forms: Vec<Form>,
    name: String,
    today: Day,
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = TemplateArgs::read(matches);
    let lang = call.lang;
    let made = call.look(&args.point, |view| make(view, &args, lang))?;
    let file = args.file.unwrap_or(made.name);
    if !file.to_ascii_lowercase().ends_with(".xlsx") {
        return Fault::usage(
            "wrong-file-name",
            text!("填报表是 xlsx 文件，不能叫 {file}", "the form is an xlsx file: it cannot be called “{file}”"),
        )
        .hint(text!("文件名以 .xlsx 结尾", "use a name ending in .xlsx"))
        .fail();
    }
    let output = call.output(&OutputAsked { name: file, option: "-o", force: args.force }, &[])?;
    let file = output.name().to_owned();
    output.write(&render::forms(&made.forms, made.today, lang)?)?;
    if !call.is_quiet() {
        let count = made.forms.len();
        let sheets = if count > 1 { text!("（{count} 张表）", " ({count} sheets)") } else { Text::default() };
        call.print(&text!("已生成填报表 {file}{sheets}", "wrote {file}{sheets}", sheets))?;
    }
    Ok(Exit::Done)
}

fn make(view: &View<'_>, args: &TemplateArgs, lang: Lang) -> fault::Result<TemplateForms> {
    let county = view.county;
    let kinds = view.kinds()?;
    let month = args.month.as_ref().map(|text| county.parse_month(text, view.today)).transpose()?;
    let wanted: Vec<&Kind> = match &args.kind {
        Some(word) => vec![kinds.find(word)?],
        None => kinds.iter().collect(),
    };
    let called = UniqueLabels::load(&view.search()?, &wanted, None)?;
    let day = month.map_or(view.today, Month::first);
    let township = view.township.map(|township| called.township(&county.in_order()[township].id));
    let lists = |field: &Field| called.list(field, county);
    let forms = wanted.iter().map(|kind| form(kind, township.as_deref(), month, day, &lists)).collect();
    let title = if let [kind] = wanted.as_slice() {
        kind.title.clone()
    } else {
        match &township {
            Some(name) => text!("{name}台账填报表", "{name} forms"),
            None => Text::new("台账填报表", "forms"),
        }
    };
    Ok(TemplateForms { forms, name: file_stem(&title, lang).trim().to_owned() + ".xlsx", today: view.today })
}
