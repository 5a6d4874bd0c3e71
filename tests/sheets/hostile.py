#!/usr/bin/env python3
"""Files that mean harm, or are not what they seem, put through `culture import`: what it says of each, how long it takes
and how much memory. Made anew each time: kept they would take gigabytes. Fails where a file takes more than 256 MB or 5 s of
the processor (other programs may be busy too), where the program does not refuse it, or anything is stored.

    python3 hostile.py ../../target/release/culture [WORD …]

With WORDs only the files whose name holds one of them. Needs GNU time (/usr/bin/time), openpyxl, and 2 GB of disk.
"""
import io, os, re, struct, subprocess, sys, tempfile, zipfile, zlib
from pathlib import Path

MEMORY, SECONDS = 256, 5
MB = 1 << 20
WORK = Path(tempfile.mkdtemp(prefix="hostile."))
HEAD = "演出日期,类别,演出地点,演出名称\n".encode()
ROW = "2018-05-03,进农村,王庄,晚会\n".encode()

# ---- text -----------------------------------------------------------------------------------------------------------

def text(name, head, block, size, tail=b""):
    """A file of `size` bytes, all but its ends of one block."""
    with open(WORK / name, "wb") as file:
        file.write(head)
        left = (size - len(head) - len(tail)) // len(block)
        many = MB // len(block) + 1
        while left > 0:
            file.write(block * min(many, left))
            left -= many
        file.write(tail)


def sparse(name, size):
    with open(WORK / name, "wb") as file:
        file.truncate(size)


def texts():
    gib = 1 << 30
    for what, block in [("spaces", b" "), ("commas", b","), ("line-ends", b"\n"), ("ideographic-spaces", "　".encode())]:
        yield f"{what}-1-gib.csv", lambda name, block=block: text(name, b"", block, gib)
        yield f"{what}-159-mb.csv", lambda name, block=block: text(name, b"", block, 159 * MB)
        yield f"{what}-159-mb-below-headings.csv", lambda name, block=block: text(name, HEAD, block, 159 * MB)
    yield "blank-cells-159-mb.csv", lambda name: text(name, HEAD, b" , , , \n", 159 * MB)
    yield "quoted-blanks-159-mb.csv", lambda name: text(name, HEAD, b'"","","",""\n', 159 * MB)
    yield "nul-1-gib.csv", lambda name: sparse(name, gib)
    yield "nul-159-mb.csv", lambda name: sparse(name, 159 * MB)
    yield "nul-at-the-end-of-159-mb.csv", lambda name: text(name, HEAD, ROW, 159 * MB, b"\0")
    yield "utf-16-without-bom.csv", lambda name: (WORK / name).write_bytes((HEAD + ROW).decode().encode("utf-16-le"))
    yield "unclosed-quote.csv", lambda name: (WORK / name).write_bytes(HEAD + b'2018-05-03,"village,x,y\n' + ROW * 9)
    yield "unclosed-quote-above-159-mb.csv", lambda name: text(name, HEAD + b'"', ROW, 159 * MB)
    yield "unclosed-quote-below-159-mb.csv", lambda name: text(name, HEAD, ROW, 159 * MB, b'"2018-05-03,x,y,z\n')
    yield "nothing-but-quotes-159-mb.csv", lambda name: text(name, b"", b'"', 159 * MB)
    yield "field-of-300-mb.csv", lambda name: text(name, HEAD + b"2018-05-03,village,", b"x", 300 * MB)
    yield "field-of-159-mb.csv", lambda name: text(name, HEAD + b"2018-05-03,village,", b"x", 159 * MB)
    yield "quoted-field-of-159-mb.csv", lambda name: text(name, HEAD + b'2018-05-03,village,"', b"x", 159 * MB, b'",y\n')
    yield "field-of-159-mb-of-line-ends.csv", lambda name: text(name, HEAD + b'2018-05-03,village,"', b"\n", 159 * MB, b'",y\n')
    yield "heading-of-159-mb.csv", lambda name: text(name, b"", b"x", 159 * MB)
    yield "columns-without-end.csv", lambda name: text(name, b"", b"a,", 159 * MB)
    yield "quoted-columns-without-end.csv", lambda name: text(name, b"", b'"a",', 159 * MB)
    yield "rows-without-end.csv", lambda name: text(name, HEAD, b"a\n", 159 * MB)
    yield "one-letter-a-line-in-utf-16.csv", lambda name: text(name, codec("utf-16-le"), "a\n".encode("utf-16-le"), 159 * MB)
    yield "gb18030-159-mb-all-wrong.csv", lambda name: text(name, "演出日期,类别,演出地点,演出名称\n".encode("gb18030"),
                                                          "五月,进农村,王庄,晚会\n".encode("gb18030"), 159 * MB)
    yield "utf-16-159-mb-all-wrong.csv", lambda name: text(name, codec("utf-16-le"), "五月,进农村,王庄,晚会\n".encode("utf-16-le"), 159 * MB)
    yield "every-row-wrong.csv", lambda name: text(name, HEAD, b"x,x,x,x\n", 32 * MB)
    yield "every-cell-wrong.csv", lambda name: text(name, "演出日期,类别,演出地点,演出名称,场次,观众人次,播放量,平台\n".encode(),
                                                     b"x,x,=x,=x,x,x,x,=" + b"x" * 60 + b"\n", 159 * MB)
    yield "a-remark-on-every-row.csv", lambda name: remarks(name)
    yield "the-same-row-without-end.csv", lambda name: text(name, HEAD, ROW, 100 * MB)
    yield "bytes-of-no-encoding.csv", lambda name: text(name, b"", b"\xff\xfe\xfd\x80\x81,", 159 * MB)


def remarks(name):
    """No two rows alike, each with a figure that is read with a warning; the last one is wrong."""
    with open(WORK / name, "w", encoding="utf-8") as file:
        file.write("演出日期,类别,演出地点,演出名称,观众人次\n")
        for n in range(300_000):
            file.write(f"2018-05-03,进农村,王庄{n},晚会,约200人\n")
        file.write("2018-05-03,进农材,王庄,晚会,约200人\n")


def codec(name):
    return "\ufeff演出日期,类别,演出地点,演出名称\n".encode(name)

# ---- workbooks ------------------------------------------------------------------------------------------------------

TYPES = b"<Types/>"
RELS = b'<Relationships><Relationship Id="a" Type="x/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
BOOK = b'<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="b"/></sheets></workbook>'
BOOK_RELS = (b'<Relationships><Relationship Id="b" Type="x/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
             b'<Relationship Id="c" Type="x/relationships/sharedStrings" Target="sharedStrings.xml"/>'
             b'<Relationship Id="d" Type="x/relationships/styles" Target="styles.xml"/></Relationships>')
SHEET = "xl/worksheets/sheet1.xml"


class Repeated:
    """Bytes given as often as a size needs, without holding them."""

    def __init__(self, head, block, size, tail=b""):
        self.head, self.block, self.size, self.tail = head, block * max(1, (64 << 10) // len(block)), size, tail

    def __iter__(self):
        yield self.head
        left = self.size
        while left > 0:
            yield self.block
            left -= len(self.block)
        yield self.tail


def archive(name, parts):
    with zipfile.ZipFile(WORK / name, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=1) as zip:
        for part, content in parts.items():
            with zip.open(part, "w", force_zip64=True) as file:
                for piece in [content] if isinstance(content, bytes) else content:
                    file.write(piece)


def book(**own):
    """A workbook with some parts of one's own: sheet, strings, styles, workbook, or more."""
    names = {"sheet": SHEET, "strings": "xl/sharedStrings.xml", "styles": "xl/styles.xml", "workbook": "xl/workbook.xml"}
    parts = {"[Content_Types].xml": TYPES, "_rels/.rels": RELS, "xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": BOOK_RELS,
             SHEET: sheet(b"")}
    parts.update({names.get(key, key): content for key, content in own.items()})
    return lambda name: archive(name, parts)


def sheet(rows):
    return b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"


def sheet_of(block, size, head=b"", tail=b""):
    return Repeated(b"<worksheet><sheetData>" + head, block, size, tail + b"</sheetData></worksheet>")


def ods(content, **more):
    parts = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content, **more}
    return lambda name: archive(name, parts)


def flat(content, before=b""):
    head = before + b"<o:document xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0' o:mimetype='application/vnd.oasis.opendocument.spreadsheet'>"
    return lambda name: (WORK / name).write_bytes(head + content + b"</o:document>")


def table(rows):
    return b"<d><t:table t:name='a'>" + rows + b"</t:table></d>"


LAUGHS = b"<!DOCTYPE a [<!ENTITY l0 'ha'>" + b"".join(
    b"<!ENTITY l%d '%s'>" % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12)) + b"]>"
OUTSIDE = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"


def overlapping(name):
    """A bomb of one kernel that a thousand names share (42 MB of names would unpack to terabytes)."""
    block = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = block.compress(b" " * (50 * MB)) + block.flush()
    local = struct.pack("<4s5HIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, zlib.crc32(b" " * (50 * MB)), len(packed), 50 * MB, 1, 0) + b"k" + packed
    names = [f"xl/media/{n}.png" for n in range(1000)] + [SHEET, "[Content_Types].xml", "xl/workbook.xml"]
    directory = b"".join(
        struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, zlib.crc32(b" " * (50 * MB)), len(packed), 50 * MB, len(name), 0, 0, 0, 0, 0, 0)
        + name.encode() for name in names)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(names), len(names), len(directory), len(local), 0)
    (WORK / name).write_bytes(local + directory + end)


def nested(name):
    inner = b"x" * (10 * MB)
    for _ in range(5):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as zip:
            for n in range(10):
                zip.writestr(f"{n}.zip", inner)
        inner = held.getvalue()
    (WORK / name).write_bytes(inner)


def claims_little(name):
    """A part that says that it unpacks to 100 bytes and unpacks to 1 GiB."""
    book(sheet=sheet_of(b" ", 1 << 30))(name)
    path = WORK / name
    with zipfile.ZipFile(path) as zip:
        real = zip.getinfo(SHEET).file_size
    raw = path.read_bytes().replace(struct.pack("<Q", real), struct.pack("<Q", 100)).replace(struct.pack("<I", real), struct.pack("<I", 100))
    path.write_bytes(raw)


def openpyxl_far(name):
    import openpyxl
    wb = openpyxl.Workbook()
    wb.active.append(["演出日期", "类别", "演出地点"])
    wb.active["XFD1048576"] = "x"
    wb.save(WORK / name)


def xlsx():
    gib = 1 << 30
    xlsx = lambda name, **own: (name + ".xlsx", book(**own))
    yield xlsx("bomb-of-spaces", sheet=sheet_of(b" ", gib))
    yield xlsx("bomb-of-empty-cells", sheet=sheet_of(b"<c/>", gib, b"<row>", b"</row>"))
    yield xlsx("bomb-of-empty-rows", sheet=sheet_of(b"<row/>", gib))
    yield xlsx("bomb-of-empty-cells-under-the-limit", sheet=sheet_of(b"<c/>", 46 * MB, b"<row>", b"</row>"))
    yield xlsx("bomb-of-empty-rows-under-the-limit", sheet=sheet_of(b"<row/>", 60 * MB))
    yield xlsx("bomb-of-styled-cells-under-the-limit", sheet=sheet_of(b'<c r="A1" s="1"/>', 180 * MB, b"<row>", b"</row>"))
    yield xlsx("bomb-of-numbers-under-the-limit", sheet=sheet_of(b"<row><c><v>1</v></c></row>", 60 * MB))
    yield xlsx("bomb-of-one-cell-again-and-again", sheet=sheet_of(b"<row r='1'><c r='A1'><v>1</v></c></row>", 60 * MB))
    yield xlsx("bomb-of-comments", sheet=sheet_of(b"<!-- -->", gib))
    yield xlsx("bomb-of-one-comment", sheet=sheet_of(b" ", gib, b"<!--", b"-->"))
    yield xlsx("bomb-in-pictures", **{f"xl/media/{n}.png": Repeated(b"x", b" ", 100 * MB) for n in range(10)})
    yield xlsx("bomb-in-properties", **{"docProps/app.xml": Repeated(b"<a>", b"<b/>", gib, b"</a>")})
    yield xlsx("bomb-in-styles", styles=Repeated(b"<styleSheet><cellXfs>", b"<xf/>", gib, b"</cellXfs></styleSheet>"))
    yield xlsx("bomb-in-formats", styles=Repeated(b"<styleSheet><numFmts>", b"<numFmt numFmtId='200' formatCode='[a][b][c]0'/>", 20 * MB, b"</numFmts></styleSheet>"))
    yield xlsx("bomb-of-shared-strings", strings=Repeated(b"<sst>", b"<si><t>x</t></si>", gib, b"</sst>"))
    yield xlsx("bomb-of-empty-shared-strings", strings=Repeated(b"<sst>", b"<si/>", 60 * MB, b"</sst>"))
    yield xlsx("bomb-of-one-string-in-many-cells", strings=b"<sst><si><t>" + b"x" * 60_000 + b"</t></si></sst>",
               sheet=sheet_of(b"<row><c t='s'><v>0</v></c></row>", 60 * MB))
    yield xlsx("bomb-of-merges", sheet=sheet_of(b"<mergeCell ref='A1:XFD1048576'/>", 60 * MB, b"</sheetData><mergeCells>", b"</mergeCells><sheetData>"))
    yield xlsx("bomb-of-sheets", workbook=Repeated(b"<workbook xmlns:r='r'><sheets>", b"<sheet name='a' r:id='b'/>", 20 * MB, b"</sheets></workbook>"))
    yield xlsx("bomb-of-depth", sheet=sheet_of(b"<a>", 60 * MB))
    yield "bomb-overlapping.xlsx", overlapping
    yield "bomb-nested.xlsx", nested
    yield "bomb-that-claims-little.xlsx", claims_little
    yield "cell-at-xfd1048576.xlsx", openpyxl_far
    yield xlsx("cells-at-the-far-end-of-each-row", sheet=sheet(b"".join(b"<row r='%d'><c r='XFD%d'><v>1</v></c></row>" % (n, n) for n in range(1, 99_999))))
    yield xlsx("row-4294967295", sheet=sheet(b"<row r='4294967295'><c r='A4294967295'><v>1</v></c></row>"))
    yield xlsx("dimension-that-lies", sheet=b"<worksheet><dimension ref='A1:XFD1048576'/><sheetData/></worksheet>")
    yield xlsx("merge-of-the-whole-sheet", sheet=sheet(b"<row r='1'><c r='A1' t='inlineStr'><is><t>x</t></is></c></row>").replace(
        b"</worksheet>", b"<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells></worksheet>"))
    yield xlsx("four-billion-strings", strings=b"<sst count='4294967295' uniqueCount='4294967295'><si><t>x</t></si></sst>")
    yield xlsx("more-strings-than-64-bits", strings=b"<sst uniqueCount='99999999999999999999'><si><t>x</t></si></sst>")
    yield xlsx("string-number-4294967295", strings=b"<sst><si><t>x</t></si></sst>", sheet=sheet(b"<row><c t='s'><v>4294967295</v></c></row>"))
    for part in ["sheet", "strings", "styles", "workbook", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"]:
        root = {"sheet": b"worksheet", "strings": b"sst", "styles": b"styleSheet", "workbook": b"workbook"}.get(part, b"Types")
        word = re.sub(r".*/|[^a-z]", "", part.lower())
        yield xlsx(f"entities-in-{word}", **{part: LAUGHS + b"<" + root + b">&l11;</" + root + b">"})
        yield xlsx(f"file-outside-in-{word}", **{part: OUTSIDE + b"<" + root + b">&x;</" + root + b">"})
    yield xlsx("entities-in-utf-16", sheet=b"\xff\xfe" + (LAUGHS + b"<worksheet>&l11;</worksheet>").decode().encode("utf-16-le"))
    yield xlsx("entity-that-nobody-defined", sheet=sheet(b"<row><c t='inlineStr'><is><t>&l;</t></is></c></row>"))
    yield xlsx("shared-string-of-300-mb", strings=Repeated(b"<sst><si><t>", b"x", 300 * MB, b"</t></si></sst>"))
    yield xlsx("cell-of-300-mb", sheet=sheet_of(b"x", 300 * MB, b"<row><c t='inlineStr'><is><t>", b"</t></is></c></row>"))
    yield xlsx("cell-of-300-mb-in-pieces", sheet=sheet_of(b"<r><t>xxxxxxxxxxxxxxxx</t></r>", 300 * MB, b"<row><c t='inlineStr'><is>", b"</is></c></row>"))
    yield xlsx("shared-string-of-30-mb-in-pieces", strings=Repeated(b"<sst><si>", b"<r><t>xxxxxxxxxxxxxxxx</t></r>", 30 * MB, b"</si></sst>"),
               sheet=sheet(b"<row><c t='s'><v>0</v></c></row>"))
    yield xlsx("attribute-of-300-mb", sheet=sheet_of(b"x", 300 * MB, b"<row r='", b"'/>"))


def others():
    yield "four-billion-rows.ods", ods(table(b"<t:table-row t:number-rows-repeated='4000000000'><t:table-cell t:number-columns-repeated='16384' "
                                             b"o:value-type='float' o:value='1'/></t:table-row>"))
    yield "rows-repeated-under-the-limit.ods", ods(table(b"<t:table-row t:number-rows-repeated='1000000'><t:table-cell t:number-columns-repeated='200' "
                                             b"o:value-type='string'><x:p>abcdefgh</x:p></t:table-cell></t:table-row>"))
    yield "far-cell.ods", ods(table(b"<t:table-row t:number-rows-repeated='1048575'><t:table-cell/></t:table-row><t:table-row>"
                                    b"<t:table-cell t:number-columns-repeated='16383'/><t:table-cell o:value-type='float' o:value='1'/></t:table-row>"))
    yield "spaces-repeated.ods", ods(table(b"<t:table-row><t:table-cell o:value-type='string'><x:p><x:s x:c='4000000000'/></x:p></t:table-cell></t:table-row>"))
    yield "bomb-of-blanks.ods", ods(Repeated(b"<d><t:table>", b" ", 1 << 30, b"</t:table></d>"))
    yield "bomb-of-rows.ods", ods(Repeated(b"<d><t:table>", b"<t:table-row/>", 1 << 30, b"</t:table></d>"))
    yield "cell-of-300-mb.ods", ods(Repeated(b"<d><t:table><t:table-row><t:table-cell><x:p>", b"x", 300 * MB, b"</x:p></t:table-cell></t:table-row></t:table></d>"))
    yield "entities.ods", ods(LAUGHS + table(b"<t:table-row><t:table-cell><x:p>&l11;</x:p></t:table-cell></t:table-row>"))
    yield "file-outside.ods", ods(OUTSIDE + table(b"<t:table-row><t:table-cell><x:p>&x;</x:p></t:table-cell></t:table-row>"))
    yield "four-billion-rows.fods", flat(table(b"<t:table-row t:number-rows-repeated='4000000000'><t:table-cell t:number-columns-repeated='16384' "
                                               b"o:value-type='float' o:value='1'/></t:table-row>"))
    yield "rows-repeated-under-the-limit.fods", flat(table(b"<t:table-row t:number-rows-repeated='1000000'><t:table-cell t:number-columns-repeated='200' "
                                               b"o:value-type='string'><x:p>abcdefgh</x:p></t:table-cell></t:table-row>"))
    yield "rows-of-63-mb.fods", flat(table(b"<t:table-row/>" * (63 * MB // 14)))
    yield "cell-of-63-mb.fods", flat(table(b"<t:table-row><t:table-cell><x:p>" + b"x" * 63 * MB + b"</x:p></t:table-cell></t:table-row>"))
    yield "tables-within-tables.fods", flat(b"<t:table>" * (63 * MB // 9))
    yield "blanks-of-150-mb.fods", flat(b" " * 150 * MB)
    yield "entities.fods", flat(table(b"<t:table-row><t:table-cell><x:p>&l11;</x:p></t:table-cell></t:table-row>"), LAUGHS)
    yield "strings-claimed.xls", lambda name: xls(name, [(0x00FC, struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF) + b"\1\0\0x")])
    yield "strings-of-four-gigabytes.xls", lambda name: xls(name, [(0x00FC, struct.pack("<II", 1, 1) + b"\xff\xff\x0c\xff\xff\xff\xff\xff\xffx")])
    yield "continues-without-end.xls", lambda name: xls(name, [(0x00FC, b"\0" * 8)] + [(0x003C, b"")] * 1_600_000)
    yield "merges-without-end.xls", lambda name: xls(name, [(0x0809, b"\0\6\x10\0" + b"\0" * 12)] + [
        (0x00E5, struct.pack("<H", 1000) + struct.pack("<4H", 0, 65535, 0, 255) * 1000)] * 800)


def xls(name, records):
    """A compound file with a workbook stream of these records."""
    stream = b"".join(struct.pack("<HH", kind, len(body)) + body
                      for kind, body in [(0x0809, b"\0\6\5\0" + b"\0" * 12), (0x0085, struct.pack("<IBB", 20, 0, 0) + b"\1\0a"), *records, (0x000A, b"")])
    stream += b"\0" * (-len(stream) % 512) + b"\0" * 4096
    sectors = len(stream) // 512
    # The table of sectors: the stream's chain, the directory's, then the table's own.
    tables = next(n for n in range(1, 9999) if n * 128 >= sectors + 1 + n)
    fat = [*range(1, sectors), 0xFFFFFFFE, 0xFFFFFFFE, *[0xFFFFFFFD] * tables]
    fat += [0xFFFFFFFF] * (tables * 128 - len(fat))
    tables = min(tables, 109)
    entry = lambda title, kind, start, size, child: title.encode("utf-16-le").ljust(64, b"\0") + struct.pack(
        "<HBBIII16sIQQIQ", 2 * len(title) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child, b"", 0, 0, 0, start, size)
    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry("Workbook", 2, 0, len(stream), 0xFFFFFFFF) + b"\0" * 256
    own = [sectors + 1 + n for n in range(tables)]
    header = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + b"\0" * 16 + struct.pack(
        "<5H6s9I", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, tables, sectors, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += b"".join(struct.pack("<I", n) for n in own + [0xFFFFFFFF] * (109 - len(own)))
    (WORK / name).write_bytes(header + stream + directory + b"".join(struct.pack("<I", n) for n in fat)[:tables * 512])


def no_files():
    yield "a-pipe.csv", lambda name: os.mkfifo(WORK / name)
    yield "a-link-to-a-pipe.csv", lambda name: (os.mkfifo(WORK / "pipe"), os.symlink("pipe", WORK / name))
    yield "a-folder.xlsx", lambda name: os.mkdir(WORK / name)
    yield "a-link-to-dev-zero.csv", lambda name: os.symlink("/dev/zero", WORK / name)
    yield "a-link-to-itself.csv", lambda name: os.symlink(name, WORK / name)


# What comes through a pipe: the command that writes it.
PIPED = {
    "piped-without-end": ["yes", "x" * 100],
    "piped-1-gib-of-nul": ["head", "-c", "1G", "/dev/zero"],
    "piped-1-gib-of-line-ends": ["sh", "-c", "yes '' | head -c 1G"],
}

# ---- the runs -------------------------------------------------------------------------------------------------------

# Which are no attack once read rightly: nothing to take, or the rows are taken.
HARMLESS = {"the-same-row-without-end.csv", "line-ends-159-mb-below-headings.csv", "blank-cells-159-mb.csv"}


def run(culture, name, source=None):
    file = "-" if source else name
    written = subprocess.Popen(source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) if source else None
    command = ["/usr/bin/time", "-q", "-f", "%e %U %S %M", "-o", str(WORK / "time"), "timeout", "60", culture, "import", "performance", file, "-t", "城关镇"]
    ran = subprocess.run(command, cwd=WORK, stdin=written.stdout if written else subprocess.DEVNULL, capture_output=True)
    if written:
        written.stdout.close()
        written.kill()
        written.wait()
    elapsed, user, system, kilobytes = (WORK / "time").read_text().split()[-4:]
    said = (ran.stderr + ran.stdout).decode("utf-8", "replace")
    first = next((line for line in said.splitlines() if line.startswith(("错误", "memory", "thread"))), said.split("\n")[0])
    return ran.returncode, float(elapsed), float(user) + float(system), int(kilobytes) / 1024, first


def main():
    os.environ.update(CULTURE_USER="王芳", LC_ALL="zh_CN.UTF-8")
    culture, words = os.path.abspath(sys.argv[1]), sys.argv[2:] or [""]
    subprocess.run([culture, "init", ".", "--county", "甲县"], cwd=WORK, check=True, capture_output=True)
    subprocess.run([culture, "township", "add", "chengguan", "--name", "城关镇"], cwd=WORK, check=True, capture_output=True)
    cases = [(name, make, None) for made in (texts(), xlsx(), others(), no_files()) for name, make in made]
    cases += [(name, None, source) for name, source in PIPED.items()]
    bad = 0
    for name, make, source in cases:
        if not any(word in name for word in words):
            continue
        if make:
            make(name)
        size = os.path.getsize(WORK / name) if make and (WORK / name).is_file() else 0
        code, elapsed, seconds, memory, first = run(culture, name, source)
        stored = list(WORK.glob("**/townships/*/*/*.csv"))
        taken = name not in HARMLESS and (bool(stored) or code not in (1, 2))
        wrong = memory > MEMORY or seconds > SECONDS or taken
        bad += wrong
        print(f"{'!!' if wrong else '  '} {name:45} {size / MB:7.1f} MB  exit {code}  {elapsed:5.2f} s  cpu {seconds:5.2f} s  {memory:6.1f} MB  "
              f"{first[:90]}", flush=True)
        for path in stored:
            path.unlink()
        path = WORK / name
        if path.is_symlink() or path.is_file() or path.exists() and not path.is_dir():
            path.unlink()
        elif path.is_dir():
            path.rmdir()
        (WORK / "pipe").unlink(missing_ok=True)
    print(f"{bad} beyond {MEMORY} MB or {SECONDS} s, or taken")
    return bad > 0


sys.exit(main())
