//! The table in a sheet: its headings, matched to a kind's fields, and where its records begin.

use super::ditto::Dittos;
use super::heading_row::{ColumnMatcher, HeadingCandidate, HeadingCell, mapped_field, row_words};
use super::headings::{HeadingIndex, HeadingRank, is_numbering, key, scale};
use super::preamble::{self, Preamble, above};
use super::sheet::Sheet;
use crate::base::advice::shell_word;
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::text::Text;
use crate::schema::kind::{Field, FieldDefault, FieldNo, FieldType, Kind, Requirement};
use std::ops::Range;

/// What is looked for.
#[derive(Clone, Copy)]
pub struct TableQuery<'w> {
    /// What the person calls the file, for messages.
    pub file: &'w str,
    /// The kind of its records.
    pub kind: &'w Kind,
    /// Headings, or columns (`C`, or `3` in a text), and the fields they are for.
    pub map: &'w [(String, FieldNo)],
    /// How many of these are said of this very file, and must be there: the first ones.
    pub must: usize,
    /// Fields whose values are given elsewhere: they need no column.
    pub given: &'w [FieldNo],
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetColumn {
    /// Its place in the sheet, from 0.
    pub at: u32,
    /// Its heading, of both rows where there are two.
    pub heading: String,
    /// The field that it holds.
    pub field: Option<FieldNo>,
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
    /// The day on which its figures were so, as written above it.
    pub as_of: Option<String>,
    /// What stands above it for all its records: fields without a column, each with what is written.
    pub given: Vec<(FieldNo, String)>,
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

    /// What is wrong where one of these fields has no column.
    #[must_use]
    pub fn lacking(&self, kind: &Kind, fields: &[FieldNo]) -> Vec<Fault> {
        let headings = headings_of(&self.columns);
        let has = |at: &FieldNo| self.columns.iter().any(|column| column.field == Some(*at));
        fields.iter().filter(|at| !has(at)).map(|at| missing_column(&kind.fields[*at], &headings)).collect()
    }

    /// The rows of the table in parts of so many, which can be read each by itself; one part where a cell can be merged
    /// over several of them.
    #[must_use]
    pub fn parts(&self, sheet: &Sheet<'_>, rows: usize) -> Vec<Range<usize>> {
        let end = sheet.height();
        let rows = if sheet.merges.is_empty() { rows.max(1) } else { usize::MAX };
        (self.first..end).step_by(rows).map(|start| start..start.saturating_add(rows).min(end)).collect()
    }
}

/// A column's claim to a field.
#[derive(Clone, Copy)]
struct ColumnClaim {
    field: FieldNo,
    strength: ClaimStrength,
}

/// How good a claim is: the lower the better. The person's word goes before any heading, a heading that names the field
/// more exactly before another one, and a column that is shown before one that is hidden.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ClaimStrength {
    /// None where the person says it.
    rank: Option<HeadingRank>,
    hidden: bool,
}

/// Finds the table of a kind in a sheet.
///
/// # Errors
/// There are no headings; a heading or two could be meant for one field; a needed field has no column. All of it at once,
/// with the headings that were seen.
pub fn find(sheet: &Sheet<'_>, wanted: TableQuery<'_>) -> Result<SheetTable> {
    let matcher = ColumnMatcher { sheet, map: wanted.map, headings: HeadingIndex::new(wanted.kind) };
    let Some(best) = matcher.best_candidate() else { return Err(no_headings(sheet, wanted).into()) };
    table(&matcher, wanted, &best)
}

fn table(matcher: &ColumnMatcher<'_>, wanted: TableQuery<'_>, best: &HeadingCandidate) -> Result<SheetTable> {
    let sheet = matcher.sheet;
    if is_ledger(best) {
        return Err(exported_ledger(wanted.kind).at(Place { line: best.line, ..Place::file(wanted.file) }).into());
    }
    let mut notes = Vec::new();
    let columns = assign_columns(matcher, wanted.kind, best, &mut notes);
    notes.extend(unused_mappings(sheet, wanted, best));
    let above = above((0..best.row).filter_map(|at| sheet.row(at)), sheet.since_1904);
    let given = given_above(wanted, &matcher.headings, &columns, &above);
    notes.extend(missing_fields(wanted, &columns, &given));
    notes.extend(other_scale(wanted.kind, &columns, &above));
    let place = Place { line: best.line, ..Place::file(wanted.file) };
    let notes: Vec<Fault> = notes.into_iter().map(|note| note.at(place.clone())).collect();
    let notes = Faults::unless(notes.clone(), || notes)?;
    let heading_row = heading_row(&matcher.headings, &columns, best);
    let Preamble { township, month, date, as_of, .. } = above;
    Ok(SheetTable { columns, township, month, date, as_of, given, notes, heading_row, first: best.row + best.height })
}

/// The headings as one row. Of two rows of headings one word is left: what in itself names the field.
fn heading_row(headings: &HeadingIndex<'_>, columns: &[SheetColumn], best: &HeadingCandidate) -> Vec<String> {
    let width = columns.last().map_or(0, |column| column.at as usize + 1);
    let mut row = vec![String::new(); width];
    for (column, cell) in columns.iter().zip(&best.columns) {
        let word = cell.spellings.iter().find(|spelling| {
            let named = headings.field(std::slice::from_ref(*spelling));
            named.map(|(field, _)| field) == column.field
        });
        row[column.at as usize].clone_from(word.unwrap_or(&column.heading));
    }
    row
}

/// Gives each field its column: the one with the best claim to it.
fn assign_columns(
    matcher: &ColumnMatcher<'_>,
    kind: &Kind,
    best: &HeadingCandidate,
    notes: &mut Vec<Fault>,
) -> Vec<SheetColumn> {
    let claims: Vec<Option<ColumnClaim>> = best.columns.iter().map(|cell| claim(matcher, cell)).collect();
    let mut columns: Vec<SheetColumn> = Vec::new();
    for (cell, claim) in best.columns.iter().zip(&claims) {
        // Columns whose claims are as good as this one's are told of once, at the first of them.
        let as_good = claim.as_ref().map_or(0, |claim| equals(claim, &claims));
        let field = claim.filter(|_| as_good > 0).map(|claim| claim.field);
        if as_good > 1 && !columns.iter().any(|column| column.field == field) {
            notes.extend(field.map(|field| heading_clash(kind, field, best, &claims)));
        }
        let heading = cell.heading.clone();
        if field.is_none() && !is_numbering(&heading) {
            let near = nearest_free(&matcher.headings, kind, &claims, &heading).filter(|_| claim.is_none());
            notes.push(unmatched_heading(&heading, near, claim.is_some()));
        }
        let counts = field.is_some_and(|field| kind.fields[field].ty.is_number());
        let scale = if counts { scale(&heading) } else { None };
        columns.push(SheetColumn { at: cell.at, heading, field, scale });
    }
    columns
}

fn claim(matcher: &ColumnMatcher<'_>, cell: &HeadingCell) -> Option<ColumnClaim> {
    let found = matcher.find(cell)?;
    let hidden = matcher.sheet.hidden.contains(&cell.at);
    Some(ColumnClaim { field: found.field, strength: ClaimStrength { rank: found.rank, hidden } })
}

/// How many claims to its field are as good as this one, itself among them; none where another is better.
fn equals(claim: &ColumnClaim, claims: &[Option<ColumnClaim>]) -> usize {
    let rivals = claims.iter().flatten().filter(|rival| rival.field == claim.field);
    let strengths: Vec<_> = rivals.map(|rival| rival.strength).collect();
    if strengths.iter().any(|strength| *strength < claim.strength) {
        return 0;
    }
    strengths.iter().filter(|strength| **strength == claim.strength).count()
}

/// The field that a heading comes nearest to. One that has its column already is not what is meant, and the next but one
/// hardly is.
fn nearest_free<'k>(
    headings: &HeadingIndex<'k>,
    kind: &Kind,
    claims: &[Option<ColumnClaim>],
    heading: &str,
) -> Option<&'k Field> {
    let near = headings.nearest(heading)?;
    let taken = claims.iter().flatten().any(|claim| kind.fields[claim.field] == *near);
    (!taken).then_some(near)
}

fn heading_clash(kind: &Kind, field: FieldNo, best: &HeadingCandidate, claims: &[Option<ColumnClaim>]) -> Fault {
    let claimed = best.columns.iter().zip(claims);
    let rivals: Vec<Text> = claimed
        .filter(|(_, claim)| claim.is_some_and(|claim| claim.field == field))
        .map(|(cell, _)| Text::same(&cell.heading))
        .collect();
    let rivals = Text::list(&rivals);
    let title = &kind.fields[field].title;
    let name = &kind.fields[field].name;
    let what = text!("有几列都可能是{title}：{rivals}", "several columns could be “{title}”: {rivals}", title, rivals);
    Fault::usage("ambiguous-heading", what)
        .of_field(name)
        .hint(text!("请用 --map 列名={name} 或 列号={name}", "choose one: --map HEADING={name}, or COLUMN={name}"))
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
    let mut unused = Vec::new();
    for entry in wanted.map.iter().take(wanted.must) {
        let alone = std::slice::from_ref(entry);
        if best.columns.iter().any(|cell| mapped_field(sheet, alone, cell).is_some()) {
            continue;
        }
        let name = &entry.0;
        let fault = Fault::usage("unknown-column", text!("没有“{name}”这一列", "no column “{name}”"));
        unused.push(fault.hint(headings_seen(best)));
    }
    unused
}

fn headings_seen(best: &HeadingCandidate) -> Text {
    let headings: Vec<Text> = best.columns.iter().take(40).map(|cell| Text::same(&cell.heading)).collect();
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
) -> Vec<(FieldNo, String)> {
    let mut found = Vec::new();
    for (at, field) in wanted.kind.active_fields() {
        if wanted.given.contains(&at) || columns.iter().any(|column| column.field == Some(at)) {
            continue;
        }
        let is_of_the_form = at == FieldNo::DATE && headings.is_called(at, &preamble::DATE);
        let written = if is_of_the_form {
            above.date.as_ref()
        } else if field.ty == FieldType::Month {
            above.month.as_ref()
        } else {
            None
        };
        found.extend(written.map(|written| (at, written.clone())));
    }
    found
}

/// Whether the headings are those of a ledger: of a file in the data directory, or of an export of every revision.
fn is_ledger(best: &HeadingCandidate) -> bool {
    let has = |words: &[&str]| best.columns.iter().any(|cell| words.contains(&key(&cell.heading).as_str()));
    has(&["修订", "rev"]) && (has(&["编号", "id"]) || has(&["批次", "batch"]))
}

/// Each row of a ledger is a revision: as records, one would come in several times, or as it was once, or void.
fn exported_ledger(kind: &Kind) -> Fault {
    let id = &kind.id;
    let what = text!(
        "这是台账（每次修订一行），不是登记表，不能导入",
        "this is a ledger, with a row for each revision, and not a sheet of records: it cannot be imported"
    );
    Fault::usage("ledger-as-sheet", what).hint(text!(
        "导出时不加 --ledger：culture export {id} -o {id}.xlsx；连同历次修订一起并入的，用 culture merge",
        "export it without --ledger: culture export {id} -o {id}.xlsx; to take in every revision, use culture merge"
    ))
}

/// Needed fields without a column.
fn missing_fields(wanted: TableQuery<'_>, columns: &[SheetColumn], given: &[(FieldNo, String)]) -> Vec<Fault> {
    let headings = headings_of(columns);
    let missing = wanted.kind.active_fields().filter(|(at, field)| {
        field.required == Requirement::Always
            && field.default == FieldDefault::None
            && !wanted.given.contains(at)
            && !given.iter().any(|(given, _)| given == at)
            && !columns.iter().any(|column| column.field == Some(*at))
    });
    missing.map(|(_, field)| missing_column(field, &headings)).collect()
}

fn headings_of(columns: &[SheetColumn]) -> Text {
    let headings: Vec<Text> = columns.iter().take(40).map(|column| Text::same(&column.heading)).collect();
    Text::list(&headings)
}

fn missing_column(field: &Field, headings: &Text) -> Fault {
    let title = &field.title;
    let name = &field.name;
    let what = text!("表里没有必填的一列：{title}", "required column “{title}” is missing", title);
    Fault::usage("missing-column", what).of_field(name).hint(text!(
        "表头有：{headings}；如果其中一列就是，请加 --map 列名={name}",
        "headings: {headings}; if it is one of these, add --map HEADING={name}",
        headings
    ))
}

/// 单位：万元 above the table, while no heading says so.
fn other_scale(kind: &Kind, columns: &[SheetColumn], above: &Preamble) -> Option<Fault> {
    let unit = above.scale.as_ref()?;
    let column = columns.iter().find(|column| {
        let field = column.field.map(|field| &kind.fields[field]);
        column.scale.is_none() && field.is_some_and(|field| matches!(field.ty, FieldType::Decimal { .. }))
    })?;
    let heading = &column.heading;
    let what = text!(
        "表上方写着“单位：{unit}”，“{heading}”一列的数不能照登",
        "the unit given above the table is {unit}: the figures in “{heading}” cannot be imported as they are"
    );
    let hint = text!(
        "请在这一列的表头写明，如“{heading}（{unit}）”，并删去上面的单位",
        "put the unit in the heading, as in “{heading}（{unit}）”, and delete it above"
    );
    let name = &kind.fields[column.field?].name;
    Some(Fault::new("unclear-unit", what).of_field(name).hint(hint))
}

fn no_headings(sheet: &Sheet<'_>, wanted: TableQuery<'_>) -> Fault {
    let title = &wanted.kind.title;
    let name = sheet.name.as_deref().map_or_else(Text::default, |name| text!("“{name}”", "“{name}”: "));
    let what = text!("{name}没有找到{title}的表头", "{name}no headings for {title} found", name, title);
    let fault = Fault::usage("no-headings", what).at(Place::file(wanted.file));
    let row = sheet.row(0);
    let words = row.iter().flat_map(|row| row_words(row, sheet));
    let seen: Vec<Text> = words.take(20).map(|word| Text::same(word.word)).collect();
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
