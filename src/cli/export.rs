//! `culture export KIND|all`: records for spreadsheets and programs, so that an import takes them back.

use super::frame::{Call, OutputAsked, Verb, write_made};
use super::options::{self, flag, option, positional, required, text};
use crate::base::day::Day;
use crate::base::fault::{Exit, Fault, Result};
use crate::base::text::{Lang, Text};
use crate::county::export::{ExportAsked, KindExport, export};
use crate::county::selection::DaysAsked;
use crate::county::view::Viewpoint;
use crate::render::{self, ExcelCsv, Unwritten};
use crate::report::{Block, Report};
use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Command};
use serde_json::Value;
use std::io::Write;

/// `export`
pub(super) const VERB: Verb = Verb {
    name: "export",
    about: Text::new("导出台账，供电子表格或程序使用", "Export records for spreadsheets and programs"),
    arguments,
    run,
};

/// The word for every kind there is.
const ALL: &str = "all";

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ExportFormat {
    Csv,
    Xlsx,
    Json,
    Jsonl,
}

impl ExportFormat {
    const ALL: [ExportFormat; 4] = [ExportFormat::Csv, ExportFormat::Xlsx, ExportFormat::Json, ExportFormat::Jsonl];

    /// The word by which it is asked for, and the end of its files' names.
    const fn token(self) -> &'static str {
        match self {
            ExportFormat::Csv => "csv",
            ExportFormat::Xlsx => "xlsx",
            ExportFormat::Json => "json",
            ExportFormat::Jsonl => "jsonl",
        }
    }

    fn from_token(token: &str) -> Option<ExportFormat> {
        ExportFormat::ALL.into_iter().find(|format| format.token() == token)
    }
}

fn arguments(command: Command, call: &Call<'_>) -> anyhow::Result<Command> {
    let lang = call.lang;
    let kind = positional(
        lang,
        "kind",
        &Text::new("类别", "KIND"),
        &Text::new("台账类别，all 为全部", "Kind of record, or all"),
    );
    let format = option(lang, "format", &Text::new("格式", "FORMAT"), &Text::new("输出格式", "Output format"))
        .value_parser(PossibleValuesParser::new(ExportFormat::ALL.map(ExportFormat::token)));
    let help = Text::new("写入文件；全部的 csv 为文件夹", "Output file (for all as csv: a folder)");
    let output = options::output_called(lang, &help);
    let after = Text::new(
        "csv、xlsx 供人查看，也可再导入：选项、单位和引用写名称。json、jsonl 供程序读取：写代号和编号。",
        "csv and xlsx are for people and for import: choices, townships and references are written as names. json \
         and jsonl are for programs: they are written as tokens and ids.",
    );
    let command = command.arg(kind.required(true)).arg(format).args(output).arg(options::township(lang));
    Ok(options::day_options(lang, command)
        .arg(flag(
            lang,
            "ledger",
            &Text::new("每次修订，含作废和登记人", "Export every revision, including void records"),
        ))
        .arg(options::public(lang))
        .arg(options::known(lang))
        .arg(options::today(lang))
        .after_help(after.say(lang).to_owned()))
}

/// What is asked of `export`.
struct ExportArgs {
    kind: String,
    point: Viewpoint,
    days: DaysAsked,
    /// Every revision, void ones too.
    ledger: bool,
    /// As which format, where that is said.
    format: Option<ExportFormat>,
    file: Option<OutputAsked>,
}

impl ExportArgs {
    fn read(matches: &ArgMatches) -> ExportArgs {
        let format = text(matches, "format");
        ExportArgs {
            kind: required(matches, "kind"),
            point: options::records_point(matches),
            days: options::days_asked(matches),
            ledger: matches.get_flag("ledger"),
            format: format
                .map(|token| ExportFormat::from_token(&token).expect("clap refuses a format that there is not")),
            file: options::output_asked(matches),
        }
    }

    /// Whether all kinds are asked for.
    fn is_of_all(&self) -> bool {
        self.kind == ALL
    }

    /// What `--format` says, else what the file is called, else CSV.
    ///
    /// # Errors
    /// They say different things.
    fn form(&self) -> Result<ExportFormat> {
        let ending = self.file.as_ref().and_then(|file| file.name.rsplit_once('.'));
        let by_name = ending.and_then(|(_, end)| ExportFormat::from_token(&end.to_ascii_lowercase()));
        match (self.format, by_name, &self.file) {
            (Some(said), Some(end), Some(file)) if said != end => {
                let said = said.token();
                let file = &file.name;
                let what = text!("{said} 格式不能写进 {file}", "“{file}” is not a file name for the {said} format");
                Fault::usage("wrong-file-name", what)
                    .hint(text!(
                        "文件名以 .{said} 结尾，或去掉 --format",
                        "use a name ending in .{said}, or leave out --format"
                    ))
                    .fail()
            }
            (said, end, _) => Ok(said.or(end).unwrap_or(ExportFormat::Csv)),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> anyhow::Result<Exit> {
    let args = ExportArgs::read(matches);
    let form = args.form()?;
    refuse_without_file(call, &args, form)?;
    let lang = call.lang;
    let asked = ExportAsked { kind: (!args.is_of_all()).then_some(&*args.kind), days: &args.days, ledger: args.ledger };
    let (parts, made) = call.look(&args.point, |view| Ok((export(view, &asked)?, view.today)))?;
    let whole = ExportFile { parts: &parts, form, made, lang };
    let Some(asked) = &args.file else {
        call.write_made(&mut |out| whole.write(out))?;
        return Ok(Exit::Done);
    };
    let said = record_counts(&parts);
    let name = if form == ExportFormat::Csv && args.is_of_all() {
        let names: Vec<String> = parts.iter().map(|part| file_stem(&part.title, lang) + ".csv").collect();
        call.write_folder(asked, &names, |at, out| {
            ExportFile { parts: std::slice::from_ref(&parts[at]), ..whole }.write_for_excel(out)
        })?
    } else {
        let output = call.output(asked, &[])?;
        let name = output.name().to_owned();
        write_made(output, &mut |out| whole.write_for_excel(out))?;
        name
    };
    if !call.is_quiet() {
        call.print(&text!("已写入 {name}：{said}", "wrote {name}: {said}", said))?;
    }
    Ok(Exit::Done)
}

/// What cannot be shown must be written to a file.
fn refuse_without_file(call: &Call<'_>, args: &ExportArgs, form: ExportFormat) -> Result<()> {
    if args.file.is_some() {
        return Ok(());
    }
    if form == ExportFormat::Xlsx && call.world.terminal {
        return Fault::usage(
            "workbook-on-screen",
            text!("工作簿不能显示在屏幕上", "a workbook cannot be shown on the screen"),
        )
        .hint(text!("用 -o 文件.xlsx 写入文件", "write it to a file: -o FILE.xlsx"))
        .fail();
    }
    if form == ExportFormat::Csv && args.is_of_all() {
        return Fault::usage(
            "several-files",
            text!("全部类别的 csv 是几个文件", "all kinds as csv make several files"),
        )
        .hint(text!(
            "用 -o 文件夹 指明写到哪里，或用 --format xlsx、jsonl",
            "add -o FOLDER, or use --format xlsx or jsonl"
        ))
        .fail();
    }
    Ok(())
}

/// How many records of what.
fn record_counts(parts: &[KindExport]) -> Text {
    let words = |part: &KindExport| {
        let title = &part.title;
        let count = part.table.rows.count();
        text!("{title} {count} 条", "{title} {count}", title)
    };
    let said: Vec<Text> = parts.iter().filter(|part| part.table.rows.count() > 0).map(words).collect();
    if said.is_empty() { Text::new("没有记录", "no records") } else { Text::list(&said) }
}

/// What one file holds.
#[derive(Clone, Copy)]
struct ExportFile<'a> {
    parts: &'a [KindExport],
    form: ExportFormat,
    made: Day,
    lang: Lang,
}

impl ExportFile<'_> {
    fn write(&self, out: &mut dyn Write) -> std::result::Result<(), Unwritten> {
        match self.form {
            ExportFormat::Csv => {
                for KindExport { table, .. } in self.parts {
                    render::write_csv(&table.columns, &*table.rows, self.lang, out)?;
                }
            }
            ExportFormat::Jsonl => self.each_record(|record| Ok(writeln!(out, "{}", render::json_line(record))?))?,
            ExportFormat::Json => {
                out.write_all(b"{\"schema\":\"culture.export/1\",\"records\":[")?;
                let mut between = "\n";
                self.each_record(|record| {
                    let line = render::json_line(record);
                    write!(out, "{}{line}", std::mem::replace(&mut between, ",\n"))?;
                    Ok(())
                })?;
                out.write_all(b"\n]}\n")?;
            }
            ExportFormat::Xlsx => {
                let sheet = |KindExport { title, table }: &KindExport| {
                    let blocks = vec![Block::LongTable(table.clone())];
                    (title.say(self.lang).to_owned(), Report { blocks, ..Report::default() })
                };
                let sheets: Vec<(String, Report)> = self.parts.iter().map(sheet).collect();
                let sheets: Vec<(&str, &Report)> = sheets.iter().map(|(name, report)| (&**name, report)).collect();
                out.write_all(&render::workbook(&sheets, self.made, self.lang)?)?;
            }
        }
        Ok(())
    }

    /// The same; CSV as Excel opens it.
    fn write_for_excel(&self, out: &mut dyn Write) -> std::result::Result<(), Unwritten> {
        if self.form == ExportFormat::Csv { self.write(&mut ExcelCsv::begin(out)?) } else { self.write(out) }
    }

    fn each_record(
        &self,
        mut visit: impl FnMut(&Value) -> std::result::Result<(), Unwritten>,
    ) -> std::result::Result<(), Unwritten> {
        self.parts.iter().try_for_each(|part| part.table.rows.try_each_record(&mut visit))
    }
}

/// A kind's title as a file's name on any system.
pub(super) fn file_stem(title: &Text, lang: Lang) -> String {
    let plain = |c: char| if c.is_control() || r#"<>:"/\|?*"#.contains(c) { '_' } else { c };
    title.say(lang).chars().map(plain).collect()
}
