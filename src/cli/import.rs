//! `culture import KIND FILE…`: what townships send, all or nothing over all files, never twice.

use super::frame::{Call, OutputAsked, Verb};
use super::options::{self, flag, option, positional, required, text, texts};
use super::writing::{WriteArgs, write};
use crate::base::fault::{self, Exit, Fault, Faults};
use crate::base::text::Text;
use crate::county::intake::{
    ImportAsked, ImportOutcome, RejectedRow, RowPurpose, SourceFile, import_files, rejects_report,
};
use crate::county::view::Viewpoint;
use crate::import::LARGEST_FILE;
use crate::render;
use crate::report::Report;
use crate::store::{Output, PreparedOutput, read_in, read_stdin};
use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};

/// `import`
pub(super) const VERB: Verb = Verb {
    name: "import",
    about: Text::new("导入乡镇报来的表格（Excel、WPS、CSV）", "Import the sheets that townships send"),
    arguments,
    run,
};

const CORRECT: Text = Text::new("在册对象也自登记之日起更正", "Correct records that last too, from the beginning");
const READINGS: Text = Text::new(
    "在册对象某一天的情况：不同的登记为变动",
    "What records that last were on a day: changes of those that differ",
);

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let kind = Text::new("台账类别；all 为各表按表名归类", "Kind of record; all: go by the names of the sheets");
    let file = Text::new("文件", "FILE");
    let files =
        Text::new("xlsx xls ods fods et csv；- 为标准输入", "xlsx, xls, ods, fods, et or csv; - for standard input");
    let month = Text::new("只收这个月的记录", "Accept only records of this month");
    let map = Text::new("指明某列填入哪个字段，可写多次", "Map a column to a field (repeatable)");
    let set = Text::new("各行相同的字段，可写多次", "Set a field in every record (repeatable)");
    let append = |arg: Arg| arg.action(ArgAction::Append);
    let on = Text::new("表中情况自哪一天起", "The day on which it was so");
    let returns = Text::new("不能导入的行写入退回表，注明原因", "Write rejected rows, with reasons, to a workbook");
    let command = command
        .arg(positional(lang, "kind", &Text::new("类别", "KIND"), &kind).required(true))
        .arg(append(positional(lang, "files", &file, &files).required(true)).num_args(1..))
        .arg(options::township(lang))
        .arg(option(lang, "month", &Text::new("月份", "MONTH"), &month))
        .arg(option(lang, "sheet", &Text::new("表名", "SHEET"), &Text::new("只读某张工作表", "Read only this sheet")))
        .arg(append(option(lang, "map", &Text::new("列名=字段", "HEADING=FIELD"), &map)))
        .arg(append(option(lang, "set", &Text::new("字段=值", "FIELD=VALUE"), &set)))
        .arg(option(
            lang,
            "encoding",
            &Text::new("编码", "ENCODING"),
            &Text::new("如 gb18030、utf-8", "Text encoding, e.g. gb18030"),
        ))
        .arg(option(lang, "returns", &file, &returns))
        .arg(options::force(lang).requires("returns"))
        .arg(options::dry_run(lang))
        .arg(flag(lang, "update", &Text::new("与已有记录不同的，按表更正", "Correct existing records that differ")))
        .arg(flag(lang, "correct", &CORRECT).requires("update"))
        .arg(flag(lang, "readings", &READINGS).conflicts_with("update"))
        .arg(option(lang, "on", &Text::new("日期", "DAY"), &on).requires("readings"))
        .arg(flag(lang, "partial", &Text::new("先收没有问题的行", "Import the valid rows even if others are not")))
        .arg(options::today(lang));
    Ok(options::recording(lang, command))
}

/// What is asked of `import`.
struct ImportArgs {
    files: Vec<String>,
    asked: ImportAsked,
    /// The rows that are good are taken, whatever becomes of the others.
    partial: bool,
    /// Where the rows refused are written.
    returns: Option<OutputAsked>,
    point: Viewpoint,
    writing: WriteArgs,
}

impl ImportArgs {
    fn read(matches: &ArgMatches) -> ImportArgs {
        ImportArgs {
            files: texts(matches, "files"),
            asked: ImportAsked {
                kind: required(matches, "kind"),
                month: text(matches, "month"),
                sheet: text(matches, "sheet"),
                encoding: text(matches, "encoding"),
                map: texts(matches, "map"),
                set: texts(matches, "set"),
                purpose: purpose(matches),
                on: text(matches, "on"),
                dry_run: matches.get_flag("dry-run"),
            },
            partial: matches.get_flag("partial"),
            returns: text(matches, "returns").map(|name| OutputAsked {
                name,
                option: "--returns",
                force: matches.get_flag("force"),
            }),
            point: Viewpoint { township: text(matches, "township"), ..options::day_point(matches) },
            writing: WriteArgs::recording(matches),
        }
    }
}

fn purpose(matches: &ArgMatches) -> RowPurpose {
    if matches.get_flag("readings") {
        RowPurpose::Readings
    } else if matches.get_flag("correct") {
        RowPurpose::CorrectionsOfAll
    } else if matches.get_flag("update") {
        RowPurpose::Corrections
    } else {
        RowPurpose::Records
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = ImportArgs::read(matches);
    let returns = args.returns.as_ref().map(|asked| claim_returns(call, asked, &args.files)).transpose()?;
    call.say_every_fault();
    let files = open(call, &args.files)?;
    let (outcome, back) = write(call, &args.writing, &args.point, |view, draft, call| {
        if args.asked.dry_run {
            draft.only_try(view.county);
        }
        let done = import_files(view, draft, &args.asked, &files, &|line| call.progress(line))?;
        if args.asked.dry_run {
            draft.only_try(view.county);
        } else if !args.partial && !done.refused.is_empty() {
            draft.clear();
        }
        let returns = returns.filter(|_| !done.refused.is_empty());
        let back = returns.map(|file| send_back(call, file, &done.refused)).transpose()?;
        Ok((done, back))
    })?;
    match back {
        Some(back) => finish(call, &outcome, back, args.partial),
        None => tell(call, &outcome, args.partial),
    }
}

/// The file for the rows refused, before anything is read or stored.
fn claim_returns(call: &Call<'_>, asked: &OutputAsked, reads: &[String]) -> Result<Output> {
    let file = &asked.name;
    if !file.to_ascii_lowercase().ends_with(".xlsx") {
        return Fault::usage(
            "wrong-file-name",
            text!("退回表只能是 xlsx：{file}", "rejected rows are written to an xlsx workbook, not “{file}”"),
        )
        .hint(text!("写成 --returns 退回.xlsx", "e.g. --returns rejected.xlsx"))
        .fail();
    }
    Ok(call.output(asked, reads)?)
}

/// Reads the files that were named; `-` is standard input.
fn open(call: &Call<'_>, names: &[String]) -> Result<Vec<SourceFile>> {
    let limit = LARGEST_FILE as u64 + 1;
    let mut files = Vec::new();
    for name in names {
        let bytes = if name == "-" {
            read_stdin(limit)?
        } else {
            read_in(&call.world.dir.join(name), limit, call.world.threads)?
        };
        files.push(SourceFile { name: name.clone(), bytes });
    }
    Ok(files)
}

/// Brings the rows refused as they came, with why in a red column, to the disk, to be sent back (退回修改清单): before
/// anything is stored, so that a place that cannot be written leaves nothing half done.
fn send_back(call: &Call<'_>, file: Output, refused: &[RejectedRow]) -> fault::Result<PreparedOutput> {
    let reports = rejects_report(refused);
    let sheets: Vec<(&str, &Report)> = reports.iter().map(|(kind, report)| (kind.say(call.lang), report)).collect();
    file.prepare(&render::workbook(&sheets, call.world.now.day(), call.lang)?)
}

/// Where the rows refused found no place after all.
const STORED: Text = Text::new(
    "没有问题的行已经保存；换一个 --returns 再导入一次，已有的不会重复",
    "the valid rows are stored; import again with another --returns: none of them is stored twice",
);

/// Puts the rows refused in their place and says what came in, whichever of both goes wrong.
fn finish(call: &mut Call<'_>, outcome: &ImportOutcome, back: PreparedOutput, partial: bool) -> Result<Exit> {
    let file = back.name().to_owned();
    let rows = Text::count(outcome.refused.len(), "row", "rows");
    let unreturned = match back.put() {
        Ok(()) => {
            call.acknowledge(&text!(
                "已把 {rows} 行写入退回表 {file}",
                "wrote {rows} to {file} to be corrected",
                rows
            ))?;
            Vec::new()
        }
        Err(faults) if partial => faults.0.into_iter().map(|fault| fault.hint(STORED)).collect(),
        Err(faults) => faults.0,
    };
    match tell(call, outcome, partial) {
        told if unreturned.is_empty() => told,
        Ok(_) => Err(Faults(unreturned).into()),
        Err(told) => {
            call.warn(&unreturned);
            Err(told)
        }
    }
}

/// Says what came in, and what did not.
fn tell(call: &mut Call<'_>, outcome: &ImportOutcome, partial: bool) -> Result<Exit> {
    call.warn(&outcome.notes);
    let mut refused = outcome.refusals();
    if !refused.is_empty() && !partial {
        let count = outcome.refused.len();
        refused.push(
            Fault::new(
                "nothing-imported",
                text!(
                    "有 {count} 行不能导入，全部未导入",
                    "{count} with errors: nothing was imported",
                    count = Text::count(count, "row", "rows")
                ),
            )
            .hint(Text::new(
                "改好后重新导入；也可加 --partial 先收其余各行，加 --returns 退回.xlsx 生成退回表",
                "fix them and import again, or import the rest with --partial and write these to a workbook with \
                 --returns FILE",
            )),
        );
        return Err(Faults(refused).into());
    }
    call.warn(&refused);
    for line in &outcome.lines {
        call.acknowledge(line)?;
    }
    Ok(if outcome.refused.is_empty() { Exit::Done } else { Exit::Found })
}
