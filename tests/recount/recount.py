"""The figures of `culture status --format json`, counted a second time.

Written from docs/data-format.md and docs/counting.md, and never from the Rust: two programs that share no line and no
thought agree by chance on nothing. So it is plain rather than fast, and reads nothing but the files of a data directory
and, for the built-in kinds, src/kinds/*.toml. Nothing beyond Python's own library.

    python3 recount.py DATA --today DATE [--known TIME] [--plan YEAR]
"""

import argparse
import csv
import json
import tomllib
import unicodedata
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_DOWN, Decimal
from pathlib import Path

BUILT_IN = Path(__file__).resolve().parents[2] / "src" / "kinds"


# ---- Files (section 3) ---------------------------------------------------------------------------------------------


def toml(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


def offset(text):
    """+08:00 as a time zone."""
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[4:6])))


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def townships(data):
    """Every township, in the bureau's own order; ties by id."""
    found = [{"id": p.parent.name, **toml(p)} for p in data.glob("townships/*/township.toml")]
    return sorted(found, key=lambda t: (t["order"], t["id"]))


def kinds(data):
    """The built-in kinds, with the fields the county adds to them, and the county's own."""
    known = {p.stem: toml(p) for p in BUILT_IN.glob("*.toml")}
    for path in (data / "kinds").glob("*.toml"):
        own = toml(path)
        if path.stem in known:
            known[path.stem]["field"] += own.get("field", [])
        else:
            known[path.stem] = own
    return known


def ledgers(data, kind):
    """The ledgers of a kind: township, year, rows in file order."""
    for path in sorted(data.glob(f"townships/*/*/{kind}.csv")):
        with open(path, encoding="utf-8", newline="") as file:
            yield path.parts[-3], int(path.parts[-2]), list(csv.DictReader(file, strict=True))


def as_known(rows, known):
    """The revisions of each record of a ledger, ascending: all, or those that had entered by a moment."""
    histories = {}
    for row in rows:
        if known is None or moment(row["entered_at"]) <= known:
            histories.setdefault(row["id"], []).append(row)
    return [sorted(revisions, key=lambda r: int(r["rev"])) for revisions in histories.values()]


def there(revision, day):
    """A revision, if it says that the record is there on a day."""
    return revision if revision["state"] == "live" and date.fromisoformat(revision["date"]) <= day else None


def on_day(revisions, day):
    """The record on a day: the highest revision of which the values hold then, if it is live and its date has come."""
    holding = [r for r in revisions if not r.get("effective") or date.fromisoformat(r["effective"]) <= day]
    return there(holding[-1], day) if holding else None


def timeline(revisions, end=None):
    """A record from its first day on: a day, the next day on which something may be otherwise, and the values between. A
    record may be otherwise on a day that a revision names: its date, the day from which it holds, the day of its end."""
    named = ("date", "effective", end)
    days = sorted({date.fromisoformat(r[column]) for r in revisions for column in named if column and r.get(column)})
    for day, until in zip(days, [*days[1:], None]):
        row = on_day(revisions, day)
        if row is not None:
            yield day, until, row


class County:
    """A data directory, as known at a moment."""

    def __init__(self, data, known):
        self.data = data
        self.settings = toml(data / "culture.toml")
        self.offset = offset(self.settings["utc_offset"])
        self.known = self.moment(known) if known else None
        self.townships = townships(data)
        self.kinds = kinds(data)
        self.read = {}

    def moment(self, text):
        """A date means the end of that day, in local time."""
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), datetime.max.time().replace(microsecond=0), self.offset)
        return moment(text)

    def histories(self, kind):
        """All that is known of each record of a kind: its township, the year of its ledger, its revisions."""
        if kind not in self.read:
            self.read[kind] = [
                (township, year, revisions)
                for township, year, rows in ledgers(self.data, kind)
                for revisions in as_known(rows, self.known)
            ]
        return self.read[kind]

    def records(self, kind):
        """Live records of a kind that does not last, as they stand: each with its township, the year of its ledger, and
        its day."""
        return [
            {**revisions[-1], "township": township, "year": year, "day": date.fromisoformat(revisions[-1]["date"])}
            for township, year, revisions in self.histories(kind)
            if revisions[-1]["state"] == "live"
        ]

    def plan(self, today, year):
        """The plan asked for; else that of the day's year; else the latest before it; else the first there is."""
        if year is None:
            years = {int(p.name[:4]) for p in (self.data / "plans").glob("*.toml")}
            year = max((year for year in years if year <= today.year), default=min(years))
        # 2018.toml as first issued, then 2018.2.toml and so on: as known at a time, what had been issued by then.
        versions = sorted((self.data / "plans").glob(f"{year}*.toml"), key=lambda p: int(p.stem[5:] or 1))
        plans = [toml(path) for path in versions]
        by = self.known.astimezone(self.offset).date() if self.known else date.max
        return [plan for at, plan in enumerate(plans) if at == 0 or plan["adjustment"]["issued"] <= by][-1]


# ---- Counting (section 5) ------------------------------------------------------------------------------------------


class Part:
    """So much, for a township, from a day on; until an end, if it has one."""

    def __init__(self, township, day, amount, end=None):
        self.township, self.day, self.amount, self.end = township, day, amount, end


class Figure:
    """What an indicator measures, by township and day."""

    def __init__(self, parts, places=None):
        self.parts, self.places = parts, places

    def on(self, day, township=None):
        return sum(
            p.amount
            for p in self.parts
            if p.day <= day and (p.end is None or p.end > day) and township in (None, p.township)
        )

    def days(self):
        """The days on which it may rise."""
        return sorted({p.day for p in self.parts} | {p.end for p in self.parts if p.end})

    def said(self, value):
        """As JSON has it: decimals are strings, with the field's places."""
        return value if self.places is None else f"{value:.{self.places}f}"


def stored(value):
    """A value of the plan as a ledger holds it."""
    return str(value).lower() if isinstance(value, bool) else value


def selects(where, record):
    """Whether a record has what `where` asks of it, in every field."""
    wanted = {field: value if isinstance(value, list) else [value] for field, value in where.items()}
    return all(record.get(field) in map(stored, values) for field, values in wanted.items())


def unseen(c):
    """What nobody sees; the random counties have no radicals and no heaps of marks."""
    ignorable = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u2800\u3164\uffa0\ufffc"
    category = unicodedata.category(c)
    return category in ("Cf", "Co") or category == "Cc" and not c.isspace() or c in ignorable or "\ufe00" <= c <= "\ufe0f"


def folded(text):
    """Σ has two small letters: the one at the end of a word is the same letter."""
    text = "".join(c for c in text if not unseen(c))
    return "".join(unicodedata.normalize("NFKC", text).lower().replace("ς", "σ").split())


def people(county, kind, records):
    """People, each counted once: at the earliest record that names them; and those known by number only. Of two lines of
    one record that name the same person (entry refuses the second), the one with the smallest id has the credit."""
    roster = kind["roster"]
    named = {}
    for row in sorted(county.records(roster["kind"]), key=lambda r: r["id"]):
        named.setdefault(row[roster["ref"]], []).append(row)
    seen, parts = set(), []
    for record in sorted(records, key=lambda r: (r["day"], r["id"])):
        own = {}
        for row in named.get(record["id"], []):
            name, *rest = (folded(row.get(field) or "") for field in roster["person"])
            who = (name, *rest) if any(rest) else (name, record["id"])
            own.setdefault(who, row.get(roster["credit"]) or record["township"])
        for who, township in own.items():
            if who not in seen:
                parts.append(Part(township, record["day"], 1))
        seen |= own.keys()
        unnamed = int(record[roster["heads"]]) - len(own)
        if unnamed > 0:
            parts.append(Part(record["township"], record["day"], unnamed))
    return Figure(parts)


def measured(county, plan, indicator, measure, where):
    """The figure of a measure over the records that `where` selects. Of a record that lasts, what it says changes; any
    other is the same on all of its days."""
    kind = county.kinds[indicator["kind"]]
    standing = indicator.get("span", "year") == "standing"
    if measure == "people":
        of_the_span = [r for r in county.records(kind["id"]) if standing or r["year"] == plan["year"]]
        return people(county, kind, [r for r in of_the_span if selects(where, r)])
    amount, places = (lambda record: 1), None
    if measure.startswith("sum:"):
        name = measure.removeprefix("sum:")
        field = next(f for f in kind["field"] if f["name"] == name)
        if field["type"] == "decimal":
            places = field["places"]
        number = Decimal if places is not None else int
        amount = lambda record: number(record.get(name) or 0)
    end, parts = kind.get("end"), []
    for township, _, revisions in county.histories(kind["id"]):
        times = [(day, until, row) for day, until, row in timeline(revisions, end) if selects(where, row)]
        if standing:
            ended = lambda row, day: end and row.get(end) and date.fromisoformat(row[end]) <= day
            parts += [Part(township, day, amount(row), until) for day, until, row in times if not ended(row, day)]
        elif times and times[0][0].year == plan["year"]:
            day, _, row = times[0]
            parts.append(Part(township, day, amount(row)))
    return Figure(parts, places)


def percent(done, whole):
    """One decimal, cut; nothing without a whole above 0."""
    if whole is None or whole <= 0:
        return None
    return (Decimal(done) * 1000 / Decimal(whole)).to_integral_value(ROUND_DOWN) / 10


def required(target, share):
    return -(-target * share // 100)


def state(figure, stretch, need, start, due, today):
    """The table of states. `start` is where the course begins: a day, and the figure that was required on it."""
    if figure.on(min(today, due)) >= need:
        return "met"
    if today > due and figure.on(today) >= need:
        return "met-late"
    if stretch:
        return "pending"
    if today > due:
        return "missed"
    day, base = start
    if today < day:
        return "not-started"
    on_course = (figure.on(today) - base) * (due - day).days >= (need - base) * (today - day).days
    return "on-course" if on_course else "behind"


def reached_on(figure, need, year, today):
    """The first day of the plan's year, up to the day asked for, on which there was enough."""
    first, last = date(year, 1, 1), min(today, date(year, 12, 31))
    for day in [first] + [d for d in figure.days() if d > first]:
        if day <= last and figure.on(day) >= need:
            return day.isoformat()
    return None


def milestones(plan, indicator, figure, today):
    if "target" not in indicator:
        return []
    said, start = [], (plan["course_from"], 0)
    for milestone in indicator.get("milestones", plan["milestone"]):
        due, need = milestone["due"], required(indicator["target"], milestone["share"])
        said.append({
            "due": due.isoformat(),
            "share": milestone["share"],
            "required": need,
            "done": figure.said(figure.on(min(due, today))),
            "reached_on": reached_on(figure, need, plan["year"], today),
            "state": state(figure, indicator.get("stretch", False), need, start, due, today),
        })
        start = (due, need)
    return said


def months_begun(year, today):
    return [date(year, m, 1) for m in range(1, 13) if date(year, m, 1) <= today]


def after(month):
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def by_month(plan, indicator, figure, today):
    """What was done in each month; of a standing indicator, the figure on its last day."""
    said = []
    for month in months_begun(plan["year"], today):
        last = min(after(month) - timedelta(days=1), today)
        done = figure.on(last)
        if indicator.get("span", "year") == "year":
            done -= figure.on(month - timedelta(days=1))
        said.append({"month": month.isoformat()[:7], "done": figure.said(done)})
    return said


def counted(county, plan, indicator, today):
    where = indicator.get("where", {})
    figure = measured(county, plan, indicator, indicator["measure"], where)
    whole = None
    if "of" in indicator:
        whole = measured(county, plan, indicator, indicator["of"], where)
    if "of_all" in indicator:
        whole = measured(county, plan, indicator, indicator["of_all"], indicator.get("of_where", {}))
    done, target = figure.on(today), indicator.get("target")
    shares = indicator.get("shares", {})
    return {
        "id": indicator["id"],
        "target": target,
        "stretch": indicator.get("stretch", False),
        "done": figure.said(done),
        "of": whole.said(whole.on(today)) if whole else None,
        "percent": percent(done, target if target is not None else whole and whole.on(today)),
        "townships": [
            {"id": t["id"], "done": figure.said(figure.on(today, t["id"])), "target": shares.get(t["id"])}
            for t in county.townships
        ],
        "months": by_month(plan, indicator, figure, today),
        "milestones": milestones(plan, indicator, figure, today),
    }


# ---- Deadlines (section 5, Deadlines by township) ------------------------------------------------------------------


def expected(county, flag, due):
    """The townships that a thing is expected of on the day it is due; county units hand in no arrangement of themselves."""
    for township in county.townships:
        wanted = township.get(flag, flag == "monthly" or township["kind"] != "county-unit")
        if wanted and township.get("from", due) <= due <= township.get("until", due):
            yield township["id"]


def around(county, plan, kind, township):
    """What a township handed in, in the ledgers of the plan's year and of those around it."""
    return [r for r in county.records(kind) if r["township"] == township and abs(r["year"] - plan["year"]) <= 1]


def handed_in(records, returned_field, due, today):
    """The state of what one township handed in, and the record that decides it."""
    there = [r for r in records if r["day"] <= today]
    gone = [r for r in there if r.get(returned_field) and date.fromisoformat(r[returned_field]) <= today]
    kept = [r for r in there if r not in gone]
    if kept:
        first = min(kept, key=lambda r: (r["day"], r["id"]))
        return ("on-time" if first["day"] <= due else "late"), first
    if gone:
        return "returned", None
    return ("missing" if today > due else "open"), None


def rests(county, day):
    """Weekends, but for those on which people work, and public holidays; of a year without data only weekends are known."""
    path = county.data / "holidays" / f"{day.year}.toml"
    year = toml(path) if path.exists() else {}
    holiday = any(h["from"] <= day <= h.get("to", h["from"]) for h in year.get("holiday", []))
    return holiday or (day.weekday() >= 5 and day not in year.get("workdays", []))


def moved(county, rule, due):
    """The due day of a monthly report where it is moved off a day of rest: that day decides late or not."""
    step = {"keep": 0, "next": 1, "previous": -1}[rule.get("rest_day", "keep")]
    while step and rests(county, due):
        due += timedelta(days=step)
    return due


def arrangements(county, plan, today):
    rule = plan.get("arrangement")
    if rule is None:
        return None
    said = []
    for township in expected(county, "arrangement", rule["due"]):
        there = around(county, plan, rule["kind"], township)
        records = [r for r in there if r.get(rule["year_field"]) == str(plan["year"])]
        how, first = handed_in(records, rule["returned_field"], rule["due"], today)
        said.append({"id": township, "state": how, "date": first and first["date"]})
    return {"due": rule["due"].isoformat(), "townships": said}


def monthly_reports(county, plan, today):
    rule = plan.get("monthly_report")
    if rule is None:
        return []
    month, last = (date.fromisoformat(rule[end] + "-01") for end in ("first_month", "last_month"))
    said = []
    while month <= min(last, today):
        # Who owes a report does not depend on a holiday: the day named decides, not the day to which it moves.
        name, named = month.isoformat()[:7], after(month).replace(day=rule["day"])
        due = moved(county, rule, named)
        rows = []
        for township in expected(county, "monthly", named):
            there = around(county, plan, rule["kind"], township)
            records = [r for r in there if r[rule["month_field"]] == name]
            how, first = handed_in(records, rule["returned_field"], due, today)
            zero = first and first.get(rule["zero_field"]) == "true"
            rows.append({"id": township, "state": how, "date": first and first["date"], "zero": zero})
        said.append({"month": name, "due": due.isoformat(), "townships": rows})
        month = after(month)
    return said


# ---- The object (section 6) ----------------------------------------------------------------------------------------


def status(data, today, known=None, year=None):
    county = County(Path(data), known)
    today = date.fromisoformat(today)
    plan = county.plan(today, year)
    # The figures of year indicators end with the plan's year of themselves: nothing counts for them from a later day on.
    return {
        "schema": "culture.status/1",
        "plan": plan["year"],
        "as_of": today.isoformat(),
        "known_at": county.known and county.known.isoformat(timespec="seconds"),
        "indicators": [counted(county, plan, indicator, today) for indicator in plan["indicator"]],
        "arrangements": arrangements(county, plan, today),
        "monthly_reports": monthly_reports(county, plan, today),
    }


def main():
    words = argparse.ArgumentParser(description="The figures of `culture status --format json`, counted a second time.")
    words.add_argument("data")
    words.add_argument("--today", required=True)
    words.add_argument("--known")
    words.add_argument("--plan", type=int)
    asked = words.parse_args()
    said = status(asked.data, asked.today, asked.known, asked.plan)
    print(json.dumps(said, ensure_ascii=False, indent=2, default=float))


if __name__ == "__main__":
    main()
