//! Files that are not what they seem, or mean harm: they stop with a message.

use super::*;

/// An archive of parts, deflated.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a part begins");
        zip.write_all(bytes).expect("a part is written");
    }
    zip.finish().expect("the archive ends").into_inner()
}

/// A workbook with these parts instead of, or beside, plain ones.
fn workbook(own: &[(&str, &[u8])]) -> Vec<u8> {
    let plain: [(&str, &[u8]); 5] = [
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", br#"<Relationships><Relationship Id="a" Type="x/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", br#"<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="b"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<Relationships><Relationship Id="b" Type="x/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData/></worksheet>"),
    ];
    let replaced = |name: &str| own.iter().any(|(other, _)| *other == name);
    let parts: Vec<_> = plain.into_iter().filter(|(name, _)| !replaced(name)).chain(own.iter().copied()).collect();
    archive(&parts)
}

/// Cells that hold their texts themselves.
fn inline(prefix: &str, cells: &[(&str, &str)]) -> String {
    let p = prefix;
    cells.iter().fold(String::new(), |cells, (at, text)| {
        cells + &format!("<{p}c r='{at}' t='inlineStr'><{p}is><{p}t>{text}</{p}t></{p}is></{p}c>")
    })
}

/// A workbook with a picture that unpacks to `times` these bytes, which are packed but once.
fn bomb(bytes: &[u8], times: usize) -> Vec<u8> {
    let one = archive(&[("a", &[b"x", bytes].concat())]);
    let mut one = zip::ZipArchive::new(std::io::Cursor::new(one)).expect("it was just made");
    let mut zip = zip::ZipWriter::new_append(std::io::Cursor::new(workbook(&[]))).expect("it was just made");
    for at in 0..times {
        let part = one.by_name("a").expect("it is there");
        zip.raw_copy_file_rename(part, format!("xl/media/{at}.png")).expect("it is copied");
    }
    zip.finish().expect("the archive ends").into_inner()
}

#[test]
fn what_only_looks_like_a_spreadsheet_is_named() {
    for (bytes, what) in [
        (
            &b"<html><table><tr><td>1</td></tr></table></html>"[..],
            "this is a web page, not a spreadsheet, despite its name",
        ),
        (b"\xef\xbb\xbf\r\n <meta charset=utf-8><table>", "this is a web page, not a spreadsheet, despite its name"),
        (
            b"MIME-Version: 1.0\nContent-Type: multipart/related",
            "this is a web page, not a spreadsheet, despite its name",
        ),
        (
            b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>",
            "this is an XML spreadsheet of Excel 2003",
        ),
        (
            b"<office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
              office:mimetype='application/vnd.oasis.opendocument.text'>",
            "this is a document of another kind, not a spreadsheet",
        ),
        (b"%PDF-1.4", "this is a PDF, not a spreadsheet"),
        (b"", "the file is empty"),
        (b"a,b\0", "the file contains a NUL character: it is not text"),
        (&archive(&[("word/document.xml", b"<a/>")]), "this is a Word document, not a spreadsheet"),
        (&archive(&[("a.xlsx", b"x")]), "this is an archive, not a spreadsheet"),
        (
            &archive(&[
                ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
                ("content.xml", b"<a/>"),
                (
                    "META-INF/manifest.xml",
                    b"<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>",
                ),
            ]),
            "the workbook is protected by a password",
        ),
    ] {
        let told = text(bytes);
        let begins = told.split_once(": ").map_or("", |(_, rest)| rest);
        assert!(begins.starts_with(what), "{what}: {told}");
    }
}

#[test]
fn hidden_columns_are_those_of_the_sheet_whatever_its_part_is_called() {
    let heads = inline("x:", &[("A1", "日期"), ("B1", "日期"), ("C1", "六进"), ("D1", "地点")]);
    let cells = inline("x:", &[("A2", "2017-01-01"), ("B2", "2018-05-03"), ("C2", "进农村"), ("D2", "西街村")]);
    let sheet = format!(
        "<x:worksheet xmlns:x='x'><x:cols><x:col min='1' max='1' hidden='1'/></x:cols><x:sheetData><x:row>{heads}</x:row>\
         <x:row r='2'>{cells}</x:row></x:sheetData></x:worksheet>"
    );
    let relations: &[u8] =
        b"<Relationships><Relationship Id='b' Type='x/relationships/worksheet' Target='/xl/other/q.xml'/>\
        </Relationships>";
    let book = workbook(&[("xl/other/q.xml", sheet.as_bytes()), ("xl/_rels/workbook.xml.rels", relations)]);
    let expected = "2 | B2 date=2018-05-03 | C2 into=进农村 | D2 place=西街村
note a.csv:1: column “日期” was not imported: another fits better
";
    assert_eq!(text(&book), expected);
}

#[test]
fn what_other_programs_keep_in_a_workbook_is_only_measured() {
    let book: &[u8] = b"<workbook xmlns:r='r'><workbookPr/><sheets><sheet name='Macro1' r:id='m' state='veryHidden'/>\
        <sheet name='a' r:id='b'/></sheets></workbook>";
    let relations: &[u8] = b"<Relationships><Relationship Id='m' Type='x/relationships/xlMacrosheet' \
        Target='macrosheets/sheet1.xml'/><Relationship Id='b' Type='x/relationships/worksheet' \
        Target='worksheets/sheet1.xml'/></Relationships>";
    let heads = inline("", &[("A1", "日期"), ("B1", "六进"), ("C1", "地点")]);
    let cells = inline("", &[("A2", "2018-05-03"), ("B2", "进农村"), ("C2", "西街村")]);
    // A sheet may say that it is as large as it likes.
    let sheet = format!(
        "<worksheet><dimension ref='1:4'/><sheetData><row>{heads}</row><row>{cells}</row></sheetData></worksheet>"
    );
    let parts = workbook(&[
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        (
            "xl/macrosheets/sheet1.xml",
            b"<xm:macrosheet><sheetData><row><c><f>HALT()</f></c></row></sheetData></xm:macrosheet>",
        ),
        ("customXml/item1.xml", b"\xff\xfe<\0a\0/\0>\0"),
        ("docProps/app.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;"),
    ]);
    assert_eq!(text(&parts), "2 | A2 date=2018-05-03 | B2 into=进农村 | C2 place=西街村\n");
}

#[test]
fn what_is_drawn_over_a_cell_is_not_in_it() {
    let sheet = "<d><t:table t:name='a'><t:table-row><t:table-cell><x:p>日期</x:p></t:table-cell><t:table-cell>\
        <x:p>六进</x:p></t:table-cell><t:table-cell><x:p>地点</x:p></t:table-cell></t:table-row><t:table-row>\
        <t:table-cell><x:p>2018-05-03</x:p></t:table-cell><t:table-cell><w:custom-shape><x:p>看这里</x:p>\
        </w:custom-shape><x:p>进<x:span>农村</x:span></x:p></t:table-cell><t:table-cell><x:p>西街村</x:p><w:frame>\
        <w:object><o:document><t:table t:name='local-table'><t:table-row><t:table-cell><x:p>1</x:p></t:table-cell>\
        </t:table-row></t:table></o:document></w:object></w:frame></t:table-cell></t:table-row></t:table></d>";
    let book =
        archive(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", sheet.as_bytes())]);
    assert_eq!(text(&book), "2 | A2 date=2018-05-03 | B2 into=进农村 | C2 place=西街村\n");
}

#[test]
fn hostile_files_stop_with_a_message() {
    let blanks = vec![b' '; 201 << 20];
    let field = [b"a,b\n1,".as_slice(), &vec![b'x'; 20 << 20]].concat();
    let ods = |content: &[u8]| {
        archive(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content)])
    };
    let repeated: &[u8] = b"<d><t:table t:name='a'><t:table-row t:number-rows-repeated='4000000000'><t:table-cell \
        t:number-columns-repeated='16384' o:value-type='float' o:value='1'/></t:table-row></t:table></d>";
    let uncounted = b"<d><t:table t:name='a'><t:table-row><t:table-cell t:number-columns-repeated='many'/>\
        </t:table-row></t:table></d>";
    let flat = |content: &[u8]| {
        let head = b"<?xml version='1.0'?><o:document xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
            o:mimetype='application/vnd.oasis.opendocument.spreadsheet'>";
        [head, content, b"</o:document>"].concat()
    };
    for (name, bytes, what) in [
        ("a bomb", workbook(&[("xl/worksheets/sheet1.xml", &blanks[..2 << 20])]), "an item in the file is too long"),
        ("a bomb elsewhere", bomb(&blanks[..4 << 20], 50), "the file is too large once unpacked"),
        (
            "four billion strings",
            workbook(&[("xl/sharedStrings.xml", b"<sst uniqueCount='4294967295'><si/></sst>")]),
            "the workbook has too much text",
        ),
        (
            "entities",
            workbook(&[("xl/sharedStrings.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><sst><si><t>&b;</t></si></sst>")]),
            "the file has a document type declaration",
        ),
        (
            "a far cell",
            workbook(&[(
                "xl/worksheets/sheet1.xml",
                b"<worksheet><sheetData><row><c r='XFD1048576'><v>1</v></c></row></sheetData></worksheet>",
            )]),
            "cell XFD1048576 has a value",
        ),
        (
            "a row beyond all",
            workbook(&[(
                "xl/worksheets/sheet1.xml",
                b"<worksheet><sheetData><row r='4294967295'><c><v>1</v></c></row></sheetData></worksheet>",
            )]),
            "cell A4294967295 has a value",
        ),
        ("a repeated cell", ods(repeated), "cell IW1 has a value"),
        ("a count that is no number", ods(uncounted), "the file is damaged or incomplete"),
        ("a repeated cell in a flat workbook", flat(repeated), "cell IW1 has a value"),
        ("a count that is no number in a flat workbook", flat(uncounted), "the file is damaged or incomplete"),
        ("a cut flat workbook", flat(repeated)[..250].to_vec(), "the file is damaged or incomplete"),
        ("an endless cell in a flat workbook", flat(&blanks[..2 << 20]), "an item in the file is too long"),
        ("too much of a flat workbook", flat(&b"<a/>".repeat(8_000_000)), "the file is too large once unpacked"),
        ("too large a flat workbook", flat(&blanks[..64 << 20]), "the workbook is 64 MB"),
        ("a nested flat workbook", flat(&b"<t:table>".repeat(1_000_000)), "the file is damaged or incomplete"),
        (
            "entities in a flat workbook",
            [b"<!DOCTYPE a [<!ENTITY b 'c'>]>".as_slice(), &flat(b"&b;")].concat(),
            "the file has a document type declaration",
        ),
        ("a cut archive", workbook(&[])[..200].to_vec(), "the file is damaged or incomplete"),
        ("too large a file", blanks.clone(), "the file is 201 MB"),
        ("an endless field", field, "a cell has more than 64 KB"),
        ("blanks", blanks[..20 << 20].to_vec(), "a cell has more than 64 KB"),
    ] {
        let start = std::time::Instant::now();
        let told = text(&bytes);
        assert!(told.contains(what), "{name}: {}", told.chars().take(300).collect::<String>());
        assert!(start.elapsed().as_secs() < 30, "{name}: {:?}", start.elapsed());
    }
}

#[test]
fn a_damaged_file_never_panics() {
    let mut seed = 7_u64;
    for (name, bytes) in [
        file!("old.xls"),
        file!("corner.xls"),
        file!("office.ods"),
        file!("sent/flat.fods"),
        file!("types-decide.xlsx"),
    ] {
        for _ in 0..50 {
            let mut damaged = bytes.to_vec();
            for _ in 0..4 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = usize::try_from(seed >> 33).expect("it is short") % damaged.len();
                damaged[at] = seed.to_le_bytes()[2];
            }
            let length = damaged.len() - usize::try_from(seed >> 40).expect("it is short") % 64;
            let _ = read(name, &damaged[..length], "performance", &ReadOptions::default(), &[]);
        }
    }
}

/// The number of a sector's successor, and of other words of a compound document.
fn word(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes are four")) as usize
}

#[test]
fn a_code_page_that_breaks_off_is_damage() {
    let (name, whole) = file!("sent/plain.xls");
    // An empty record of another kind becomes that of the code page.
    let at = whole.windows(4).position(|record| record == b"\xe2\0\0\0").unwrap();
    let mut spoilt = whole.to_vec();
    spoilt[at] = 0x42;
    let told = read(name, &spoilt, "performance", &ReadOptions::default(), &[]);
    assert!(told.contains("the file is damaged or incomplete"), "{told}");
}

#[test]
fn a_chain_of_sectors_that_bites_its_tail_is_damage() {
    for (name, whole) in [file!("old.xls"), file!("corner.xls")] {
        let sound = read(name, whole, "performance", &ReadOptions::default(), &[]);
        let sector = 1 << whole[30];
        let table = (word(whole, 76) + 1) * sector;
        let links = sector / 4;
        let followed = (1..links).filter(|id| (1..links).contains(&word(whole, table + 4 * id)));
        let mut refused = 0;
        for id in followed {
            // To itself, and to the one before: the chain never ends.
            for to in [id, id - 1] {
                let mut looped = whole.to_vec();
                looped[table + 4 * id..table + 4 * id + 4].copy_from_slice(&u32::try_from(to).unwrap().to_le_bytes());
                let told = read(name, &looped, "performance", &ReadOptions::default(), &[]);
                let is_refused = told.contains("the file is damaged or incomplete");
                // A chain that nothing is read from may be what it likes.
                assert!(is_refused || told == sound, "{name}: {id} -> {to}\n{told}");
                refused += usize::from(is_refused);
            }
        }
        assert!(refused >= 4, "{name}: {refused}");
    }
}
