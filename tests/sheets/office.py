"""Has LibreOffice open workbooks and save them again, with a filter, a password, or cells filled in first: what make.py
asks for, as JSON on standard input. Run by make.py with the Python that has LibreOffice's module `uno`.
"""
import json, subprocess, sys, tempfile, time
import uno
from com.sun.star.beans import PropertyValue

PIPE = "culture-make"


def prop(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def desktop():
    profile = tempfile.mkdtemp()
    office = subprocess.Popen(["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore",
        f"--accept=pipe,name={PIPE};urp;"])
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(120):
        try:
            context = resolver.resolve(f"uno:pipe,name={PIPE};urp;StarOffice.ComponentContext")
            return office, context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:
            time.sleep(0.5)
    raise SystemExit("LibreOffice does not answer")


def fill(document, sheets):
    """Writes below the example row, as a person types: LibreOffice makes of it what it would."""
    chinese = uno.createUnoStruct("com.sun.star.lang.Locale")
    chinese.Language, chinese.Country = "zh", "CN"
    for name, rows in sheets.items():
        sheet = document.Sheets.getByName(name)
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        heads = {}
        for row in range(min(last.EndRow + 1, 10)):
            words = {sheet.getCellByPosition(at, row).String: at for at in range(last.EndColumn + 1)}
            if set(rows[0]) <= set(words):
                heads, top = words, row
                break
        assert heads, f"{name}: no headings like {list(rows[0])}"
        for down, values in enumerate(rows):
            for head, value in values.items():
                cell = sheet.getCellByPosition(heads[head], top + 2 + down)
                if document.NumberFormats.getByKey(cell.NumberFormat).Type == 256:
                    cell.String = value
                else:
                    cell.FormulaLocal = value


def main():
    office, top = desktop()
    try:
        for job in json.load(sys.stdin):
            opened = top.loadComponentFromURL("file://" + job["from"], "_blank", 0, (prop("Hidden", True),))
            fill(opened, job.get("fill", {}))
            given = [prop("FilterName", job["filter"])]
            if job.get("options"):
                given.append(prop("FilterOptions", job["options"]))
            if job.get("password"):
                given.append(prop("Password", job["password"]))
            try:
                opened.storeToURL("file://" + job["to"], tuple(given))
            except Exception as error:
                print("not saved:", job["to"], error, file=sys.stderr)
            opened.close(True)
    finally:
        try:
            top.terminate()
        except Exception:
            pass
        office.wait(30)


main()
