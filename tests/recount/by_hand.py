"""Counties small enough to be counted on paper, with the numbers that docs/counting.md gives or that follow from its words.

    python3 by_hand.py [CULTURE]        asks the recount, and `culture status --format json` where it is named

Exit 0 if every number is the expected one, else 1.
"""

import json
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import recount
from compare import ask

PLAN = """year = 2018
title = "plan"
course_from = 2018-03-10
inclusive = true
[[milestone]]
due = 2018-12-01
share = 100
clause = "c"
"""
REPORTS = """[monthly_report]
kind = "monthly-report"
month_field = "month"
returned_field = "returned"
zero_field = "zero"
day = 5
first_month = "2018-03"
last_month = "2018-11"
clause = "c"
"""
COMMON = 'title = "t"\nunit = "u"\nclause = "c"\n'
LISTED = 'where = { type = "digital-upgrade", stage = ["listed", "equipped", "accepted"] }'
POINTS = f"""[[indicator]]
id = "points"
kind = "service-point"
measure = "count"
{LISTED}
target = 1
{COMMON}[[indicator]]
id = "points-standing"
kind = "service-point"
measure = "count"
of_all = "count"
span = "standing"
{LISTED}
{COMMON}"""
REACH = f"""[[indicator]]
id = "reach"
kind = "service-point"
measure = "sum:households_reached"
of = "sum:households"
where = {{ type = "home-network" }}
span = "standing"
{COMMON}[[indicator]]
id = "newly"
kind = "service-point"
measure = "sum:households_reached"
of_all = "sum:households"
where = {{ stage = "accepted" }}
{COMMON}"""
TROUPES = f"""[[indicator]]
id = "troupes"
kind = "troupe"
measure = "count"
where = {{ discipline = "music" }}
{COMMON}[[indicator]]
id = "standing"
kind = "troupe"
measure = "count"
span = "standing"
target = 2
{COMMON}"""
ON_LIST = 'on_list = true, post = ["head", "officer", "other"]'
STAFF = "".join(
    f"""[[indicator]]
id = "{span}"
kind = "staff"
measure = "count"
where = {{ {ON_LIST}, on_post = true }}
of_all = "count"
of_where = {{ {ON_LIST} }}
span = "{span}"
{COMMON}"""
    for span in ("standing", "year")
)
PEOPLE = f"""[[indicator]]
id = "trained"
kind = "training"
measure = "people"
{COMMON}"""

POINT = "id,rev,state,date,type,place,stage,effective,entered_at,entered_by,reason,batch"
HOMES = "id,rev,state,date,type,place,stage,households,households_reached,effective,entered_at,entered_by,reason,batch"
PERSON = "id,rev,state,date,name,post,on_list,on_post,full_time,left,effective,entered_at,entered_by,reason,batch"
TROUPE = "id,rev,state,date,name,discipline,disbanded,effective,entered_at,entered_by,reason,batch"


def entered(when, batch):
    return f"{when}T09:00:00+08:00,王芳,,{batch * 12}"


def point(id, rev, state, day, stage, effective, when, batch):
    return f"{id * 12},{rev},{state},{day},digital-upgrade,站{id},{stage},{effective},{entered(when, batch)}"


def homes(id, rev, day, stage, households, reached, effective, when, batch):
    values = f"home-network,村{id},{stage},{households},{reached},{effective}"
    return f"{id * 12},{rev},live,{day},{values},{entered(when, batch)}"


def troupe(id, rev, day, discipline, disbanded, effective, when, batch):
    return f"{id * 12},{rev},live,{day},团{id},{discipline},{disbanded},{effective},{entered(when, batch)}"


def person(id, rev, day, post, on_list, on_post, left, effective, when, batch):
    return f"{id * 12},{rev},live,{day},员{id},{post},{on_list},{on_post},true,{left},{effective},{entered(when, batch)}"


# What each case is about; its plan's indicators; its ledgers; and what is expected: the day, what was known (or None), where
# in the answer, the number.
CASES = [
    (
        "applied for on 25 May, listed on 20 November: a change",
        POINTS,
        {"2018/service-point": [POINT, point("b", 1, "live", "2018-05-25", "applied", "", "2018-05-25", "c"), point("b", 2, "live", "2018-05-25", "listed", "2018-11-20", "2018-11-21", "d")]},
        [
            ("2018-05-31", None, "points.done", 0),
            ("2018-11-19", None, "points.done", 0),
            ("2018-11-19", None, "points.milestones.0.reached_on", None),
            ("2018-11-20", None, "points.done", 1),
            ("2018-12-31", None, "points.milestones.0.reached_on", "2018-11-20"),
            ("2018-12-31", None, "points.milestones.0.state", "met"),
            ("2018-12-31", None, "points.months.4.done", 0),
            ("2018-12-31", None, "points.months.10.done", 1),
            ("2018-12-31", None, "points.months.11.done", 0),
            ("2018-12-31", "2018-11-20", "points.done", 0),
            ("2018-12-31", "2018-11-21", "points.done", 1),
            ("2018-05-24", None, "points-standing.of", 0),
            ("2018-05-25", None, "points-standing.of", 1),
            ("2018-11-30", None, "points-standing.months.9.done", 0),
            ("2018-11-30", None, "points-standing.months.10.done", 1),
        ],
    ),
    (
        "the same, corrected",
        POINTS,
        {"2018/service-point": [POINT, point("b", 1, "live", "2018-05-25", "applied", "", "2018-05-25", "c"), point("b", 2, "live", "2018-05-25", "listed", "", "2018-11-21", "d")]},
        [
            ("2018-05-31", None, "points.done", 1),
            ("2018-05-31", "2018-11-20", "points.done", 0),
            ("2018-12-31", None, "points.milestones.0.reached_on", "2018-05-25"),
        ],
    ),
    (
        "the same, its place corrected afterwards: the timeline is stated again",
        POINTS,
        {"2018/service-point": [POINT, point("b", 1, "live", "2018-05-25", "applied", "", "2018-05-25", "c"), point("b", 2, "live", "2018-05-25", "listed", "2018-11-20", "2018-11-21", "d"), point("b", 3, "live", "2018-05-25", "applied", "", "2018-11-22", "f"), point("b", 4, "live", "2018-05-25", "listed", "2018-11-20", "2018-11-22", "f")]},
        [
            ("2018-11-19", None, "points.done", 0),
            ("2018-11-20", None, "points.done", 1),
            ("2018-11-20", "2018-11-21", "points.done", 1),
        ],
    ),
    (
        "applied for the year before; listed the year before; dated back to before what it says of a day",
        POINTS,
        {
            "2017/service-point": [POINT, point("b", 1, "live", "2017-05-25", "applied", "", "2018-01-03", "c"), point("b", 2, "live", "2017-05-25", "listed", "2018-11-20", "2018-11-21", "d"), point("f", 1, "live", "2017-05-25", "applied", "", "2018-01-03", "c"), point("f", 2, "live", "2017-05-25", "listed", "2017-12-31", "2018-11-21", "d"), point("f", 3, "live", "2017-05-25", "accepted", "2018-06-01", "2018-11-21", "d")],
            # From a day before its date on: it is there from its date, with those values.
            "2018/service-point": [POINT, point("g", 1, "live", "2018-05-25", "applied", "", "2018-05-25", "h"), point("g", 2, "live", "2018-05-25", "listed", "2018-04-01", "2018-05-26", "j")],
        },
        [
            ("2018-05-24", None, "points.done", 0),
            ("2018-05-25", None, "points.done", 1),
            ("2018-11-20", None, "points.done", 2),
            ("2018-04-01", None, "points-standing.done", 1),
            ("2018-12-31", None, "points-standing.done", 3),
            ("2018-12-31", None, "points.milestones.0.reached_on", "2018-05-25"),
        ],
    ),
    (
        "voided, restored with its timeline, and there again from a day on only",
        POINTS,
        {"2018/service-point": [POINT, point("b", 1, "live", "2018-05-25", "applied", "", "2018-05-25", "c"), point("b", 2, "live", "2018-05-25", "listed", "2018-06-10", "2018-06-10", "d"), point("b", 3, "void", "2018-05-25", "listed", "", "2018-06-11", "f"), point("b", 4, "live", "2018-05-25", "applied", "", "2018-06-12", "g"), point("b", 5, "live", "2018-05-25", "listed", "2018-06-10", "2018-06-12", "g"), point("b", 6, "void", "2018-05-25", "listed", "", "2018-06-13", "h"), point("b", 7, "live", "2018-05-25", "listed", "2018-07-02", "2018-07-03", "j")]},
        [
            ("2018-06-30", "2018-06-10", "points.done", 1),
            ("2018-06-30", "2018-06-11", "points.done", 0),
            ("2018-06-30", "2018-06-11", "points-standing.of", 0),
            ("2018-06-09", "2018-06-12", "points.done", 0),
            ("2018-06-10", "2018-06-12", "points.done", 1),
            ("2018-07-01", None, "points-standing.of", 0),
            ("2018-07-02", None, "points-standing.of", 1),
            ("2018-12-31", None, "points.milestones.0.reached_on", "2018-07-02"),
        ],
    ),
    (
        "a later revision from an earlier day on replaces what was said of the days after it",
        POINTS,
        {"2018/service-point": [POINT, point("b", 1, "live", "2018-05-25", "applied", "", "2018-05-25", "c"), point("b", 2, "live", "2018-05-25", "listed", "2018-08-01", "2018-08-01", "d"), point("b", 3, "live", "2018-05-25", "applied", "2018-07-01", "2018-08-02", "f")]},
        [("2018-08-31", "2018-08-01", "points.done", 1), ("2018-08-31", None, "points.done", 0), ("2018-08-31", None, "points.milestones.0.reached_on", None)],
    ),
    (
        "301 of 420 households in June, 450 of 512 from 10 July on",
        REACH,
        {"2018/service-point": [HOMES, homes("b", 1, "2018-04-01", "listed", 420, 301, "", "2018-04-01", "c"), homes("b", 2, "2018-04-01", "accepted", 512, 450, "2018-07-10", "2018-07-20", "d"), homes("b", 3, "2018-04-01", "accepted", 512, 460, "2018-08-01", "2018-08-01", "f")]},
        [
            ("2018-06-30", None, "reach.done", 301),
            ("2018-06-30", None, "reach.of", 420),
            ("2018-07-09", None, "reach.done", 301),
            ("2018-07-10", None, "reach.done", 450),
            ("2018-07-10", None, "reach.of", 512),
            ("2018-07-10", None, "reach.percent", 87.8),
            ("2018-07-10", "2018-07-19", "reach.of", 420),
            ("2018-08-31", None, "reach.months.5.done", 301),
            ("2018-08-31", None, "reach.months.6.done", 450),
            ("2018-08-31", None, "reach.months.7.done", 460),
            # Accepted on 10 July, it counts from then with what it said then; as one of all, from its date with what it said then.
            ("2018-06-30", None, "newly.done", 0),
            ("2018-06-30", None, "newly.of", 420),
            ("2018-08-31", None, "newly.done", 450),
            ("2018-08-31", None, "newly.of", 420),
            ("2018-08-31", None, "newly.months.6.done", 450),
            ("2018-08-31", None, "newly.months.7.done", 0),
        ],
    ),
    (
        "founded in 2017, disbanded on 30 June 2018, there again from 1 September on",
        TROUPES,
        {
            "2017/troupe": [TROUPE, troupe("b", 1, "2017-06-01", "music", "", "", "2018-01-03", "c"), troupe("b", 2, "2017-06-01", "music", "2018-06-30", "2018-06-30", "2018-07-01", "d"), troupe("b", 3, "2017-06-01", "music", "", "2018-09-01", "2018-09-01", "f")],
            # Without the column; one turns to music, and another is one of music until it turns away from it.
            "2018/troupe": [TROUPE, troupe("g", 1, "2018-02-01", "dance", "", "", "2018-02-01", "h"), troupe("g", 2, "2018-02-01", "music", "", "2018-10-01", "2018-10-01", "j"), troupe("k", 1, "2018-03-01", "music", "", "", "2018-03-01", "l"), troupe("k", 2, "2018-03-01", "drama", "", "2018-04-01", "2018-04-01", "m")],
        },
        [
            ("2018-06-29", None, "standing.done", 3),
            ("2018-06-30", None, "standing.done", 2),
            ("2018-08-31", None, "standing.done", 2),
            ("2018-09-01", None, "standing.done", 3),
            ("2018-12-31", None, "standing.milestones.0.reached_on", "2018-02-01"),
            ("2018-02-28", None, "troupes.done", 0),
            ("2018-04-01", None, "troupes.done", 1),
            ("2018-10-01", None, "troupes.done", 2),
            ("2019-01-15", None, "troupes.done", 2),
        ],
    ),
    (
        "on post of those on the list: one is away for two months, one leaves, one comes onto the list and then to the post",
        STAFF,
        {"2018/staff": [PERSON, person("b", 1, "2018-02-01", "head", "true", "true", "", "", "2018-02-01", "c"), person("b", 2, "2018-02-01", "head", "true", "false", "", "2018-05-01", "2018-05-02", "d"), person("b", 3, "2018-02-01", "head", "true", "true", "", "2018-07-01", "2018-07-02", "f"), person("g", 1, "2018-01-10", "officer", "true", "true", "", "", "2018-01-10", "h"), person("g", 2, "2018-01-10", "officer", "true", "true", "2018-09-01", "2018-09-01", "2018-09-01", "j"), person("k", 1, "2018-01-10", "village", "true", "true", "", "", "2018-01-10", "h"), person("l", 1, "2018-03-01", "other", "false", "false", "", "", "2018-03-01", "m"), person("l", 2, "2018-03-01", "other", "true", "false", "", "2018-06-01", "2018-06-01", "n"), person("l", 3, "2018-03-01", "other", "true", "true", "", "2018-08-01", "2018-08-01", "p")]},
        [
            *((day, None, f"standing.{what}", value) for day, done, of in (("2018-04-30", 2, 2), ("2018-05-01", 1, 2), ("2018-06-01", 1, 3), ("2018-06-30", 1, 3), ("2018-07-01", 2, 3), ("2018-08-01", 3, 3), ("2018-09-01", 2, 2)) for what, value in (("done", done), ("of", of))),
            ("2018-06-30", None, "standing.percent", 33.3),
            ("2018-12-31", None, "standing.months.4.done", 1),
            ("2018-12-31", None, "standing.months.6.done", 2),
            *((day, None, f"year.{what}", value) for day, done, of in (("2018-01-31", 1, 1), ("2018-05-31", 2, 2), ("2018-06-01", 2, 3), ("2018-08-01", 3, 3), ("2018-12-31", 3, 3)) for what, value in (("done", done), ("of", of))),
        ],
    ),
    (
        "a ledger without the column",
        TROUPES,
        {"2018/troupe": ["id,rev,state,date,name,discipline,entered_at,entered_by,reason,batch", f"{'b' * 12},1,live,2018-02-01,团,dance,{entered('2018-02-01', 'c')}", f"{'b' * 12},2,live,2018-02-01,团,music,{entered('2018-03-01', 'd')}"]},
        [("2018-02-01", None, "troupes.done", 1), ("2018-12-31", "2018-02-28", "troupes.done", 0), ("2018-12-31", "2018-02-28", "standing.done", 1)],
    ),
    (
        "one named twice in a record, the larger id first; two reports of one day, the larger id first",
        PEOPLE + REPORTS,
        {
            "2018/training": ["id,rev,state,date,topic,trainees,entered_at,entered_by,reason,batch", f"{'b' * 12},1,live,2018-04-02,合唱,3,{entered('2018-04-02', 'c')}"],
            "2018/trainee": ["id,rev,state,date,training,name,sent_by,home,entered_at,entered_by,reason,batch", *(f"{id * 12},1,live,2018-04-02,{'b' * 12},王芳,{by},南村,{entered('2018-04-02', 'c')}" for id, by in (("d", ""), ("c", "liu")))],
            "2018/monthly-report": ["id,rev,state,date,month,zero,entered_at,entered_by,reason,batch", *(f"{id * 12},1,live,2018-04-03,2018-03,{zero},{entered('2018-04-03', 'f')}" for id, zero in (("h", "true"), ("g", "false")))],
        },
        [
            ("2018-04-30", None, "trained.done", 3),
            ("2018-04-30", None, "trained.townships.cheng.done", 2),
            ("2018-04-30", None, "trained.townships.liu.done", 1),
            ("2018-04-30", None, "2018-03.townships.cheng.zero", False),
            ("2018-04-30", None, "2018-03.townships.liu.state", "missing"),
        ],
    ),
]


def make(folder, indicators, ledgers):
    """A county of two townships; the first keeps the ledgers."""
    files = {"culture.toml": 'format = 1\ncounty = "县"\nutc_offset = "+08:00"\n', "plans/2018.toml": PLAN + indicators}
    files |= {f"townships/{id}/township.toml": f'name = "{id}"\norder = {at}\n' for at, id in enumerate(("cheng", "liu"))}
    files |= {f"townships/cheng/{name}.csv": "\n".join(rows) + "\n" for name, rows in ledgers.items()}
    for name, text in files.items():
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def at(said, path):
    """What an answer says at a place: an indicator or a month of reports, and on by key, id or number."""
    first, *rest = path.split(".")
    here = next(part for part in said["indicators"] + said["monthly_reports"] if first in (part.get("id"), part.get("month")))
    for step in rest:
        if isinstance(here, dict):
            here = here[step]
        else:
            here = here[int(step)] if step.isdigit() else next(part for part in here if part["id"] == step)
    return here


def answers(folder, culture, today, known):
    yield "the recount", recount.status(folder, today, known)
    if culture:
        words, done = ask(culture, folder, today, known, None)
        yield f"culture {words}", json.loads(done.stdout or "null", parse_float=Decimal) or done.stderr


def main(culture=None):
    asked, wrong = 0, 0
    for about, indicators, ledgers, expected in CASES:
        with tempfile.TemporaryDirectory(prefix="culture-by-hand-") as folder:
            make(folder, indicators, ledgers)
            for today, known, path, value in expected:
                for who, said in answers(folder, culture, today, known):
                    got = said.strip()[:200] if isinstance(said, str) else at(said, path)
                    asked += 1
                    if got != (Decimal(str(value)) if isinstance(value, float) else value):
                        wrong += 1
                        print(f"{about}\n  {path} on {today}, known {known}: {value!r} expected, {got!r} from {who}")
    print(f"{len(CASES)} counties by hand: {asked - wrong} numbers as expected, {wrong} otherwise")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
