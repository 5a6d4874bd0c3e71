//! `culture import KIND FILE…`: what townships send, all or nothing over all files, never twice.

mod files;
mod given;
mod hashes;
mod known;
mod part;
mod returns;
mod rows;
mod said;
mod taking;
mod twins;

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional};
use super::writing::write;
use crate::base::day::{Day, Month};
use crate::base::fault::{Exit, Fault, Faults, Level, Place, Result};
use crate::base::text::Text;
use crate::county::county::County;
use crate::county::draft::ChangeDraft;
use crate::county::search::Search;
use crate::schema::kind::Kind;
use crate::schema::parse;
use clap::{ArgAction, ArgMatches, Command};
use files::{SourceFile, open};
use known::ExistingKeys;
use returns::RejectedRow;
use rows::{ImportContext, RowCounts, take_table};
use std::collections::{BTreeMap, HashSet};
use twins::DuplicateFinder;

/// After so many rows a line says how far it is.
const EVERY: usize = 5_000;
/// The most faults that are told one by one: with more, it is another table, or another kind.
const MOST_FAULTS: usize = 10_000;
/// The most remarks that are told one by one.
const MOST_REMARKS: usize = 10_000;

/// The verb.
pub(super) const VERB: Verb = Verb {
    name: "import",
    about: Text::new("导入乡镇报来的表格（Excel、WPS、CSV）", "Import the sheets that townships send"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let kind = Text::new("台账类别；all 为各表按表名归类", "Kind of record; all: go by the names of the sheets");
    let file = Text::new("文件", "FILE");
    let files = Text::new("xlsx xls ods et csv；- 为标准输入", "xlsx, xls, ods, et or csv; - for standard input");
    let month = Text::new("只收这个月的记录", "Accept only records of this month");
    let map = Text::new("指明某列填入哪个字段，可写多次", "Map a column to a field (repeatable)");
    let set = Text::new("各行相同的字段，可写多次", "Set a field in every record (repeatable)");
    let append = |arg: clap::Arg| arg.action(ArgAction::Append);
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
        .arg(flag(lang, "dry-run", &Text::new("只看结果，不写入", "Show the outcome without writing anything")))
        .arg(flag(lang, "update", &Text::new("与已有记录不同的，按表更正", "Correct existing records that differ")))
        .arg(flag(lang, "partial", &Text::new("先收没有问题的行", "Import the valid rows even if others are not")))
        .arg(options::today(lang));
    Ok(options::recording(lang, command))
}

/// What was asked, with words read.
struct ImportRequest<'a> {
    township: Option<usize>,
    month: Option<Month>,
    today: Day,
    update: bool,
    /// Of which words a `FIELD=VALUE` or `HEADING=FIELD` is made.
    matches: &'a ArgMatches,
}

impl<'a> ImportRequest<'a> {
    fn read(county: &County<'_>, call: &Call<'_>, matches: &'a ArgMatches) -> Result<ImportRequest<'a>> {
        let today = county.as_of(matches.get_one("today"), call.world.now)?;
        let township = matches.get_one::<String>("township").map(|word| county.townships.find(word)).transpose()?;
        let year = county.plan_year(today).unwrap_or(today.year());
        let month = matches.get_one::<String>("month").map(|text| parse::month(text, today, year)).transpose()?;
        Ok(ImportRequest {
            township: township.map(|township| county.township_index(&township.id)),
            month,
            today,
            update: matches.get_flag("update"),
            matches,
        })
    }
}

/// What an import did, or would do.
struct ImportOutcome {
    counts: BTreeMap<(usize, String), RowCounts>,
    refused: Vec<RejectedRow>,
    /// How many faults these have.
    faults: usize,
    notes: Vec<Fault>,
    lines: Vec<Text>,
    /// How many remarks there were beyond those kept.
    unlisted: usize,
}

impl ImportOutcome {
    /// Keeps a row that is refused.
    fn refuse(&mut self, row: RejectedRow) -> Result<()> {
        self.faults += row.faults.len();
        self.refused.push(row);
        if self.faults < MOST_FAULTS {
            return Ok(());
        }
        let count = self.refused.len();
        let stop = Fault::new(
            "unsorted",
            text!(
                "已有 {count} 行不能导入，没有再往下读；全部未导入",
                "{count} rows have errors: the rest was not read, and nothing was imported"
            ),
        );
        let stop = stop.hint(Text::new(
            "请先核对类别、表头和编码，再改好各行",
            "check the kind, the headings and the encoding first",
        ));
        let faults = self.refused.drain(..).flat_map(|row| row.faults);
        Err(Faults(faults.chain([stop]).collect()))
    }

    /// Keeps what is worth saying of rows, as much as anybody reads.
    fn remark(&mut self, remarks: impl IntoIterator<Item = Fault>) {
        for remark in remarks {
            if self.notes.len() < MOST_REMARKS {
                self.notes.push(remark);
            } else {
                self.unlisted += 1;
            }
        }
    }

    /// The same of so many at once: those beyond what anybody reads are not put into words.
    fn remark_some(&mut self, count: usize, remarks: impl Iterator<Item = Fault>) {
        let room = MOST_REMARKS.saturating_sub(self.notes.len());
        self.notes.extend(remarks.take(room));
        self.unlisted += count.saturating_sub(room);
    }

    /// How much was left unsaid.
    fn remark_unlisted(&mut self) {
        let count = self.unlisted;
        if count > 0 {
            let rest = text!(
                "另有 {count} 条警告，没有逐条列出",
                "{count} not listed",
                count = Text::count(count, "more note", "more notes")
            );
            self.notes.push(Fault::warning("unsorted", rest));
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    if let Some(file) =
        matches.get_one::<String>("returns").filter(|file| !file.to_ascii_lowercase().ends_with(".xlsx"))
    {
        return Fault::usage(
            "unsorted",
            text!("退回表只能是 xlsx：{file}", "rejected rows are written to an xlsx workbook, not “{file}”"),
        )
        .hint(text!("写成 --returns 退回.xlsx", "e.g. --returns rejected.xlsx"))
        .fail();
    }
    call.say_every_fault();
    let files = open(call, matches)?;
    let (dry, partial) = (matches.get_flag("dry-run"), matches.get_flag("partial"));
    let mut kept = None;
    let outcome = write(call, matches, |county, draft, call| {
        if dry {
            draft.only_try();
        }
        let done = import_files(county, draft, call, matches, &files)?;
        if dry {
            draft.only_try();
        } else if !partial && !done.refused.is_empty() {
            draft.clear();
        }
        kept = Some(done.refused.len());
        Ok(done)
    })?;
    if let Some(file) = matches.get_one::<String>("returns").filter(|_| !outcome.refused.is_empty()) {
        returns::send_back(call, file, &outcome.refused)?;
        let rows = Text::count(outcome.refused.len(), "row", "rows");
        call.acknowledge(&text!("已把 {rows} 行写入退回表 {file}", "wrote {rows} to {file} to be corrected", rows))?;
    }
    call.warn(&outcome.notes);
    let refused = without_repeats(outcome.refused.iter().flat_map(|row| row.faults.iter().cloned()).collect());
    if !refused.is_empty() && !partial {
        let count = outcome.refused.len();
        let mut faults = refused;
        faults.push(
            Fault::new(
                "unsorted",
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
        return Err(Faults(faults));
    }
    call.warn(&refused);
    for line in &outcome.lines {
        call.acknowledge(line)?;
    }
    Ok(if outcome.refused.is_empty() { Exit::Done } else { Exit::Found })
}

/// Takes the rows of all files, one after the other.
fn import_files(
    county: &County<'_>,
    draft: &mut ChangeDraft,
    call: &Call<'_>,
    matches: &ArgMatches,
    files: &[SourceFile],
) -> Result<ImportOutcome> {
    let kinds = county.kinds(None)?;
    let say = |line: &Text| call.progress(line);
    let asked = ImportRequest::read(county, call, matches)?;
    let search = Search::new(county, &kinds, call.world.threads);
    let (known, twins) = (ExistingKeys::new(county), DuplicateFinder::default());
    let mut common = ImportContext { search: &search, asked: &asked, say: &say, known, twins };
    let mut done = ImportOutcome {
        counts: BTreeMap::new(),
        refused: Vec::new(),
        faults: 0,
        notes: Vec::new(),
        lines: Vec::new(),
        unlisted: 0,
    };
    let word = matches.get_one::<String>("kind").map_or("", String::as_str);
    let opened: Result<Vec<_>> =
        files.iter().map(|file| Ok((file, file.sheets(matches, call.world.threads)?))).collect();
    let opened = opened?;
    let mut tables = Vec::new();
    for (file, (sheets, said)) in &opened {
        done.notes.extend(file.notes(said));
        let found = files::tables(file, sheets, &kinds, word, &mut done.notes)?;
        tables.extend(found.into_iter().map(|(sheet, kind)| (*file, sheet, kind)));
    }
    // What others refer to comes first.
    tables.sort_by_key(|(_, _, kind)| reference_depth(&kinds, kind));
    let of_tables: Vec<&Kind> = tables.iter().map(|(_, _, kind)| *kind).collect();
    for (at, table) in tables.into_iter().enumerate() {
        let taken = take_table(&mut common, table, &of_tables[at..], draft, &mut done);
        // How the file was read may be why it is not understood.
        taken.map_err(|Faults(faults)| Faults(done.notes.drain(..).chain(faults).collect()))?;
    }
    done.remark_unlisted();
    if done.counts.values().any(RowCounts::is_large) {
        call.progress(&Text::new("正在写入台账", "writing"));
    }
    done.lines = summary_lines(county, &kinds, &done, matches.get_flag("dry-run"));
    let stops = |fault: &Fault| fault.level == Level::Error;
    Faults::unless(done.notes.iter().filter(|fault| stops(fault)).cloned().collect(), || done)
}

/// How many kinds a kind's records can stand on, one upon the other.
fn reference_depth(kinds: &crate::schema::kind::load::Kinds, kind: &Kind) -> usize {
    let referred = kind.fields.iter().filter_map(|field| field.ty.referred_kind());
    let below = referred.filter(|of| *of != kind.id).filter_map(|of| kinds.get(of));
    below.map(|of| of.fields.iter().filter(|field| field.ty.is_reference()).count() + 1).max().unwrap_or(0)
}

/// Without repeating what holds for a table as a whole.
fn without_repeats(faults: Vec<Fault>) -> Vec<Fault> {
    let mut told = HashSet::new();
    let site = |place: &Place| (place.file.clone(), place.line, place.column);
    let first = |fault: &Fault| told.insert((fault.what.clone(), fault.place.as_ref().map(site)));
    faults.into_iter().filter(first).collect()
}

/// What came in, township by township.
fn summary_lines(
    county: &County<'_>,
    kinds: &crate::schema::kind::load::Kinds,
    done: &ImportOutcome,
    dry: bool,
) -> Vec<Text> {
    let mut lines = Vec::new();
    let mut sum = RowCounts::default();
    for ((township, kind), outcome) in &done.counts {
        let name = &county.in_order()[*township].name;
        let title = kinds.get(kind).map(|kind| kind.title.clone()).unwrap_or_default();
        let said = outcome.said();
        lines.push(text!("{name} {title}：{said}", "{name}, {title}: {said}", title, said));
        sum.add(outcome);
    }
    let mut said = sum.said();
    if !done.refused.is_empty() {
        let rows = Text::count(done.refused.len(), "row", "rows");
        said = text!("{said}；{rows} 行不能导入", "{said}, {rows} rejected", said, rows);
    }
    lines.push(if dry {
        text!("合计：{said}（--dry-run，未写入）", "total: {said} (--dry-run: nothing written)", said)
    } else {
        text!("合计：{said}", "total: {said}", said)
    });
    lines
}
