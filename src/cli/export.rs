//! `culture export KIND|all`: records for spreadsheets and programs, so that an import takes them back.

use super::frame::{Call, OutputAsked, Verb};
use super::options::{self, flag, option, positional, required, text};
use crate::base::day::{Day, Instant};
use crate::base::fault::{Exit, Fault, Result};
use crate::base::text::{Lang, Text};
use crate::county::County;
use crate::county::labels::UniqueLabels;
use crate::county::ledgers::Ledger;
use crate::county::selection::{DaySpan, DaysAsked};
use crate::county::view::{View, Viewpoint};
use crate::ledger::{Source, revisions};
use crate::render;
use crate::report::export::{columns, object, row};
use crate::report::records::OwnedRecord;
use crate::report::table::{Cell, Column, Table};
use crate::report::{Block, Report};
use crate::schema::kind::Kind;
use crate::schema::record::{RecordState, Revision};
use crate::schema::township::TownshipNo;
use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Command};
use std::collections::HashMap;

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

/// What is exported, and how.
struct ExportRequest<'a> {
    county: &'a County<'a>,
    township: Option<TownshipNo>,
    days: DaySpan,
    known: Option<Instant>,
    ledger: bool,
    form: ExportFormat,
    lang: Lang,
}

/// What one ledger comes to, in the form asked for.
enum ExportChunk {
    Bytes(Vec<u8>),
    Rows(Vec<Vec<Cell>>),
}

/// The records of one kind.
struct KindExport {
    title: Text,
    columns: Vec<Column>,
    chunks: Vec<ExportChunk>,
    count: usize,
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> anyhow::Result<Exit> {
    let args = ExportArgs::read(matches);
    let form = args.form()?;
    refuse_without_file(call, &args, form)?;
    let lang = call.lang;
    let (parts, today) = call.look(&args.point, |view| Ok((gather(view, &args, form, lang)?, view.today)))?;
    let Some(asked) = &args.file else {
        call.write(&export_bytes(parts, form, today, lang)?)?;
        return Ok(Exit::Done);
    };
    let said = record_counts(&parts);
    let name = if form == ExportFormat::Csv && args.is_of_all() {
        let files: Vec<(String, Vec<u8>)> = parts.iter().map(|part| excel_file(part, lang)).collect();
        call.write_folder(asked, &files)?
    } else {
        let output = call.output(asked, &[])?;
        let name = output.name().to_owned();
        let bytes = export_bytes(parts, form, today, lang)?;
        output.write(&if form == ExportFormat::Csv { render::csv_for_excel(&bytes) } else { bytes })?;
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
        let count = part.count;
        text!("{title} {count} 条", "{title} {count}", title)
    };
    let said: Vec<Text> = parts.iter().filter(|part| part.count > 0).map(words).collect();
    if said.is_empty() { Text::new("没有记录", "no records") } else { Text::list(&said) }
}

fn gather(view: &View<'_>, args: &ExportArgs, form: ExportFormat, lang: Lang) -> Result<Vec<KindExport>> {
    let kinds = view.kinds()?;
    let wanted: Vec<&Kind> = if args.is_of_all() { kinds.iter().collect() } else { vec![kinds.find(&args.kind)?] };
    let asked = ExportRequest {
        county: view.county,
        township: view.township,
        days: DaySpan::read(view.county, &args.days, view.today)?,
        known: view.known,
        ledger: args.ledger,
        form,
        lang,
    };
    let search = view.search()?;
    let called = UniqueLabels::load(&search, &wanted, view.known)?;
    let mut parts = Vec::new();
    for kind in wanted {
        let mut found = search.each(
            |ledger| ledger.kind == kind.id && asked.township.is_none_or(|township| township == ledger.township),
            |ledger, source| {
                let (chunk, count) = asked.chunk(ledger, source, &called)?;
                Ok(vec![(ledger.township, ledger.year, chunk, count)])
            },
        )?;
        found.sort_by_key(|(township, year, _, _)| (*township, *year));
        let count = found.iter().map(|(_, _, _, count)| count).sum();
        let chunks = found.into_iter().map(|(_, _, chunk, _)| chunk).collect();
        parts.push(KindExport { title: kind.title.clone(), columns: columns(kind, asked.ledger), chunks, count });
    }
    Ok(parts)
}

impl ExportRequest<'_> {
    /// One ledger's records, or revisions, that are wanted.
    fn chunk(&self, ledger: &Ledger, source: Source<'_>, called: &UniqueLabels) -> Result<(ExportChunk, usize)> {
        let kind = source.kind;
        let township = &self.county.in_order()[ledger.township];
        let wanted = self.select(revisions(source)?);
        let kept = wanted.into_iter().map(|revision| OwnedRecord { township, revision, late: None });
        let count = kept.len();
        let chunk = match self.form {
            ExportFormat::Json | ExportFormat::Jsonl => {
                ExportChunk::Bytes(kept.flat_map(|kept| render::json_line(&object(kind, &kept)).into_bytes()).collect())
            }
            ExportFormat::Csv | ExportFormat::Xlsx => {
                let name = called.township(&township.id);
                let rows = kept.map(|kept| {
                    row(kind, &kept, &name, &|field, value| called.of(field, value).map(Text::same), self.ledger)
                });
                let rows: Vec<Vec<Cell>> = rows.collect();
                if self.form == ExportFormat::Csv {
                    ExportChunk::Bytes(render::csv_rows(&rows, self.lang))
                } else {
                    ExportChunk::Rows(rows)
                }
            }
        };
        Ok((chunk, count))
    }

    /// Live records by date as they stand; for a ledger, all revisions in file order of the records whose last one lies
    /// within the days.
    fn select(&self, mut all: Vec<Revision>) -> Vec<Revision> {
        all.retain(|revision| self.known.is_none_or(|known| revision.entered_at <= known));
        let last: HashMap<_, _> =
            all.iter().map(|revision| (revision.id, (revision.rev, self.holds(revision)))).collect();
        let stands = |revision: &Revision| {
            last.get(&revision.id).is_some_and(|(rev, holds)| *holds && (self.ledger || *rev == revision.rev))
        };
        all.retain(|revision| stands(revision) && (self.ledger || revision.state == RecordState::Live));
        if !self.ledger {
            all.sort_by_key(|revision| (revision.date(), revision.id));
        }
        all
    }

    fn holds(&self, revision: &Revision) -> bool {
        revision.date().is_none_or(|date| self.days.holds(date))
    }
}

/// All parts as one file.
fn export_bytes(parts: Vec<KindExport>, form: ExportFormat, made: Day, lang: Lang) -> Result<Vec<u8>> {
    Ok(match form {
        ExportFormat::Csv => parts.iter().flat_map(|part| csv(part, lang)).collect(),
        ExportFormat::Jsonl => parts.iter().flat_map(KindExport::bytes).collect(),
        ExportFormat::Json => {
            let lines: Vec<u8> = parts.iter().flat_map(KindExport::bytes).collect();
            let mut out = b"{\"schema\":\"culture.export/1\",\"records\":[".to_vec();
            for (at, line) in lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).enumerate() {
                out.extend_from_slice(if at > 0 { b",\n" } else { b"\n" });
                out.extend_from_slice(line);
            }
            out.extend_from_slice(b"\n]}\n");
            out
        }
        ExportFormat::Xlsx => {
            let reports: Vec<(Text, Report)> =
                parts.into_iter().map(|part| (part.title.clone(), part.report())).collect();
            let reports: Vec<(&str, &Report)> = reports.iter().map(|(name, report)| (name.say(lang), report)).collect();
            render::workbook(&reports, made, lang)?
        }
    })
}

impl KindExport {
    fn bytes(&self) -> Vec<u8> {
        let bytes = |chunk: &ExportChunk| match chunk {
            ExportChunk::Bytes(bytes) => bytes.clone(),
            ExportChunk::Rows(_) => Vec::new(),
        };
        self.chunks.iter().flat_map(bytes).collect()
    }

    fn report(self) -> Report {
        let rows = |chunk| match chunk {
            ExportChunk::Rows(rows) => rows,
            ExportChunk::Bytes(_) => Vec::new(),
        };
        let rows = self.chunks.into_iter().flat_map(rows).collect();
        let table = Table { title: Text::default(), columns: self.columns, rows };
        Report { title: Text::default(), blocks: vec![Block::Table(table)], json: None }
    }
}

fn csv(part: &KindExport, lang: Lang) -> Vec<u8> {
    let mut all = render::csv_headings(&part.columns, lang);
    all.extend(part.bytes());
    all
}

fn excel_file(part: &KindExport, lang: Lang) -> (String, Vec<u8>) {
    (file_stem(&part.title, lang) + ".csv", render::csv_for_excel(&csv(part, lang)))
}

/// A kind's title as a file's name on any system.
pub(super) fn file_stem(title: &Text, lang: Lang) -> String {
    let plain = |c: char| if c.is_control() || r#"<>:"/\|?*"#.contains(c) { '_' } else { c };
    title.say(lang).chars().map(plain).collect()
}
