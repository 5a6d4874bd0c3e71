#!/usr/bin/env python3
"""Makes the files under tests/sheets/sent: what townships send, as real programs save it.

Needs openpyxl 3.1, xlwt 1.3 and msoffcrypto-tool 6.0 (pip), and LibreOffice 7.4 with its Python (apt: libreoffice-calc, python3-uno). The tests
do not need it: the files are kept. Run it from here to make them anew:

    python3 make.py [CULTURE]

CULTURE is the program, for the forms of `culture template`, which LibreOffice then saves filled in (default:
../../target/debug/culture). Beside each file NAME stands NAME.expected: the command in its first line, then what it says,
then the records that came in. Where there is none yet, this script writes its first line; UPDATE_GOLDENS=1 cargo test
--test in_process sent writes the others, for a person to read.
"""
import codecs, datetime, json, os, subprocess, sys, tempfile
from pathlib import Path
import msoffcrypto.format.ooxml, openpyxl, xlwt
from openpyxl.styles import PatternFill

HERE = Path(__file__).resolve().parent
SENT = HERE / "sent"
WORK = Path(tempfile.mkdtemp())
JOBS = []

D = datetime.date
HEAD = ["演出日期", "类别", "演出地点", "演出名称", "观众人数（人）", "演出团体"]
PLAIN = [
    HEAD,
    [D(2018, 5, 3), "进农村", "王庄", "消夏晚会", 350, "王庄艺术团"],
    [D(2018, 5, 12), "进校园", "县一中", "戏曲进校园", 1200, "梆子剧团"],
    [D(2018, 5, 21), "进社区", "光明社区", "红歌会、“七一”预演", 80, "夕阳红合唱队"],
]


def book(rows, name="Sheet1", merges=(), hidden=(), hidden_rows=(), dates="yyyy/m/d", more=()):
    """A workbook of openpyxl."""
    wb = openpyxl.Workbook()
    for at, (title, lines) in enumerate([(name, rows), *more]):
        ws = wb.active if at == 0 else wb.create_sheet()
        ws.title = title
        for line in lines:
            ws.append(list(line))
        for row in ws.iter_rows():
            for cell in row:
                if isinstance(cell.value, (datetime.date, datetime.datetime)):
                    cell.number_format = dates
    ws = wb.worksheets[0]
    for area in merges:
        ws.merge_cells(area)
    for column in hidden:
        ws.column_dimensions[column].hidden = True
    for row in hidden_rows:
        ws.row_dimensions[row].hidden = True
    return wb


def kept(name, command):
    expected = SENT / (name + ".expected")
    if not expected.exists():
        expected.write_text("$ " + command.replace("FILE", name) + "\n", encoding="utf-8")


def own(name, wb, command="import performance FILE -t 城关镇"):
    """As openpyxl or xlwt saves it."""
    wb.save(SENT / name)
    kept(name, command)


def office(name, wb, filter, command="import performance FILE -t 城关镇", options="", password=""):
    """As LibreOffice saves it with a filter."""
    source = WORK / (name + ".xlsx")
    if isinstance(wb, Path):
        source = wb
    else:
        wb.save(source)
    JOBS.append({"from": str(source), "to": str(SENT / name), "filter": filter, "options": options, "password": password})
    kept(name, command)


XLSX, XLS, ODS, CSV = "Calc MS Excel 2007 XML", "MS Excel 97", "calc8", "Text - txt - csv (StarCalc)"
ANY = [("xlsx", XLSX), ("xls", XLS), ("ods", ODS)]


def formats():
    for ext, filter in ANY:
        office(f"plain.{ext}", book(PLAIN), filter)
    # Separator, quote, encoding (LibreOffice's numbers: 76 UTF-8, 85 GB18030, 65535 UTF-16), first line.
    office("gb18030.csv", book(PLAIN), CSV, options="44,34,85,1")
    office("utf8.csv", book(PLAIN), CSV, options="44,34,76,1")
    office("semicolon.csv", book(PLAIN), CSV, options="59,34,76,1")
    office("tabs.txt", book(PLAIN), CSV, options="9,34,85,1")
    office("unicode-text.txt", book(PLAIN), CSV, options="9,34,65535,1")
    office("quoted-all.csv", book(PLAIN), CSV, options="44,34,76,1,,0,true,true")
    office("workbook-called.csv", book(PLAIN), XLSX)
    office("xlsx-called.xls", book(PLAIN), XLSX)
    office("xls-called.xlsx", book(PLAIN), XLS)
    office("ods-called.xlsx", book(PLAIN), ODS)
    office("text-called.xls", book(PLAIN), CSV, options="9,34,85,1")
    office("wps.et", book(PLAIN), XLS)
    office("web-page.xls", book(PLAIN), "HTML (StarCalc)")
    office("flat.fods", book(PLAIN), "OpenDocument Spreadsheet Flat XML")
    office("print.xlsx", book(PLAIN), "calc_pdf_Export")
    office("sylk.slk", book(PLAIN), "SYLK")
    for ext, filter in ANY[1:]:
        office(f"locked.{ext}", book(PLAIN), filter, password="1234")
    # LibreOffice leaves an xlsx open when it has no window.
    plain = WORK / "to-lock.xlsx"
    book(PLAIN).save(plain)
    with open(plain, "rb") as source, open(SENT / "locked.xlsx", "wb") as target:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("1234", target)
    kept("locked.xlsx", "import performance FILE -t 城关镇")
    rows = [[str(c) if not isinstance(c, D) else c.strftime("%Y-%m-%d") for c in row] for row in PLAIN]
    import csv, io
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    (SENT / "bom.csv").write_bytes(codecs.BOM_UTF8 + text.getvalue().encode())
    kept("bom.csv", "import performance FILE -t 城关镇")
    (SENT / "big5.csv").write_bytes(text.getvalue().replace("“", "").replace("”", "").replace("红", "紅").replace("县", "縣")
        .replace("进", "進").replace("农", "農").replace("戏", "戲").replace("会", "會").replace("团", "團").replace("预", "預")
        .replace("类", "類").replace("别", "別").replace("点", "點").replace("称", "稱").replace("观", "觀").replace("众", "眾")
        .replace("数", "數").replace("体", "體").replace("庄", "莊").replace("艺", "藝").replace("术", "術").replace("剧", "劇")
        .replace("区", "區").replace("阳", "陽").replace("队", "隊").replace("梆", "梆").replace("园", "園").encode("big5"))
    kept("big5.csv", "import performance FILE -t 城关镇")
    (SENT / "big5-said.csv").write_bytes((SENT / "big5.csv").read_bytes())
    kept("big5-said.csv", "import performance FILE -t 城关镇 --encoding big5 --map 演出日期=date --map 類別=into "
        "--map 演出地點=place")


FORM = [
    ["城关镇2018年5月“六进”演出情况统计表"],
    ["填报单位（盖章）：城关镇", None, None, None, "填报日期：2018年6月3日"],
    ["序号", "演出情况", None, None, "“六进”\n类别", "观 众 人 数\n（人）", "演出团队", "经办村"],
    [None, "日期", "地点", "名称", None, None, None, None],
    [1, D(2018, 5, 3), "西街村", "庆五一", "进农村", 350, "梆子剧团", "西街"],
    [2, D(2018, 5, 5), None, "送戏下乡", "〃", "约200人", "同上", None],
    [3, D(2018, 5, 6), None, "送戏下乡", "〃", 180, "〃", None],
    [None] * 8,
    [4, D(2018, 5, 12), "县一中", "校园行", "进校园", 400, None, None],
    ["小计", None, None, None, None, 1130],
    [None, "合 计", None, None, None, 1130],
    ["填表人：王小明", None, None, "审核人：李四", None, "联系电话：13900000000"],
    ["注：观众人数为估计数"],
]
MERGES = ["A1:H1", "A2:D2", "E2:H2", "A3:A4", "B3:D3", "E3:E4", "F3:F4", "G3:G4", "H3:H4", "C5:C7"]


def people():
    for ext, filter in ANY:
        office(f"form.{ext}", book(FORM, merges=MERGES), filter, "import performance FILE")
    office("form.csv", book(FORM, merges=MERGES), CSV, "import performance FILE", options="44,34,85,1")
    office("hidden.xlsx", book([["旧日期"] + HEAD] + [[D(2017, 1, 1)] + row for row in PLAIN[1:]], hidden=["A"],
        hidden_rows=[3]), XLSX)
    office("hidden.ods", book([["日期"] + HEAD] + [[D(2017, 1, 1)] + row for row in PLAIN[1:]], hidden=["A"]), ODS)
    office("dates.xlsx", book([HEAD[:3] + ["名称"]] + [[when, "进农村", "王庄", str(at)] for at, when in enumerate([
        D(2018, 5, 1), 43222, "2018-5-3", "2018.5.4", "2018/5/5", "2018年5月6日", "5月7日", "5.8", "5-9", "20180510",
        "二〇一八年五月十一日", "２０１８．５．１２", "2018年05月13号", datetime.datetime(2018, 5, 14, 19, 30),
        "2018-05-15 19:30", 20180516, "2018、5、18", "5月19日晚", "2018-5-20（周日）"])]), XLSX)
    office("dates-wrong.xlsx", book([HEAD[:3]] + [[when, "进农村", "王庄"] for when in [
        "5月32日", "2018-2-30", "18.5.17", "上旬", "5月1日至3日", "5月", 5.8, 12, None, "3.10.2018", "31/5/2018"]]), XLSX)
    office("numbers.ods", book([HEAD[:4] + ["观众人数（人）", "场数"]] + [
        [D(2018, 5, 1 + at), "进农村", "王庄", "晚会", audience, sessions] for at, (audience, sessions) in enumerate([
        ("约200人", "3场"), ("１２０", "２"), ("1,200", "二"), ("二十", 1), ("1200.0", "1 场"), ("1.2万", "一场"),
        ("三百五十人次", None), (" 80 ", "1"), ("近千人", 1), ("200余人", 1), ("100-200", 1), ("-5", 1), (3.5, 0), ("若干", "半场")])]),
        ODS, "import performance FILE -t 城关镇 --partial")
    office("about.xls", book([["培训日期", "培训内容", "培训人数"], [D(2018, 4, 2), "戏曲", "约30人"], [D(2018, 4, 3), "舞蹈", "30人"]]), XLS,
        "import training FILE -t 城关 --partial")
    office("yes-or-no.xlsx", book([["设施名称", "类型", "开放日期", "是否免费开放"]] + [
        [f"{at}村文化室", "村级文化室", D(2018, 1, 2), yes] for at, yes in enumerate(
        ["是", "否", "√", "×", "有", "无", "Y", "N", True, False, "✓", "免费", "1", "0", None, "也许"])]), XLSX,
        "import facility FILE -t 城关镇 --partial")
    office("choices.xlsx", book([HEAD[:3]] + [[D(2018, 5, 1 + at), into, "王庄"] for at, into in enumerate(
        ["进农村", "village", "农村", "Village", "into a village", "进 农 村", "进农材", "进村"])]), XLSX, "import performance FILE -t 城关镇 --partial")
    office("townships.xls", book([["序号", "乡镇", "日期", "类别", "地点"]] + [[at + 1, town, D(2018, 5, 1), "进农村", f"{at}村"]
        for at, town in enumerate(["城关镇", "城关", "CG", "liuta", "柳塔", "柳屯镇", "柳", "文化馆", "濮阳县城关镇", None])]), XLS,
        "import performance FILE --partial")
    office("troupes.xlsx", book([["日期", "类别", "地点", "群众文艺团队"]] + [[D(2018, 5, 1 + at), "进农村", "王庄", troupe]
        for at, troupe in enumerate(["王庄艺术团", " 王庄 艺术团 ", "红梅艺术团", "王庄艺木团", None])]), XLSX, "import performance FILE -t 城关镇 --partial")
    office("students.csv", book([["培训班", "姓名", "所在村", "手机尾号"], ["戏曲培训", "王五", "王庄", "0012"],
        ["戏曲培训", "赵六", "李庄", 7788], ["剪纸培训", "钱七", "李庄", "0001"]]), CSV, "import trainee FILE --partial",
        options="44,34,76,1,,0,true")
    office("vouchers.xlsx", book([["支出日期", "支出项目", "金额（万元）", "收款单位", "凭证号"],
        [D(2018, 3, 10), "队伍培训", 1.25, "县图书馆", "0012"], [D(2018, 3, 11), "“六进”演出", "3", "文化站", 1012],
        [D(2018, 3, 12), "设施网络建设", 0.00105, "甲", "130429199001011234"], [D(2018, 3, 13), "其他", 0.000001, "乙", 130429199001011234]]),
        XLSX, "import expense FILE -t 文化馆 --partial")
    wb = book(PLAIN + [["=A2+30", "=\"进\"&\"农村\"", "=C2", "公式", "=SUM(E2:E4)", None]])
    wb.active["A5"].number_format = "yyyy-mm-dd"
    office("formulas.ods", wb, ODS)
    office("formulas.xlsx", wb, XLSX)
    own("formulas-never-reckoned.xlsx", wb)
    office("failed-formula.xls", book(PLAIN + [[D(2018, 5, 30), "进农村", "李庄", "=C2/0", "=1/0", None]]), XLS)
    office("formula-text.csv", book([HEAD[:4], [D(2018, 5, 1), "进农村", "王庄", "'=cmd|'/c calc'!A1"],
        [D(2018, 5, 2), "进农村", "@SUM", "x"], [D(2018, 5, 3), "进农村", "—", "/"]]), CSV, options="44,34,76,1")
    wb = book([HEAD[:4], [D(2018, 5, 1), "进农村", "王庄", "=cmd|'/c calc'!A1"], [D(2018, 5, 2), "进农村", "王庄", "＋86"]])
    wb.active["D2"].data_type = "s"
    own("formula-text.xlsx", wb)
    office("no-headings.xlsx", book([["甲", "乙", "丙"], ["2018-5-1", "进农村", "王庄"]]), XLSX)
    office("missing-column.ods", book([["演出日期", "演出地址名", "观众"], [D(2018, 5, 1), "王庄", 3]]), ODS)
    office("unknown-column.xlsx", book([HEAD + ["天气", "演出团对"]] + [row + ["晴", "x"] for row in PLAIN[1:]]), XLSX)
    office("mapped.xlsx", book([["何时", "什么类", "演出地点"], [D(2018, 5, 1), "进农村", "王庄"]]), XLSX,
        "import performance FILE -t 城关镇 --map 何时=date --map B=类别")
    office("twins.xlsx", book(PLAIN + [PLAIN[1], PLAIN[2][:4] + [1300] + PLAIN[2][5:]]), XLSX)
    office("differs.xlsx", book(PLAIN + [[D(2018, 5, 4), "进农村", "王庄", "已录的", 99, None]]), XLSX)
    office("differs-update.xlsx", book(PLAIN + [[D(2018, 5, 4), "进农村", "王庄", "已录的", 99, None]]), XLSX,
        "import performance FILE -t 城关镇 --update")
    office("months.xlsx", book([["柳塔乡2017年12月演出统计表"], ["填报单位：柳塔乡"], HEAD[:3], ["12月3日", "进农村", "王庄"],
        ["12.20", "进农村", "李庄"]], merges=["A1:C1"]), XLSX, "import performance FILE")
    office("opening.ods", book([["城关镇2018年5月免费开放情况"], ["填报单位：城关镇", None, "填报日期：2018年6月2日"],
        ["设施名称", "开放天数", "服务人次"], ["城关文化站", 22, 300]]), ODS, "import opening FILE")
    office("monthly.xlsx", book([["填报单位：城关镇"], ["报告月份", "报送日期", "零报告"], ["5月", D(2018, 6, 3), "否"]]), XLSX,
        "import monthly-report FILE --month 5月")
    office("visits-asked.ods", book([["设施名称", "开放天数", "服务人次", "填报日期"], ["城关文化站", 22, 300, D(2018, 6, 2)]]), ODS,
        "import opening FILE -t 城关镇 --month 5月")
    office("all.ods", book([HEAD] + PLAIN[1:2], name="演出", more=[("说明", [["请按要求填写"]]), ("群众文艺团队",
        [["团队名称", "艺术门类", "备案日期"], ["新声合唱团", "音乐", D(2018, 3, 1)]])]), ODS, "import all FILE -t 城关镇")
    office("partial.xlsx", book(PLAIN + [[D(2018, 5, 29), "进社団", "王庄", "x", 1, None]]), XLSX,
        "import performance FILE -t 城关镇 --partial")
    office("month-asked.xlsx", book(PLAIN + [[D(2018, 4, 29), "进社区", "王庄", "x", 1, None]]), XLSX,
        "import performance FILE -t 城关镇 --month 5月")
    office("set-for-all.xlsx", book([["日期", "地点"], [D(2018, 5, 1), "王庄"]]), XLSX,
        "import performance FILE -t 城关镇 --set 类别=进农村 --set organiser=县文化馆")
    wb = xlwt.Workbook()
    ws = wb.add_sheet("演出")
    ws.write_merge(0, 0, 0, 3, "2018年5月演出")
    day = xlwt.easyxf(num_format_str="m月d日")
    for at, word in enumerate(HEAD[:4]):
        ws.write(1, at, word)
    ws.write_merge(2, 4, 0, 0, 43223, day)
    ws.write_merge(2, 3, 2, 2, "王庄")
    for at in range(3):
        ws.write(2 + at, 1, "进农村")
        ws.write(2 + at, 3, f"第{at}场")
    ws.write(4, 2, "李庄")
    own("merged-down.xls", wb)
    wb = openpyxl.Workbook(write_only=True)
    ws = wb.create_sheet("导出")
    for row in PLAIN:
        ws.append(row)
    own("streamed.xlsx", wb)


def forms(culture):
    """What `culture template` writes, filled in and saved by LibreOffice."""
    county = WORK / "county"
    county.mkdir()
    who = {**os.environ, "CULTURE_LANG": "zh", "CULTURE_USER": "王芳", "PWD": str(county)}
    run = lambda *words: subprocess.run([culture, *words], cwd=county, env=who, check=True, stdout=subprocess.DEVNULL)
    run("init", "--county", "县")
    run("township", "add", "chengguan", "--name", "城关镇")
    run("template", "performance", "-t", "城关镇", "--month", "2018-05", "-o", "one.xlsx")
    run("template", "--all", "-t", "城关镇", "--month", "2018-05", "-o", "all.xlsx")
    filled = [
        {"演出日期": "2018/5/20", "“六进”类别": "进农村", "演出地点": "王庄", "演出名称": "消夏晚会", "观众人次": "约200人", "演出团队": "王庄艺术团"},
        {"演出日期": "5月21日", "“六进”类别": "进网站", "网络平台": "微信公众号", "播放量": "1200"},
    ]
    for ext, filter in ANY:
        JOBS.append({"from": str(county / "out/one.xlsx"), "to": str(SENT / f"template.{ext}"), "filter": filter,
            "fill": {"演出": filled}})
        kept(f"template.{ext}", "import performance FILE")
        JOBS.append({"from": str(county / "out/all.xlsx"), "to": str(SENT / f"template-all.{ext}"), "filter": filter, "fill": {
            "演出": filled,
            "培训": [{"培训日期": "2018-4-2", "培训内容": "面塑", "培训人数": "2"}],
            "学员": [{"培训班": "面塑", "姓名": "王五", "所在村或单位": "王庄", "手机尾号（后四位）": "0012"},
                {"培训班": "面塑", "姓名": "赵六", "所在村或单位": "李庄", "手机尾号（后四位）": "1203"}],
            "群众文艺团队": [{"组建（备案）日期": "2018-3-12", "团队名称": "新声艺术团", "艺术门类": "戏剧（含戏曲）", "队员人数": "20"}],
            "支出": [{"支出日期": "2018-3-10", "支出项目": "队伍培训", "金额（元）": "1,250.50", "凭证号": "0012"}],
            "月报": [{"报送日期": "2018-6-3", "报告月份": "2018年5月", "零报告": "否", "填表人": "王芳"}],
        }})
        kept(f"template-all.{ext}", "import all FILE")


def main():
    culture = Path(sys.argv[1] if len(sys.argv) > 1 else HERE / "../../target/debug/culture").resolve()
    formats()
    people()
    forms(culture)
    subprocess.run(["/usr/bin/python3", str(HERE / "office.py")], input=json.dumps(JOBS).encode(), check=True)


main()
