//! What must hold of any bytes at all, part by part. The fuzz targets try it with bytes they make up, `tests/in_process/fuzz_corpus.rs`
//! with those that once led somewhere new.

use culture::base::day::{Day, Instant, Offset, Year};
use culture::base::fault::{Fault, Result};
use culture::base::id::Id;
use culture::base::text::{Lang, Text};
use culture::import::{ReadOptions, TableQuery, find, sheets};
use culture::ledger::merge::merge;
use culture::ledger::revise::Stamp;
use culture::ledger::{self, Source};
use culture::render::{Style, faults};
use culture::schema::kind::load::Kinds;
use culture::schema::kind::{Field, Kind};
use culture::schema::parse::{self, ParseContext};
use culture::schema::plan::Plan;
use culture::schema::plan::edit;
use culture::schema::record::{RecordState, Revision, is_canonical};
use culture::schema::township::{Township, TownshipKind};
use culture::store::fuzzed;
use std::collections::{BTreeSet, HashSet};
use std::io::Write as _;
use std::sync::OnceLock;

/// The built-in kinds, read once.
fn kinds() -> &'static Kinds {
    static KINDS: OnceLock<Kinds> = OnceLock::new();
    KINDS.get_or_init(|| Kinds::load(&[], None).expect("the built-in kinds are right"))
}

/// The kind that a byte stands for.
fn chosen_kind(byte: u8) -> &'static Kind {
    let number = usize::from(byte) % kinds().iter().count();
    kinds().iter().nth(number).expect("it is less than there are")
}

/// What was read. Of the faults the first is drawn as the user sees it, which must not fail either; only where it stands
/// at two of eight places, since drawing takes longer than finding.
fn told<T>(read: Result<T>) -> Option<T> {
    let draw = |fault: &Fault| {
        let at = fault.place.as_ref().map_or(0, |place| place.line + place.column);
        if at % 8 < 2 {
            let (lang, colour) = if at.is_multiple_of(8) { (Lang::Zh, false) } else { (Lang::En, true) };
            let style = Style { lang, width: 80, colour, made: culture::base::day::Day(0) };
            assert!(!faults(std::slice::from_ref(fault), style).is_empty(), "a fault without words");
        }
    };
    read.map_err(|all| all.0.first().map(draw)).ok()
}

/// A ledger: the first byte chooses the kind, the others are the file.
pub(crate) fn ledger(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let kind = chosen_kind(*first);
    let source = Source { file: "townships/a/2018/x.csv", kind, year: Year(2018), bytes };
    if let Some((keep, torn)) = fuzzed::whole_rows(bytes) {
        assert!(keep <= bytes.len() && (!torn || keep < bytes.len()));
        let again = fuzzed::whole_rows(&bytes[..keep]);
        assert!(keep == 0 || again == Some((keep, false)), "what was kept is torn: {again:?}");
    }
    let all = told(ledger::revisions(source));
    search(source, all.as_deref());
    if let Some(all) = &all {
        sound(source, all);
    }
    if let Some(repaired) = ledger::repair(source) {
        assert!(!repaired.repairs.is_empty() && repaired.bytes != bytes);
        let after = Source { bytes: &repaired.bytes, ..source };
        if let (Some(before), Some(after)) = (all, told(ledger::revisions(after))) {
            assert_eq!(sorted(before), sorted(after), "a repair changed what a ledger says");
        }
    }
}

fn sorted(mut all: Vec<Revision>) -> Vec<Revision> {
    all.sort_by_key(|revision| (revision.id, revision.rev));
    all
}

/// A ledger without faults: its records are its last revisions, and written anew under its kind's columns it says the same.
fn sound(source: Source<'_>, all: &[Revision]) {
    let records = ledger::records(source, ledger::AsOf::LATEST).expect("its revisions are right");
    assert_eq!(records.len(), all.iter().filter(|revision| revision.rev == 1).count());
    for record in &records {
        let last = all.iter().rfind(|revision| revision.id == record.id);
        assert_eq!(last, Some(record));
    }
    assert!(all.iter().all(|revision| revision.rev > 1 || revision.state == RecordState::Live));
    let widened = ledger::widen(source, ledger::ChangeColumn::Absent).expect("its revisions are right");
    let again = ledger::revisions(Source { bytes: &widened, ..source }).expect("it was just written");
    assert_eq!(all, again, "written anew it says something else");
    if source.kind.lasting {
        let widened = ledger::widen(source, ledger::ChangeColumn::Present).expect("its revisions are right");
        let again = ledger::revisions(Source { bytes: &widened, ..source }).expect("it was just written");
        assert_eq!(all, again, "with a column for changes it says something else");
    }
    by_day(source, all);
    let stamp = Stamp {
        at: all.last().map_or(Instant::new(0, Offset(0)), |row| row.entered_at),
        by: "李".to_owned(),
        batch: Id::from_bytes(b"bcdfghjklmnp").expect("it is an id"),
    };
    let merged = merge(all, all, None, &stamp);
    assert!(merged.rows.is_empty() && merged.conflicts.is_empty(), "merged with itself it says something else");
}

/// A record on a day is its highest revision that holds then; tried on the days on which something changes.
fn by_day(source: Source<'_>, all: &[Revision]) {
    let changes = all.iter().filter_map(|revision| revision.effective);
    let days: BTreeSet<Day> = changes.flat_map(|day| [day.plus(-1), day]).take(20).collect();
    for day in days {
        let at = ledger::AsOf { known: None, day: Some(day) };
        let records = ledger::records(source, at).expect("its revisions are right");
        for record in &records {
            let held = |revision: &&Revision| revision.effective.is_none_or(|from| from <= day);
            let wanted = all.iter().filter(|revision| revision.id == record.id).rfind(held);
            assert_eq!(wanted, Some(record), "on {day}");
        }
        assert_eq!(records.len(), all.iter().filter(|revision| revision.rev == 1).count());
    }
}

/// What is found by its bytes is what the walk finds.
fn search(source: Source<'_>, all: Option<&[Revision]>) {
    let of_all = ledger::revisions_of(source, "").ok();
    let last = ledger::last_row(source).ok();
    let holding = ledger::ids_holding(source, &ledger::RowNeedles { stored: vec!["2018"], words: vec![","] }).ok();
    let _ = ledger::revisions_of(source, "bc").ok();
    let Some(all) = all else { return };
    assert_eq!(of_all.as_deref(), Some(all));
    assert_eq!(last, Some(all.last().cloned()));
    assert!(holding.is_some_and(|ids| ids.len() <= all.len()));
    if let Some(first) = all.first() {
        let batch: Vec<_> = all.iter().filter(|revision| revision.batch == first.batch).cloned().collect();
        assert_eq!(ledger::rows_of_batch(source, first.batch).ok(), Some(batch));
    }
}

/// A kind's file: the county's own, or with `#+` in front what it adds to a built-in one.
pub(crate) fn kind(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let id = if text.starts_with("#+") { "performance" } else { "game" };
    let files = [(format!("kinds/{id}.toml"), text.to_owned())];
    let Some(loaded) = told(Kinds::load(&files, Some(&[id]))) else { return };
    let kind = loaded.get(id).expect("it was asked for");
    let columns = [ledger::ChangeColumn::Absent, ledger::ChangeColumn::Present];
    for column in columns.into_iter().take(if kind.lasting { 2 } else { 1 }) {
        let bytes = ledger::header(kind, column);
        let source = Source { file: "x.csv", kind, year: Year(2018), bytes: &bytes };
        assert_eq!(told(ledger::revisions(source)), Some(Vec::new()), "its headings are not those of its ledgers");
    }
    for field in &kind.fields {
        let _ = told(parse::read(field, "12", &frame()));
    }
}

/// A plan's file, and what `plan` changes in it.
pub(crate) fn plan(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some(plan) = told(Plan::load("plans/2018.toml", text, kinds())) else { return };
    let next = Year(plan.year.0.saturating_add(1));
    if let Some(moved) = told(edit::move_to_year(text, plan.year, next)) {
        let read = told(Plan::load("plans/2019.toml", &moved, kinds()));
        assert_eq!(read.map(|plan| plan.year), Some(next), "a plan that was moved is none:\n{moved}");
    }
    // Only what has a target has shares: `plan apportion` sees to that.
    let with_target = plan.indicators.iter().find_map(|indicator| Some((indicator, indicator.target?)));
    let Some((indicator, target)) = with_target else { return };
    let shares = [("chengguan".to_owned(), target)];
    if let Some(shared) = told(edit::set_shares(text, &indicator.id, &shares)) {
        let read = told(Plan::load("plans/2018.toml", &shared, kinds()));
        assert!(read.is_some(), "a plan with other shares is none:\n{shared}");
    }
}

/// A township's file: read, written anew, edited.
pub(crate) fn township(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let file = "townships/chengguan/township.toml";
    let Some(township) = told(Township::load("chengguan", file, text)) else { return };
    let anew = told(Township::load("chengguan", file, &township.to_toml()));
    assert_eq!(anew.as_ref(), Some(&township), "written anew it says something else");
    let mut other = Township::new("chengguan", "城关镇", TownshipKind::CountyUnit);
    other.aliases = vec!["城\"关".to_owned()];
    other.from = Day::new(2018, 1, 1);
    let edited = told(Township::edit(text, &other)).expect("it was read");
    assert_eq!(told(Township::load("chengguan", file, &edited)), Some(other), "edited it says something else");
}

/// A journal: the bytes as they are, and sealed with the state and the hash that their first byte chooses.
pub(crate) fn journal(bytes: &[u8]) {
    let whole = told(fuzzed::journal(bytes)).flatten();
    assert!(whole.is_none_or(|again| again.len() >= bytes.len().min(22)));
    let Some((first, above)) = bytes.split_first() else { return };
    let state = ["undo", "sync", "done"][usize::from(first % 3)];
    let hash =
        above.iter().fold(0xCBF2_9CE4_8422_2325, |hash: u64, &b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3));
    let sealed = [above, format!("{state} {hash:016x}\n").as_bytes()].concat();
    let Some(again) = told(fuzzed::journal(&sealed)) else { return };
    let again = again.expect("its hash is right");
    assert_eq!(told(fuzzed::journal(&again)).flatten(), Some(again.clone()), "written anew it says something else");
}

/// A value as a person writes it: the first byte chooses the field, the second today.
pub(crate) fn written(bytes: &[u8]) {
    let [first, today, text @ ..] = bytes else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let fields = kinds().iter().flat_map(|kind: &Kind| &kind.fields);
    let fields: &[&Field] = {
        static FIELDS: OnceLock<Vec<&Field>> = OnceLock::new();
        FIELDS.get_or_init(|| fields.collect())
    };
    let field = fields[usize::from(*first) % fields.len()];
    let mut frame = frame();
    frame.today = Day::new(2018, 6, 1).expect("there is such a day").plus(i32::from(*today));
    if let Some(read) = told(parse::read(field, text, &frame)) {
        assert!(is_canonical(field, read.value.as_bytes()), "stored as {:?}", read.value);
        let again = told(parse::read(field, &read.value, &frame));
        assert_eq!(again.map(|again| again.value), Some(read.value.clone()), "read again it is something else");
    }
    let _ = parse::day(text, frame.today, frame.year);
    let _ = parse::month(text, frame.today, frame.year);
    let _ = parse::year(text, frame.today);
    let _ = (parse::plain_text(text), parse::parse_yes_no(text));
}

/// A text that a township sends: the first byte chooses the kind.
pub(crate) fn csv(bytes: &[u8]) {
    if let [first, text @ ..] = bytes {
        taken(*first, text);
    }
}

/// A workbook that a township sends. The first byte chooses the kind, the second what the others are: the file, or one
/// part of a workbook that is whole otherwise, so that not every change ends at the checksum of an archive.
pub(crate) fn workbook(bytes: &[u8]) {
    let [first, form, bytes @ ..] = bytes else { return };
    let sheet: &[u8] =
        b"<worksheet><sheetData><row><c t='s'><v>0</v></c><c s='1'><v>43222</v></c></row></sheetData></worksheet>";
    match form % 6 {
        0 => taken(*first, bytes),
        1 => taken(*first, &xlsx(&[("xl/worksheets/sheet1.xml", bytes)])),
        2 => taken(*first, &xlsx(&[("xl/worksheets/sheet1.xml", sheet), ("xl/sharedStrings.xml", bytes)])),
        3 => {
            // Names and styles, parted by the first zero.
            let at = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
            let (book, styles) = (&bytes[..at], bytes.get(at + 1..).unwrap_or_default());
            taken(
                *first,
                &xlsx(&[("xl/workbook.xml", book), ("xl/styles.xml", styles), ("xl/worksheets/sheet1.xml", sheet)]),
            );
        }
        4 => taken(*first, &archive(&[("mimetype", ODS), ("content.xml", bytes)])),
        _ => taken(*first, &compound(bytes)),
    }
}

const ODS: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

/// Reads a file as `import` does, up to the values.
fn taken(first: u8, bytes: &[u8]) {
    let kind = chosen_kind(first);
    let Some((sheets, _)) = told(sheets("x", bytes, &ReadOptions::default())) else { return };
    for sheet in &sheets {
        let wanted = TableQuery { file: "x", kind, map: &[], must: 0, given: &[] };
        let Some(table) = told(find(sheet, wanted)) else { continue };
        let mut records = table.records(sheet, wanted);
        let mut before = 0;
        for raw in records.by_ref() {
            assert!(raw.line > before, "a row comes twice, or before the one above it");
            before = raw.line;
            assert!(raw.original(sheet).iter().any(|cell| !cell.trim().is_empty()), "a record of nothing");
            let mut fields = HashSet::new();
            for given in raw.values {
                assert!(fields.insert(given.field), "a field has two values");
                let field = &kind.fields[given.field];
                if let Ok(text) = given.value
                    && let Some(read) = told(parse::read(field, &text, &frame()))
                {
                    assert!(is_canonical(field, read.value.as_bytes()), "stored as {:?}", read.value);
                }
            }
        }
        let _ = records.notes();
    }
}

/// A workbook with these parts instead of, or beside, plain ones.
fn xlsx(own: &[(&str, &[u8])]) -> Vec<u8> {
    let plain: [(&str, &[u8]); 3] = [
        ("_rels/.rels", br#"<Relationships><Relationship Id="a" Type="x/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", br#"<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="b"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<Relationships><Relationship Id="b" Type="x/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
    ];
    let replaced = |name: &str| own.iter().any(|(other, _)| *other == name);
    let parts: Vec<_> = plain.into_iter().filter(|(name, _)| !replaced(name)).chain(own.iter().copied()).collect();
    archive(&parts)
}

/// An archive of parts, as they are.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in parts {
        zip.start_file(*name, options).expect("a part begins");
        zip.write_all(bytes).expect("a part is written");
    }
    zip.finish().expect("the archive ends").into_inner()
}

/// The compound file of an Excel 97 workbook with this stream.
fn compound(stream: &[u8]) -> Vec<u8> {
    const END: u32 = 0xFFFF_FFFE;
    let length = stream.len().clamp(4096, 60_000);
    let sectors = length.div_ceil(512);
    let count = |n: usize| u32::try_from(n).expect("it is short");
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let mut file = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    file.resize(24, 0);
    file.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
    file.extend(words(&[0, 1, 1, 0, 4096, END, 0, END, 0, 0]));
    file.resize(512, 0xFF);
    let mut chains = vec![0xFFFF_FFFD, END];
    chains.extend((1..=sectors).map(|at| if at == sectors { END } else { count(at + 2) }));
    file.extend(words(&chains));
    file.resize(1024, 0xFF);
    for (name, kind, start, size) in [("Root Entry", 5, END, 0), ("Workbook", 2, 2, count(length))] {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let named = u8::try_from(entry.len() + 2).expect("it is short");
        entry.resize(64, 0);
        entry.extend([named, 0, kind, 1]);
        entry.extend(words(&[u32::MAX, u32::MAX, if kind == 5 { 1 } else { u32::MAX }]));
        entry.resize(116, 0);
        entry.extend(words(&[start, size, 0]));
        file.extend(entry);
    }
    file.resize(1536, 0);
    file.extend(&stream[..stream.len().min(60_000)]);
    file.resize(1536 + sectors * 512, 0);
    file
}

fn frame() -> ParseContext<'static> {
    ParseContext {
        today: Day::new(2018, 6, 28).expect("there is such a day"),
        year: Year(2018),
        township: &|word| known(word == "城关镇" || word == "chengguan", "chengguan"),
        reference: &|_, word| known(word.starts_with("bcdf"), "bcdfghjklmnp"),
    }
}

fn known(is_known: bool, id: &str) -> Result<String> {
    if is_known { Ok(id.to_owned()) } else { Fault::usage("unsorted", Text::new("没有", "there is none")).fail() }
}
