"""A data directory made at random, the same for the same seed: written as docs/data-format.md says a clerk's months of
entering, correcting, changing, voiding, restoring, undoing and moving leave it.

    python3 random_county.py SEED FOLDER        makes it, to look at
"""

import csv
import json
import random
import sys
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

YEARS = (2016, 2017, 2018, 2019)
EARLIER = YEARS[:2]
HOLIDAYS = Path(__file__).resolve().parents[2] / "data" / "holidays" / "2018.toml"
CLAUSE = 'clause = "方案原文"'
CONSONANTS = "bcdfghjklmnpqrstvwxz"
# The same person in other widths, cases and spacings, and people who are nearly the same.
NAMES = ["王芳", "王 芳", "王　芳", "李敏", "Li Min", "ｌｉ　ｍｉｎ", "LI MIN", "张伟", "張偉", "Åsa", "Å sa", "ÅSA", "ﬁna", "FINA", "ΣΟΦΟΣ", "σοφος"]
HOMES = ["", "", "李庄", "李 庄", "1组", "１组", "①组", "东街,\"北\"院", "Ｄ区", "d区"]
TAILS = ["", "", "1234", "0071"]
OWN_KIND = """id = "lesson"
title = { zh = "讲座", en = "lesson" }
key = ["date", "hall"]
label = ["hall"]
end = "ended"

[roster]
kind = "pupil"
ref = "lesson"
person = ["name", "card"]
heads = "heads"
credit = "sent_by"

[[field]]
name = "date"
type = "date"
title = { zh = "日期", en = "date" }
required = true

[[field]]
name = "hall"
title = { zh = "地点", en = "hall" }
required = true

[[field]]
name = "weight"
type = "decimal"
places = 3
title = { zh = "分值", en = "weight" }

[[field]]
name = "heads"
type = "integer"
title = { zh = "人数", en = "heads" }
required = true

[[field]]
name = "level"
type = "choice"
title = { zh = "级别", en = "level" }
choices = [{ token = "high", zh = "高", en = "high" }, { token = "low", zh = "低", en = "low" }]

[[field]]
name = "ended"
type = "date"
title = { zh = "结束", en = "ended" }
"""
OWN_ROSTER = """id = "pupil"
title = { zh = "听讲人", en = "pupil" }
key = ["lesson", "name", "card"]
label = ["name"]

[[field]]
name = "date"
type = "date"
title = { zh = "日期", en = "date" }
required = true

[[field]]
name = "lesson"
type = "ref"
to = "lesson"
title = { zh = "讲座", en = "lesson" }
required = true

[[field]]
name = "name"
title = { zh = "姓名", en = "name" }
required = true

[[field]]
name = "card"
title = { zh = "证号", en = "card" }

[[field]]
name = "sent_by"
type = "township"
title = { zh = "选送单位", en = "sent by" }
"""
# One that lasts and has what the built-in ones have not: negative numbers, three decimals.
OWN_LASTING = """id = "corner"
title = { zh = "图书角", en = "reading corner" }
key = ["spot"]
label = ["spot"]
end = "shut"
lasting = true

[[field]]
name = "date"
type = "date"
title = { zh = "日期", en = "date" }
required = true

[[field]]
name = "spot"
title = { zh = "地点", en = "spot" }
required = true

[[field]]
name = "public"
type = "bool"
title = { zh = "对外", en = "public" }

[[field]]
name = "level"
type = "choice"
title = { zh = "级别", en = "level" }
choices = [{ token = "high", zh = "高", en = "high" }, { token = "low", zh = "低", en = "low" }]

[[field]]
name = "balance"
type = "integer"
min = -99
title = { zh = "增减", en = "balance" }

[[field]]
name = "weight"
type = "decimal"
places = 3
min = "-9.000"
title = { zh = "分值", en = "weight" }

[[field]]
name = "shut"
type = "date"
title = { zh = "关闭", en = "shut" }
"""
# What of a kind that lasts a change may ask for, and the field of its end.
LASTING = {
    "service-point": (["stage", "households", "households_reached", "radius_km"], None),
    "facility": (["free", "hours_per_week", "type"], "closed_on"),
    "troupe": (["discipline", "setting", "members"], "disbanded"),
    "staff": (["post", "on_list", "on_post", "full_time"], "left"),
    "corner": (["public", "level", "balance", "weight"], "shut"),
}
MORE_FIELDS = """id = "performance"

[[field]]
name = "stalls"
type = "integer"
title = { zh = "摊位", en = "stalls" }
"""
# What an indicator may measure: kind, where, measures, and whether people could be asked for.
INTO = ["enterprise", "village", "office", "campus", "community", "website", "none"]
CHOICES = {
    "training": [{"participants": "backbone"}, {"participants": ["staff", "public"]}, {}],
    "troupe": [{}, {"discipline": ["music", "dance"]}, {"discipline": "drama", "setting": "village"}],
    "performance": [{}, {"into": INTO[:6]}, {"into": "website"}],
    "service-point": [{}, {"type": "home-network"}, {"stage": "accepted"}, {"type": "digital-upgrade", "stage": ["listed", "equipped", "accepted"]}],
    "facility": [{"free": True}, {"free": "true"}, {}, {"free": "false", "type": "library"}],
    "staff": [{"on_list": True}, {"on_list": True, "on_post": True, "post": ["head", "officer", "other"]}, {"full_time": True, "post": "village"}],
    "corner": [{}, {"public": True}, {"level": ["low", "high"]}, {"public": [False], "level": "high"}],
    "expense": [{}, {"heading": "training"}],
    "publicity": [{}],
    "lesson": [{}, {"level": "high"}],
}
MEASURES = {
    "training": ["people", "people", "sum:trainees", "sum:hours", "count"],
    "troupe": ["count", "sum:members", "sum:members"],
    "performance": ["sum:sessions", "sum:audience", "count", "sum:stalls"],
    "service-point": ["count", "sum:households_reached", "sum:households_reached", "sum:radius_km"],
    "facility": ["count", "sum:hours_per_week", "sum:hours_per_week"],
    "staff": ["count"],
    "corner": ["count", "sum:balance", "sum:balance", "sum:weight"],
    "expense": ["sum:amount", "count"],
    "publicity": ["count"],
    "lesson": ["people", "sum:weight", "count", "sum:heads"],
}
WHOLES = {
    "training": ["sum:trainees", "count"],
    "performance": ["sum:audience", "sum:sessions"],
    "service-point": ["sum:households", "count"],
    "facility": ["count"],
    "troupe": ["count", "sum:members"],
    "staff": ["count"],
    "corner": ["count", "sum:balance"],
    "lesson": ["count", "sum:heads"],
}
# Values by which a whole may be wider than the figure that is a part of it.
WIDER = {
    "participants": "public", "discipline": "drama", "setting": "campus", "into": "none", "stage": "applied", "free": False,
    "post": "village", "on_post": False, "full_time": False, "heading": "other", "level": "low", "public": True,
}
# A figure and the whole that it is a part of are both exact to the same place.
DECIMALS = {"sum:hours", "sum:radius_km", "sum:hours_per_week", "sum:amount", "sum:weight"}
REQUIRED = {
    "training": {"topic", "trainees"},
    "trainee": {"training", "name"},
    "troupe": {"name", "discipline"},
    "performance": {"into", "place", "platform"},
    "service-point": {"type", "place"},
    "facility": {"name", "type"},
    "staff": {"name", "post", "on_list", "on_post", "full_time"},
    "corner": {"spot"},
    "expense": {"heading", "amount"},
    "publicity": {"title", "outlet"},
    "arrangement": set(),
    "monthly-report": {"month"},
    "lesson": {"hall", "heads"},
    "pupil": {"lesson", "name"},
}
ROSTERS = {"training": "trainee", "lesson": "pupil"}


# What a clerk does to a record that lasts, and whoever writes ledgers by hand: every one of it has to be tried.
DEEDS = {
    "enter", "correct everywhere", "correct one time", "change", "end", "open again", "move a change", "drop a change", "void",
    "restore", "undo", "merge", "move", "write by hand",
}


class Clerk:
    """Enters, corrects, changes, voids, restores and moves, one batch after the other, and writes it all down at the end."""

    def __init__(self, seed, folder):
        self.r, self.folder = random.Random(seed), Path(folder)
        self.offset = timezone(timedelta(hours=8)) if self.r.random() < 0.8 else timezone(timedelta(hours=-3, minutes=-30))
        self.clock = datetime(2018, 1, 2, 9, 0, 0, tzinfo=self.offset)
        self.rows = {}      # (township, year, kind) -> rows in file order
        self.latest = {}    # id -> (ledger, row)
        self.history = {}   # id -> its rows in file order
        self.deeds = Counter()
        self.serial = 0
        self.townships = [f"{name}{n}" for n, name in enumerate(self.r.sample(["cheng", "liu", "bai", "nan", "xin", "shi"], self.r.randint(2, 5)))]

    # -- chances

    def chance(self, part):
        return self.r.random() < part

    def pick(self, *of):
        return self.r.choice(of)

    def id(self):
        return "".join(self.r.choice(CONSONANTS) for _ in range(12))

    def day(self, year):
        """A day of a year; often one of those on which something is due, or the one before or after."""
        if self.chance(0.3):
            near = self.pick(date(year, 3, 10), date(year, 7, 1), date(year, 12, 1), date(year, 1, 1), date(year, 12, 31))
            near += timedelta(days=self.r.randint(-1, 1))
            return near if near.year == year else date(year, 1, 1)
        return date(year, 1, 1) + timedelta(days=self.r.randrange(365))

    def text(self, word):
        self.serial += 1
        return self.pick(f"{word}{self.serial}", f"{word} {self.serial}，\"引\"", f"{word},{self.serial}")

    # -- records

    def fields(self, kind, year):
        r, day = self.r, self.day(year).isoformat()
        if kind == "training":
            return {"date": day, "days": r.randint(1, 3), "participants": self.pick("backbone", "backbone", "staff", "public", ""), "topic": self.text("曲"), "place": self.text("馆"), "host": self.pick("", *self.townships), "trainees": r.randint(1, 9), "hours": self.pick("", f"{r.randint(0, 99) / 10:.1f}")}
        if kind == "troupe":
            return {"date": day, "name": self.text("团"), "discipline": self.pick("music", "dance", "drama"), "setting": self.pick("", "village", "campus"), "members": self.pick("", r.randint(1, 40)), "disbanded": self.ending(day)}
        if kind == "performance":
            into = self.pick(*INTO)
            return {"date": day, "into": into, "place": self.text("村"), "platform": self.text("网") if into == "website" else "", "title": self.text("戏"), "performer": "", "host": self.pick("", *self.townships), "sessions": self.pick("", 1, 1, 2, 3), "audience": self.pick("", r.randint(0, 900)), "note": self.pick("", "备注, “好”"), "stalls": self.pick("", r.randint(0, 9))}
        if kind == "service-point":
            return {"date": day, "type": self.pick("home-network", "digital-upgrade"), "place": self.text("点"), "stage": self.pick("applied", "listed", "equipped", "accepted", ""), "households": self.pick("", r.randint(0, 99)), "households_reached": self.pick("", r.randint(0, 50)), "radius_km": self.pick("", f"{r.randint(0, 60) / 10:.1f}")}
        if kind == "staff":
            yes = lambda: self.pick("true", "true", "false")
            return {"date": day, "name": self.text("员"), "post": self.pick("head", "officer", "village", "other"), "village": self.pick("", "村"), "on_list": yes(), "on_post": yes(), "full_time": yes(), "absence": self.pick("", "seconded", "sick"), "left": self.ending(day)}
        if kind == "corner":
            return {"date": day, "spot": self.text("角"), "public": self.pick("true", "false", ""), "level": self.pick("", "high", "low"), "balance": self.pick("", r.randint(-20, 40), r.randint(0, 9)), "weight": self.pick("", f"{r.randint(-900, 5000) / 1000:.3f}"), "shut": self.ending(day)}
        if kind == "facility":
            return {"date": day, "name": self.text("室"), "type": self.pick("library", "village-room"), "place": self.text("处"), "free": self.pick("true", "true", "false", ""), "hours_per_week": self.pick("", f"{r.randint(0, 400) / 10:.1f}"), "closed_on": self.ending(day)}
        if kind == "expense":
            return {"date": day, "heading": self.pick("training", "facilities", "other"), "amount": f"{r.randint(1, 999999) / 100:.2f}", "payee": self.text("店")}
        if kind == "publicity":
            return {"date": day, "title": self.text("稿"), "outlet": "报", "level": self.pick("", "county")}
        if kind == "arrangement":
            return {"date": day, "plan_year": self.pick(year, year, year, year + 1, ""), "returned": self.returned(day)}
        if kind == "monthly-report":
            return self.report(day, year)
        return {"date": day, "hall": self.text("厅"), "weight": self.pick("", f"{r.randint(0, 5000) / 1000:.3f}"), "heads": r.randint(0, 6), "level": self.pick("", "high", "low"), "ended": self.ending(day)}

    def ending(self, day):
        if self.chance(0.6):
            return ""
        return (date.fromisoformat(day) + timedelta(days=self.r.randint(0 if self.chance(0.1) else 1, 400))).isoformat()

    def returned(self, day):
        return "" if self.chance(0.6) else (date.fromisoformat(day) + timedelta(days=self.r.randint(0, 20))).isoformat()

    def report(self, day, year):
        """Mostly for the month before, mostly in the first days; now and then for a month far off, or in the next year."""
        month = date(year - (date.fromisoformat(day).month == 1), (date.fromisoformat(day).month + 10) % 12 + 1, 1)
        if self.chance(0.2):
            month = date(self.pick(year - 1, year, year), self.r.randint(1, 12), 1)
        if self.chance(0.6):
            day = date(year, date.fromisoformat(day).month, self.r.randint(1, 7)).isoformat()
        return {"date": day, "month": month.isoformat()[:7], "zero": self.pick("", "true", "false"), "highlights": self.pick("", "好"), "returned": self.returned(day)}

    def guest(self, kind, ref, record):
        """A line of a roster. Its own date may be later than the record's, and its name written otherwise."""
        day = date.fromisoformat(record["date"])
        if self.chance(0.2):
            day = min(day + timedelta(days=self.r.randint(0, 30)), date(day.year, 12, 31))
        who = {"date": day.isoformat(), ref: record["id"], "name": self.pick(*NAMES), "sent_by": self.pick("", "", *self.townships)}
        if kind == "trainee":
            return who | {"home": self.pick(*HOMES), "phone_tail": self.pick(*TAILS), "discipline": self.pick("", "舞")}
        return who | {"card": self.pick("", "A7", "ａ７", "b8")}

    # -- what a clerk does

    def tick(self):
        self.clock += timedelta(seconds=self.r.choice([0, 1, 3600, 86400, 200000]))
        return self.id()

    def row(self, ledger, id, rev, state, fields, batch, reason="", effective=""):
        at = self.clock
        if self.chance(0.1):
            at = at.astimezone(self.pick(timezone.utc, timezone(timedelta(hours=9))))
        since = {"effective": effective} if ledger[2] in LASTING else {}
        row = {"id": id, "rev": rev, "state": state, **fields, **since, "entered_at": at.isoformat(), "entered_by": "王芳", "reason": reason, "batch": batch}
        if self.chance(0.2):
            row["entered_at"] = row["entered_at"].replace("+00:00", "Z")
        self.rows.setdefault(ledger, []).append(row)
        self.latest[id] = (ledger, row)
        self.history.setdefault(id, []).append(row)
        return row

    def enter(self, kind):
        batch = self.tick()
        year = self.pick(2017, 2018, 2018, 2018, 2018, 2019)
        if kind in LASTING:
            self.deeds["enter"] += 1
            year = self.pick(year, *EARLIER)
        ledger = (self.pick(*self.townships), year, kind)
        for _ in range(self.pick(1, 1, 1, 3)):
            row = self.row(ledger, self.id(), 1, "live", self.fields(kind, year), batch)
            if kind in ROSTERS and self.chance(0.7):
                self.name(row, ledger, batch)
        if kind == "monthly-report" and self.chance(0.4):
            # Another of the same day, which may have the smaller id.
            self.row(ledger, self.id(), 1, "live", own(row) | {"zero": self.pick("true", ""), "returned": self.pick("", row["returned"])}, batch)

    def name(self, record, ledger, batch):
        """Some lines of its roster: fewer or more than it has heads, one name perhaps twice."""
        township, year, kind = ledger
        roster = ROSTERS[kind]
        for _ in range(self.r.randint(1, 6)):
            guest = self.guest(roster, kind, record)
            self.row((township, year, roster), self.id(), 1, "live", guest, batch)
            if self.chance(0.15):
                # Once more, for another township: the smaller id decides, wherever it stands.
                self.row((township, year, roster), self.id(), 1, "live", guest | {"sent_by": self.pick("", *self.townships)}, batch)

    def correct(self):
        """A correction, a void, a restore."""
        if not self.latest:
            return
        id = self.pick(*self.latest)
        ledger, row = self.latest[id]
        if ledger[2] in LASTING:
            return
        batch, (_, year, kind) = self.tick(), ledger
        fields, state = own(row), self.pick("live", "live", "void")
        if self.chance(0.6) and kind not in ROSTERS.values():
            fresh = self.fields(kind, year)
            for field in self.r.sample(sorted(fresh), self.r.randint(1, 3)):
                fields[field] = fresh[field]
            if kind == "performance":
                fields["platform"] = fields["platform"] or "网"
        elif kind in ROSTERS.values():
            fields["name"] = self.pick(*NAMES)
        self.row(ledger, id, row["rev"] + 1, state, fields, batch, "更正")

    # -- what a clerk does to a record that lasts: a timeline is a list of (from, state, fields), from the beginning ("") on

    def append(self, ledger, id, wanted, batch, reason):
        """The rows of a timeline, from those in force on the first day on which it is another than what stood."""
        stood = timeline(self.history[id])
        same = 0
        while same < min(len(stood), len(wanted)) and stood[same] == wanted[same]:
            same += 1
        if same == len(wanted) == len(stood):
            return
        # Where what stood had a time of its own, the time before it goes on, and is said again.
        if same == len(wanted) or same < len(stood) and stood[same][0] < wanted[same][0]:
            same -= 1
        for since, state, fields in wanted[same:]:
            self.row(ledger, id, self.latest[id][1]["rev"] + 1, state, fields, batch, reason, since)

    def since(self, stood, fields):
        """A day of a change: mostly after the record's date, now and then that of another change, or a day from it."""
        days = [since for since, _, _ in stood[1:]]
        if days and self.chance(0.3):
            return (date.fromisoformat(self.pick(*days)) + timedelta(days=self.r.randint(-1, 1))).isoformat()
        day = self.day(self.pick(2017, 2018, 2018, 2018, 2018, 2019)).isoformat()
        if day < fields["date"]:
            day = (date.fromisoformat(fields["date"]) + timedelta(days=self.r.randint(0, 300))).isoformat()
        return day

    def fresh(self, ledger, number=3):
        """Some fields' new values, of those that a change may ask for."""
        changing, _ = LASTING[ledger[2]]
        values = self.fields(ledger[2], ledger[1])
        return {field: values[field] for field in self.r.sample(changing, self.r.randint(1, number))}

    def keep_up(self):
        """Something is done to a record that lasts."""
        lasting = [id for id, (ledger, _) in self.latest.items() if ledger[2] in LASTING]
        if not lasting:
            return
        # Mostly to one of the last that were touched, so that some have long histories.
        id = self.pick(*lasting[-4:]) if self.chance(0.5) else self.pick(*lasting)
        ledger, row = self.latest.pop(id)
        self.latest[id] = ledger, row
        if self.chance(0.12):
            return self.by_hand(ledger, id)
        if row["state"] == "void":
            return self.restore(ledger, id)
        stood = timeline(self.history[id])
        deeds = [self.change, self.change_of_end]
        if self.chance(0.4):
            deeds = [self.correct_timeline, self.correct_timeline, self.redate, self.redate, self.void, self.undo, self.merge]
        self.pick(*deeds)(ledger, id, stood)

    def change(self, ledger, id, stood, asked=None):
        """From a day on; of later times, what was asked is carried into those that said nothing of it themselves."""
        since, asked = self.since(stood, stood[0][2]), asked or self.fresh(ledger)
        before = [time for time in stood if time[0] <= since]
        wanted = [time for time in stood if time[0] < since] + [(since, "live", before[-1][2] | asked)]
        earlier, carried = before[-1][2], dict(asked)
        for time in stood[len(before):]:
            carried = {field: value for field, value in carried.items() if time[2][field] == earlier[field]}
            wanted.append((time[0], time[1], time[2] | carried))
            earlier = time[2]
        self.deeds["change"] += 1
        self.append(ledger, id, wanted, self.tick(), self.pick("", "变动"))

    def change_of_end(self, ledger, id, stood):
        """Disbanded from a day on, which is the day of its end; or open again."""
        _, end = LASTING[ledger[2]]
        if end is None:
            return self.change(ledger, id, stood)
        since, batch = self.since(stood, stood[0][2]), self.tick()
        before = [time for time in stood if time[0] <= since]
        ended = "" if before[-1][2][end] else since
        self.deeds["end" if ended else "open again"] += 1
        wanted = [time for time in stood if time[0] < since] + [(since, "live", before[-1][2] | {end: ended})]
        later = [(day, state, fields | {end: ended}) for day, state, fields in stood[len(before):]]
        self.append(ledger, id, wanted + later, batch, "")

    def correct_timeline(self, ledger, id, stood):
        """Everywhere; or at the time that a day names."""
        at, asked = self.r.randrange(len(stood)), self.fresh(ledger)
        everywhere = self.chance(0.5)
        self.deeds["correct everywhere" if everywhere else "correct one time"] += 1
        wanted = [(since, state, fields | asked if everywhere or n == at else fields) for n, (since, state, fields) in enumerate(stood)]
        self.append(ledger, id, wanted, self.tick(), "更正")

    def redate(self, ledger, id, stood):
        """Its date, from the beginning; or a change to another day, or away."""
        batch = self.tick()
        if len(stood) == 1 or self.chance(0.3):
            day = self.day(ledger[1]).isoformat()
            return self.append(ledger, id, [(since, state, fields | {"date": day}) for since, state, fields in stood], batch, "更正")
        at = self.r.randrange(1, len(stood))
        _, state, fields = stood[at]
        others = stood[:at] + stood[at + 1:]
        if self.chance(0.4):
            self.deeds["drop a change"] += 1
            return self.append(ledger, id, others, batch, "更正")
        since = self.since(stood, fields)
        self.deeds["move a change"] += 1
        kept = [time for time in others if time[0] != since]
        self.append(ledger, id, sorted(kept + [(since, state, fields)], key=lambda time: time[0]), batch, "更正")

    def void(self, ledger, id, stood):
        self.deeds["void"] += 1
        self.row(ledger, id, self.latest[id][1]["rev"] + 1, "void", stood[self.pick(0, -1)][2], self.tick(), "作废")

    def restore(self, ledger, id):
        """With the timeline that it had."""
        rows = self.history[id]
        while rows[-1]["state"] == "void":
            rows = rows[:-1]
        self.deeds["restore"] += 1
        self.append(ledger, id, timeline(rows), self.tick(), "恢复")

    def undo(self, ledger, id, stood):
        """The timeline before its last batch; of an entry, a void."""
        rows = self.history[id]
        before = [row for row in rows if row["batch"] != rows[-1]["batch"]]
        self.deeds["undo"] += 1
        self.append(ledger, id, timeline(before) or [("", "void", stood[0][2])], self.tick(), f"撤销 {rows[-1]['batch']}")

    def merge(self, ledger, id, stood):
        """Theirs, as they wrote it one row after the other, and then the timeline that was chosen, in one batch."""
        theirs = [(since, state, fields | self.fresh(ledger)) for since, state, fields in stood]
        if self.chance(0.5):
            theirs.append((max(self.since(stood, stood[0][2]), theirs[-1][0]), "live", theirs[-1][2] | self.fresh(ledger)))
        batch = self.tick()
        self.deeds["merge"] += 1
        self.append(ledger, id, theirs, batch, "合并")
        if self.chance(0.6):
            self.append(ledger, id, stood, batch, "合并")

    def by_hand(self, ledger, id):
        """Rows that no command writes, and the format allows: any day of effect, in any order, any date of the ledger's
        year, a void between."""
        batch, fields = self.tick(), own(self.latest[id][1])
        self.deeds["write by hand"] += 1
        for _ in range(self.pick(1, 1, 2, 3)):
            fresh = self.fields(ledger[2], ledger[1])
            asked = self.r.sample(sorted(fresh), self.r.randint(0, 3))
            fields = fields | {field: fresh[field] for field in asked}
            state = self.pick("live", "live", "live", "void")
            days = [fields["date"], f"{ledger[1]}-01-01", f"{ledger[1]}-12-31", self.day(self.pick(*YEARS)).isoformat(), ""]
            self.row(ledger, id, self.latest[id][1]["rev"] + 1, state, fields, batch, self.pick("", "更正"), "" if state == "void" else self.pick(*days))

    def move(self):
        """To another township or another year: void there, and a new record here."""
        movable = [i for i, (ledger, row) in self.latest.items() if row["state"] == "live" and ledger[2] not in ROSTERS and ledger[2] not in ROSTERS.values()]
        if not movable:
            return
        id = self.pick(*movable)
        (township, year, kind), row = self.latest[id]
        to, batch, fresh = (self.pick(*self.townships), self.pick(2017, 2018, 2019), kind), self.tick(), self.id()
        if to == (township, year, kind):
            return
        fields, stood = own(row), timeline(self.history[id])
        self.row((township, year, kind), id, row["rev"] + 1, "void", fields, batch, f"移至 {fresh}")
        here = lambda fields: fields | {"date": f"{to[1]}{fields['date'][4:]}"}
        if kind not in LASTING or stood[0][1] == "void":
            self.row(to, fresh, 1, "live", here(fields), batch, f"移自 {id}")
            return
        # With its timeline.
        self.deeds["move"] += 1
        for rev, (since, state, fields) in enumerate(stood, 1):
            self.row(to, fresh, rev, state, here(fields), batch, f"移自 {id}", since)

    # -- files

    def write(self, path, text):
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")

    def ledger(self, key, rows):
        """One CSV file; a column that is never filled may be missing, and between id and batch they may stand anyhow."""
        township, year, kind = key
        columns = [c for c in rows[0] if c not in ("id", "batch")]
        kept = REQUIRED[kind] | {"rev", "state", "date", "entered_at", "entered_by", "reason"}
        columns = [c for c in columns if c in kept or any(row.get(c) != "" for row in rows) or self.chance(0.5)]
        if self.chance(0.3):
            self.r.shuffle(columns)
        path = self.folder / "townships" / township / str(year) / f"{kind}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, ["id", *columns, "batch"], lineterminator="\n", extrasaction="ignore")
            out.writeheader()
            out.writerows(rows)

    def township(self, n, id):
        kind = self.pick("township", "township", "industrial-zone", "county-unit")
        lines = [f'name = "{id}镇"', f'kind = "{kind}"', f"order = {self.pick(n * 10, 10)}"]
        for flag in ("arrangement", "monthly"):
            if self.chance(0.3):
                lines.append(f"{flag} = {self.pick('true', 'false')}")
        first = self.day(2018)
        if self.chance(0.3):
            lines.append(f"from = {first}")
        if self.chance(0.2):
            lines.append(f"until = {first + timedelta(days=self.r.randrange(300))}")
        self.write(f"townships/{id}/township.toml", "\n".join(lines) + "\n")

    def indicator(self, n):
        kind = self.pick(*MEASURES) if self.chance(0.6) else self.pick(*LASTING)
        measure, where = self.pick(*MEASURES[kind]), self.pick(*CHOICES[kind])
        lines = ["[[indicator]]", f'id = "figure-{n}"', f'title = {{ zh = "指标{n}", en = "figure {n}" }}', 'unit = { zh = "个", en = "items" }', f'kind = "{kind}"', f'measure = "{measure}"', CLAUSE]
        if where:
            lines.append("where = " + table(where))
        if (kind in LASTING or kind == "lesson") and measure != "people" and self.chance(0.5):
            lines.append('span = "standing"')
        if kind in WHOLES and measure not in DECIMALS and self.chance(0.4):
            lines.append(f'{self.pick("of", "of_all")} = "{self.pick(*WHOLES[kind])}"')
        elif measure in DECIMALS and self.chance(0.4):
            lines.append(f'of_all = "{measure}"')
        if where and lines[-1].startswith("of_all") and self.chance(0.6):
            lines.append("of_where = " + table(self.wider(where)))
        if self.chance(0.7):
            lines += self.target(measure)
        return lines

    def wider(self, where):
        """Some of the fields by which the part is selected, with its values and now and then one more."""
        fields = self.r.sample(sorted(where), self.r.randint(1, len(where)))
        whole = {field: where[field] if isinstance(where[field], list) else [where[field]] for field in fields}
        for field, values in whole.items():
            if field in WIDER and WIDER[field] not in values and self.chance(0.5):
                whole[field] = [*values, WIDER[field]]
        return whole

    def target(self, measure):
        target = self.pick(1, 3, self.r.randint(1, 30), self.r.randint(1, 30), self.r.randint(1, 200))
        lines = [f"target = {target}"]
        if self.chance(0.2):
            lines.append("stretch = true")
        if self.chance(0.3):
            days = sorted(self.r.sample([date(2018, 4, 1), date(2018, 6, 15), date(2018, 9, 30), date(2018, 12, 31)], self.r.randint(1, 3)))
            shares = sorted(self.r.sample(range(10, 100), len(days) - 1)) + [100]
            lines.append("milestones = [" + ", ".join(f"{{ due = {d}, share = {s} }}" for d, s in zip(days, shares)) + "]")
        if self.chance(0.5):
            split = dict.fromkeys(self.r.sample(self.townships, self.r.randint(1, len(self.townships))), 0)
            for _ in range(target):
                split[self.pick(*split)] += 1
            lines += ["[indicator.shares]", *(f"{township} = {part}" for township, part in split.items() if part)]
        return lines

    def plan(self, year):
        course = date(year, 3, 10) if self.chance(0.7) else date(year, 1, 1) + timedelta(days=self.r.randrange(100))
        first, last = self.pick((3, 11), (1, 12), (2, 5))
        lines = [
            f"year = {year}", f'title = {{ zh = "{year}年方案", en = "plan {year}" }}', f"course_from = {course}", "inclusive = true",
            "[[milestone]]", f"due = {year}-07-01", f"share = {self.pick(50, 50, 33)}", CLAUSE,
            "[[milestone]]", f"due = {year}-12-01", "share = 100", CLAUSE,
            "[arrangement]", 'kind = "arrangement"', 'year_field = "plan_year"', 'returned_field = "returned"', f"due = {year}-03-10", CLAUSE,
            "[monthly_report]", 'kind = "monthly-report"', 'month_field = "month"', 'returned_field = "returned"', 'zero_field = "zero"',
            f"day = {self.pick(5, 5, 1, 28)}", f'first_month = "{year}-{first:02}"', f'last_month = "{year}-{last:02}"', f'rest_day = "{self.pick("keep", "keep", "next", "previous")}"', CLAUSE,
        ]
        for n in range(self.r.randint(4, 12)):
            lines += self.indicator(n)
        self.write(f"plans/{year}.toml", "\n".join(lines).replace("2018-", f"{year}-") + "\n")

    def make(self):
        hours = self.offset.utcoffset(None) // timedelta(minutes=1)
        sign = "-" if hours < 0 else "+"
        self.write("culture.toml", f'format = 1\ncounty = "县"\nlanguage = "zh"\nutc_offset = "{sign}{abs(hours) // 60:02}:{abs(hours) % 60:02}"\n')
        self.write("kinds/lesson.toml", OWN_KIND)
        self.write("kinds/pupil.toml", OWN_ROSTER)
        self.write("kinds/corner.toml", OWN_LASTING)
        self.write("kinds/performance.toml", MORE_FIELDS)
        if self.chance(0.5):
            self.write("holidays/2018.toml", HOLIDAYS.read_text(encoding="utf-8"))
        for n, id in enumerate(self.townships):
            self.township(n, id)
        kinds = [*MEASURES, *["monthly-report"] * 5, "arrangement", "training"]
        self.plans = [2018] + [year for year in (2017, 2019) if self.chance(0.25)]
        for year in self.plans:
            self.plan(year)
        # Some counties hold more that lasts, and some are full of changes.
        kinds += self.pick([], [*LASTING] * 2, [*LASTING] * 6)
        entered = self.pick(0.65, 0.45, 0.25)
        for _ in range(self.r.randint(5, 300)):
            deed = self.r.random()
            if deed < entered:
                self.enter(self.pick(*kinds))
            elif deed < 0.95:
                self.pick(self.correct, self.keep_up, self.keep_up)()
            else:
                self.move()
        for key, rows in self.rows.items():
            self.ledger(key, rows)
        return self

    # -- what to ask

    def questions(self, number):
        """Days, moments and plans to ask for: most of them where an answer changes."""
        for _ in range(number):
            year = self.pick(2018, 2018, 2018, 2019)
            due = self.pick(date(year, 3, 10), date(year, 7, 1), date(year, 12, 1), date(year, self.r.randint(1, 12), 5), date(year, 12, 31), date(year, 6, 15), self.day(year))
            if self.chance(0.5):
                due = self.changing() or due
            today = due + timedelta(days=self.r.randint(-1, 1))
            plan = self.pick(None, None, *self.plans)
            yield today.isoformat(), self.moment(), plan

    def changing(self):
        """A day that a row of something that lasts names."""
        rows = [row for ledger, rows in self.rows.items() if ledger[2] in LASTING for row in rows]
        if not rows:
            return None
        row = self.pick(*rows)
        named = [row["effective"], row["effective"], row["date"], *(row.get(end) for _, end in LASTING.values())]
        return date.fromisoformat(self.pick(*filter(None, named)))

    def moment(self):
        if self.chance(0.5) or not self.latest:
            return None
        rows = [row for rows in self.rows.values() for row in rows]
        row = self.pick(*rows) if self.chance(0.5) else self.pick(*self.latest.values())[1]
        at = datetime.fromisoformat(row["entered_at"].replace("Z", "+00:00"))
        at += timedelta(seconds=self.pick(-1, 0, 0))
        return self.pick(at.date().isoformat(), at.isoformat(), at.astimezone(self.offset).isoformat())


def own(row):
    """The kind's fields of a row."""
    others = ("id", "rev", "state", "effective", "entered_at", "entered_by", "reason", "batch")
    return {k: v for k, v in row.items() if k not in others}


def table(where):
    return "{ " + ", ".join(f"{field} = {json.dumps(values)}" for field, values in where.items()) + " }"


def timeline(rows):
    """What rows say of a record's times: each replaces all that was said of the days from its own on."""
    said = []
    for row in rows:
        since = row.get("effective", "")
        said = [time for time in said if time[0] < since] + [(since, row["state"], own(row))]
    return said


if __name__ == "__main__":
    Clerk(int(sys.argv[1]), sys.argv[2]).make()
