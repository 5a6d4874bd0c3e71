//! The table in a sheet: its headings, matched to a kind's fields, and where its records begin.

use super::cell::SheetRow;
use super::ditto::Dittos;
use super::headings::{HeadingIndex, HeadingRank, HeadingSpellings, heading_spellings, is_numbering, key, scale};
use super::limits::MOST_COLUMNS;
use super::preamble::{self, Preamble, above};
use super::sheet::{MergedRange, Sheet};
use super::value::shown_text;
use crate::base::advice::shell_word;
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::text::Text;
use crate::schema::kind::{Field, FieldDefault, FieldType, Kind, Requirement};
use std::ops::Range;

/// How many rows from the top may hold the headings.
const SEARCHED: usize = 60;

/// What is looked for.
#[derive(Clone, Copy)]
pub struct TableQuery<'w> {
    /// What the person calls the file, for messages.
    pub file: &'w str,
    /// The kind of its records.
    pub kind: &'w Kind,
    /// Headings, or columns (`C`, or `3` in a text), and the fields they are for.
    pub map: &'w [(String, usize)],
    /// How many of these are said of this very file, and must be there: the first ones.
    pub must: usize,
    /// Fields whose values are given elsewhere: they need no column.
    pub given: &'w [usize],
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetColumn {
    /// Its place in the sheet, from 0.
    pub at: u32,
    /// Its heading, of both rows where there are two.
    pub heading: String,
    /// The field that it holds.
    pub field: Option<usize>,
    /// The multiple in which its figures count: 万 for 金额（万元）.
    pub(super) scale: Option<char>,
}

/// A table found in a sheet.
#[derive(Debug)]
pub struct SheetTable {
    /// Its columns.
    pub columns: Vec<SheetColumn>,
    /// Who fills it in, as written above it.
    pub township: Option<String>,
    /// The month it is for, as written above it.
    pub month: Option<String>,
    /// The day it was filled in, as written above it.
    pub date: Option<String>,
    /// What stands above it for all its records: fields without a column, each with what is written.
    pub given: Vec<(usize, String)>,
    /// What the person should know: columns that were not taken.
    pub notes: Vec<Fault>,
    /// The headings as they stand, for sending rows back.
    pub heading_row: Vec<String>,
    /// The first row with a cell that stands below the headings, counted as [`Sheet::row`] does.
    pub(super) first: usize,
}

impl SheetTable {
    /// What stands above the first record.
    #[must_use]
    pub fn nothing_above<'t>(&self) -> Dittos<'t> {
        Dittos::nothing(self.columns.len())
    }

    /// The rows of the table in parts of so many, which can be read each by itself; one part where a cell can be merged
    /// over several of them.
    #[must_use]
    pub fn parts(&self, sheet: &Sheet<'_>, rows: usize) -> Vec<Range<usize>> {
        let (first, end) = (self.first, sheet.height());
        let rows = if sheet.merges.is_empty() { rows.max(1) } else { usize::MAX };
        (first..end).step_by(rows).map(|start| start..start.saturating_add(rows).min(end)).collect()
    }
}

/// How well a column lays claim to a field, the lower the better: not by the person's word, by its heading, hidden.
type ColumnClaim = (bool, HeadingRank, bool);

/// Headings tried at a row.
struct HeadingCandidate {
    row: usize,
    /// One row, or two.
    height: usize,
    columns: Vec<(u32, String, HeadingSpellings)>,
    score: usize,
}

/// Finds the table of a kind in a sheet.
///
/// # Errors
/// There are no headings; a heading or two could be meant for one field; a needed field has no column. All of it at once,
/// with the headings that were seen.
pub fn find(sheet: &Sheet<'_>, wanted: TableQuery<'_>) -> Result<SheetTable> {
    let headings = HeadingIndex::new(wanted.kind);
    let tried =
        (0..sheet.height().min(SEARCHED)).flat_map(|row| [try_at(sheet, row, 1), try_at(sheet, row, 2)]).flatten();
    let mut best: Option<HeadingCandidate> = None;
    for mut tried in tried {
        tried.score = score(&tried, &headings, sheet, wanted.map);
        let words = tried.columns.len();
        let enough = tried.score >= 2 || (tried.score == 1 && words <= 2);
        // One row that names as much is the headings; the row above it is a title.
        let better = |best: &HeadingCandidate| (tried.score, best.height) > (best.score, tried.height);
        if enough && best.as_ref().is_none_or(better) {
            best = Some(tried);
        }
    }
    let Some(best) = best else { return Err(no_headings(sheet, wanted).into()) };
    table(sheet, wanted, &headings, &best)
}

fn table(
    sheet: &Sheet<'_>,
    wanted: TableQuery<'_>,
    headings: &HeadingIndex<'_>,
    best: &HeadingCandidate,
) -> Result<SheetTable> {
    let line = sheet.row(best.row).map_or(0, |row| row.line as usize + 1);
    let place = || Place { line, ..Place::file(wanted.file) };
    let mut notes = Vec::new();
    let columns = assign_columns(sheet, wanted, headings, best, &mut notes);
    let above = above((0..best.row).filter_map(|at| sheet.row(at)), sheet.since_1904);
    let given = given_above(wanted, headings, &columns, &above);
    notes.extend(missing_fields(wanted, &columns, &given));
    notes.extend(other_scale(wanted.kind, &columns, &above));
    let notes: Vec<Fault> = notes.into_iter().map(|note| note.at(place())).collect();
    let width = columns.last().map_or(0, |column| column.at as usize + 1);
    let mut heading_row = vec![String::new(); width];
    for (column, (_, _, called)) in columns.iter().zip(&best.columns) {
        // Of two rows of headings one row is left: what in itself names the field.
        let names = |name: &&String| headings.field(&vec![(*name).clone()]).map(|(field, _)| field) == column.field;
        let word = called.iter().find(names).unwrap_or(&column.heading);
        heading_row[column.at as usize].clone_from(word);
    }
    let notes = Faults::unless(notes.clone(), || notes)?;
    let Preamble { township, month, date, .. } = above;
    Ok(SheetTable { columns, township, month, date, given, notes, heading_row, first: best.row + best.height })
}

/// The headings of one row, or of two of which the upper stands over several columns.
fn try_at(sheet: &Sheet<'_>, at: usize, height: usize) -> Option<HeadingCandidate> {
    let upper = sheet.row(at)?;
    let columns: Vec<(u32, String, HeadingSpellings)> = if height == 1 {
        row_words(&upper, sheet, false).into_iter().map(|(at, word)| (at, word.clone(), vec![word])).collect()
    } else {
        // A heading in a text may have lines of its own.
        let lower = sheet.row(at + 1).filter(|lower| sheet.name.is_none() || lower.line == upper.line + 1)?;
        let (upper, lower) = (row_words(&upper, sheet, true), row_words(&lower, sheet, false));
        let word = |words: &[(u32, String)], at: u32| {
            words.iter().find(|(column, _)| *column == at).map(|(_, word)| word.clone()).unwrap_or_default()
        };
        let last = upper.iter().chain(&lower).map(|(at, _)| *at).max()?;
        (0..=last)
            .map(|at| (at, word(&upper, at), word(&lower, at)))
            .filter(|(_, upper, lower)| !(upper.is_empty() && lower.is_empty()))
            .map(|(at, upper, lower)| (at, joined_heading(&upper, &lower), heading_spellings(&upper, &lower)))
            .collect()
    };
    (!columns.is_empty()).then_some(HeadingCandidate { row: at, height, columns, score: 0 })
}

fn joined_heading(upper: &str, lower: &str) -> String {
    if upper.is_empty() || lower.is_empty() { format!("{upper}{lower}") } else { format!("{upper} {lower}") }
}

/// The words of a row; `over`: what is merged to the right stands over all it covers.
fn row_words(row: &SheetRow<'_>, sheet: &Sheet<'_>, over: bool) -> Vec<(u32, String)> {
    let mut words: Vec<(u32, String)> = Vec::new();
    for (at, cell) in (0_u32..).zip(&row.cells).filter(|(_, cell)| !cell.is_blank()) {
        let word = shown_text(cell, sheet.since_1904).split_whitespace().collect::<Vec<_>>().join(" ");
        let covers = |merge: &&MergedRange| over && merge.top == row.line && merge.left == at;
        let right = sheet.merges.iter().find(covers).map_or(at, |merge| merge.right.min(MOST_COLUMNS));
        words.extend((at..=right).map(|at| (at, word.clone())));
    }
    // Text has no merges: there a heading stands over the empty cells behind it.
    if over && sheet.name.is_none() {
        let gaps: Vec<(u32, String)> =
            words.windows(2).flat_map(|pair| (pair[0].0 + 1..pair[1].0).map(|at| (at, pair[0].1.clone()))).collect();
        words.extend(gaps);
        words.sort_by_key(|(at, _)| *at);
    }
    words
}

fn score(tried: &HeadingCandidate, headings: &HeadingIndex<'_>, sheet: &Sheet<'_>, map: &[(String, usize)]) -> usize {
    let mut fields: Vec<usize> = tried
        .columns
        .iter()
        .filter_map(|(at, _, called)| {
            mapped_field(sheet, map, *at, called).or_else(|| headings.field(called).map(|(field, _)| field))
        })
        .collect();
    fields.sort_unstable();
    fields.dedup();
    fields.len()
}

/// The field that the person says a column is for: by its heading, else by its letters or number.
fn mapped_field(sheet: &Sheet<'_>, map: &[(String, usize)], at: u32, called: &[String]) -> Option<usize> {
    let by_heading = |(name, _): &&(String, usize)| called.iter().any(|called| key(called) == key(name));
    let by_place = |(name, _): &&(String, usize)| sheet.column_name(at).eq_ignore_ascii_case(name.trim());
    map.iter().find(by_heading).or_else(|| map.iter().find(by_place)).map(|&(_, field)| field)
}

/// Gives each field its column: the one that the person named, else the one called after it most exactly, shown before
/// hidden.
fn assign_columns(
    sheet: &Sheet<'_>,
    wanted: TableQuery<'_>,
    headings: &HeadingIndex<'_>,
    best: &HeadingCandidate,
    notes: &mut Vec<Fault>,
) -> Vec<SheetColumn> {
    let claim = |(at, _, called): &(u32, String, HeadingSpellings)| -> Option<(usize, ColumnClaim)> {
        let hidden = sheet.hidden.contains(at);
        let said = mapped_field(sheet, wanted.map, *at, called).map(|field| (field, (false, (0, 0), hidden)));
        said.or_else(|| headings.field(called).map(|(field, rank)| (field, (true, rank, hidden))))
    };
    let claims: Vec<Option<(usize, ColumnClaim)>> = best.columns.iter().map(claim).collect();
    let taken: Vec<usize> = claims.iter().flatten().map(|(field, _)| *field).collect();
    let mut columns: Vec<SheetColumn> = Vec::new();
    for ((at, heading, _), claim) in best.columns.iter().zip(&claims) {
        let rivals = || claims.iter().flatten().filter(|(field, _)| claim.is_some_and(|(own, _)| own == *field));
        let first = rivals().map(|(_, claim)| claim).min();
        let wins = claim.filter(|(_, claim)| Some(claim) == first);
        let ties = rivals().filter(|(_, claim)| Some(claim) == first).count();
        if let Some((field, _)) = wins
            && ties > 1
            && !columns.iter().any(|column| column.field == Some(field))
        {
            notes.push(heading_clash(wanted.kind, field, best, &claims));
        }
        let heading = heading.clone();
        let field = wins.map(|(field, _)| field);
        let counts = field.and_then(|field| wanted.kind.fields.get(field)).is_some_and(|field| field.ty.is_number());
        let scale = if counts { scale(&heading) } else { None };
        if wins.is_none() && !is_numbering(&heading) {
            // A field that has its column already is not what is meant, and the next but one hardly is.
            let has_none = |near: &&Field| !taken.iter().any(|at| wanted.kind.fields.get(*at) == Some(*near));
            let near = headings.nearest(&heading).filter(|near| claim.is_none() && has_none(near));
            notes.push(unmatched_heading(&heading, near, claim.is_some()));
        }
        columns.push(SheetColumn { at: *at, heading, field, scale });
    }
    notes.extend(unused_mappings(sheet, wanted, best));
    columns
}

fn heading_clash(kind: &Kind, field: usize, best: &HeadingCandidate, claims: &[Option<(usize, ColumnClaim)>]) -> Fault {
    let title = kind.fields.get(field).map(|field| field.title.clone()).unwrap_or_default();
    let rivals: Vec<Text> = best
        .columns
        .iter()
        .zip(claims)
        .filter(|(_, claim)| claim.is_some_and(|(claimed, _)| claimed == field))
        .map(|((_, heading, _), _)| Text::same(heading))
        .collect();
    let rivals = Text::list(&rivals);
    let name = kind.fields.get(field).map_or("", |field| field.name.as_str());
    Fault::usage(
        "ambiguous-heading",
        text!("有几列都可能是{title}：{rivals}", "several columns could be “{title}”: {rivals}", title, rivals),
    )
    .hint(text!("请用 --map 列名={name} 或 列号={name}", "choose one: --map HEADING={name}, or COLUMN={name}"))
    .of_field(name)
}

fn unmatched_heading(heading: &str, near: Option<&Field>, beaten: bool) -> Fault {
    let what = if beaten {
        text!("“{heading}”这一列没有导入：另有一列更符合", "column “{heading}” was not imported: another fits better")
    } else {
        text!("“{heading}”这一列没有导入", "column “{heading}” was not imported")
    };
    // No field is meant by it: the heading stands where a field's name would.
    let fault = Fault::warning("skipped-column", what).of_field(heading);
    match near {
        Some(near) => {
            let title = &near.title;
            let mapping = format!("{heading}={}", near.name);
            let mapping = shell_word(&mapping);
            fault.hint(text!("如果是{title}，请加 --map {mapping}", "if it is “{title}”, add --map {mapping}", title))
        }
        None => fault,
    }
}

/// What the person mapped that no column is called.
fn unused_mappings(sheet: &Sheet<'_>, wanted: TableQuery<'_>, best: &HeadingCandidate) -> Vec<Fault> {
    let known = |entry: &&(String, usize)| {
        best.columns
            .iter()
            .any(|(at, _, called)| mapped_field(sheet, std::slice::from_ref(*entry), *at, called).is_some())
    };
    let missing = wanted.map.iter().take(wanted.must).filter(|entry| !known(entry));
    missing
        .map(|(name, _)| {
            Fault::usage("unknown-column", text!("没有“{name}”这一列", "no column “{name}”")).hint(headings_seen(best))
        })
        .collect()
}

fn headings_seen(best: &HeadingCandidate) -> Text {
    let headings: Vec<Text> = best.columns.iter().take(40).map(|(_, heading, _)| Text::same(heading)).collect();
    let headings = Text::list(&headings);
    text!("表头有：{headings}", "headings: {headings}", headings)
}

/// Fields without a column that what stands above the table fills in: its month, and its day where the kind's date is that
/// of the form.
fn given_above(
    wanted: TableQuery<'_>,
    headings: &HeadingIndex<'_>,
    columns: &[SheetColumn],
    above: &Preamble,
) -> Vec<(usize, String)> {
    let fields = wanted
        .kind
        .active_fields()
        .filter(|(at, _)| !wanted.given.contains(at) && !columns.iter().any(|column| column.field == Some(*at)));
    fields
        .filter_map(|(at, field)| {
            let of_the_form = at == 0 && headings.is_called(0, &preamble::DATE);
            let written = if of_the_form {
                &above.date
            } else if field.ty == FieldType::Month {
                &above.month
            } else {
                &None
            };
            Some((at, written.clone()?))
        })
        .collect()
}

/// Needed fields without a column.
fn missing_fields(wanted: TableQuery<'_>, columns: &[SheetColumn], given: &[(usize, String)]) -> Vec<Fault> {
    let headings: Vec<Text> = columns.iter().take(40).map(|column| Text::same(&column.heading)).collect();
    let headings = Text::list(&headings);
    let missing = wanted.kind.active_fields().filter(|(at, field)| {
        field.required == Requirement::Always
            && field.default == FieldDefault::None
            && !wanted.given.contains(at)
            && !given.iter().any(|(given, _)| given == at)
            && !columns.iter().any(|column| column.field == Some(*at))
    });
    missing
        .map(|(_, field)| {
            let (title, name) = (&field.title, &field.name);
            Fault::usage(
                "missing-column",
                text!("表里没有必填的一列：{title}", "required column “{title}” is missing", title),
            )
            .hint(text!(
                "表头有：{headings}；如果其中一列就是，请加 --map 列名={name}",
                "headings: {headings}; if it is one of these, add --map HEADING={name}",
                headings
            ))
            .of_field(name)
        })
        .collect()
}

/// 单位：万元 above the table, while no heading says so.
fn other_scale(kind: &Kind, columns: &[SheetColumn], above: &Preamble) -> Option<Fault> {
    let unit = above.scale.as_ref()?;
    let money = |column: &&SheetColumn| {
        let field = column.field.and_then(|field| kind.fields.get(field));
        column.scale.is_none() && field.is_some_and(|field| matches!(field.ty, FieldType::Decimal { .. }))
    };
    let column = columns.iter().find(money)?;
    let heading = &column.heading;
    let what = text!(
        "表上方写着“单位：{unit}”，“{heading}”一列的数不能照登",
        "the unit given above the table is {unit}: the figures in “{heading}” cannot be imported as they are"
    );
    let hint = text!(
        "请在这一列的表头写明，如“{heading}（{unit}）”，并删去上面的单位",
        "put the unit in the heading, as in “{heading}（{unit}）”, and delete it above"
    );
    let name = &kind.fields.get(column.field?)?.name;
    Some(Fault::new("unclear-unit", what).of_field(name).hint(hint))
}

fn no_headings(sheet: &Sheet<'_>, wanted: TableQuery<'_>) -> Fault {
    let title = &wanted.kind.title;
    let row = sheet.row(0);
    let words = row.as_ref().map(|row| row_words(row, sheet, false)).unwrap_or_default();
    let seen: Vec<Text> = words.into_iter().take(20).map(|(_, word)| Text::owned(word.clone(), word)).collect();
    let name = sheet.name.as_deref().map(|name| text!("“{name}”", "“{name}”: ")).unwrap_or_default();
    let fault = Fault::usage(
        "no-headings",
        text!("{name}没有找到{title}的表头", "{name}no headings for {title} found", name, title),
    )
    .at(Place::file(wanted.file));
    if seen.is_empty() {
        return fault.hint(text!("表是空的", "the sheet is empty"));
    }
    let seen = Text::list(&seen);
    fault.hint(text!(
        "第一行是：{seen}；可用 --map 列名=字段 指明，或核对类别",
        "first row: {seen}; map columns with --map HEADING=FIELD, or check the kind",
        seen
    ))
}
