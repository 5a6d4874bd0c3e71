"""Asks `culture status --format json` and the recount the same questions of random counties, and compares every key.

    python3 compare.py CULTURE [--counties N] [--first SEED] [--questions N]

Exit 0 if every answer agrees, else 1: the seed, the question and the first key that differs are printed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

import recount
from random_county import DEEDS, Clerk

# What 40 counties must have held, or they tried too little.
STATES = {"met", "met-late", "pending", "missed", "not-started", "on-course", "behind"}
STATES |= {f"report {state}" for state in ("on-time", "late", "returned", "missing", "open")}
STATES |= {f"deed {deed}" for deed in DEEDS}
# Of so many answers at least one must be another than if every revision held from the beginning.
MOVED = 10


def ask(culture, data, today, known, plan):
    words = ["status", "--format", "json", "--today", today]
    words += ["--known", known] if known else []
    words += ["--plan", str(plan)] if plan else []
    env = {k: v for k, v in os.environ.items() if not k.startswith("CULTURE")}
    done = subprocess.run([culture, "--data", data, *words], capture_output=True, text=True, encoding="utf-8", env=env)
    return " ".join(words), done


def difference(ours, theirs, path="$"):
    """The first place where the program's answer is not the recount's; keys that it has beyond ours may be."""
    if type(ours) is not type(theirs) and not {type(ours), type(theirs)} <= {Decimal, int}:
        return f"{path}: recounted {ours!r}, culture says {theirs!r}"
    if isinstance(ours, dict):
        pairs = [(f"{path}.{key}", value, theirs.get(key, "(no such key)")) for key, value in ours.items()]
    elif isinstance(ours, list):
        if len(ours) != len(theirs):
            return f"{path}: recounted {len(ours)} of them, culture says {len(theirs)}: {ours!r} / {theirs!r}"
        named = [f"{path}[{item.get('id', at) if isinstance(item, dict) else at}]" for at, item in enumerate(ours)]
        pairs = zip(named, ours, theirs)
    else:
        return None if ours == theirs else f"{path}: recounted {ours!r}, culture says {theirs!r}"
    return next((found for pair in pairs if (found := difference(pair[1], pair[2], pair[0]))), None)


def states(said):
    """What an answer held, so that a run that tried nothing shows."""
    for indicator in said["indicators"]:
        yield from (milestone["state"] for milestone in indicator["milestones"])
    for rows in [said["arrangements"]["townships"], *(month["townships"] for month in said["monthly_reports"])]:
        yield from ("report " + row["state"] for row in rows)


def without_changes(folder, question):
    """What the answer would be if what a record said last had been so on every day."""
    with patch.object(recount, "on_day", lambda revisions, day: recount.there(revisions[-1], day)):
        return recount.status(folder, *question)


def county(task):
    """For one county: how many answers agree, what they held, and what is wrong with the first that does not."""
    culture, seed, questions = task
    agreed, seen = 0, Counter()
    with tempfile.TemporaryDirectory(prefix="culture-recount-") as folder:
        clerk = Clerk(seed, folder).make()
        seen.update({f"deed {deed}": times for deed, times in clerk.deeds.items()})
        for today, known, plan in clerk.questions(questions):
            words, done = ask(culture, folder, today, known, plan)
            if done.returncode != 0:
                return seed, agreed, seen, f"culture {words}\n  exit {done.returncode}: {done.stderr.strip()[:400]}"
            ours = recount.status(folder, today, known, plan)
            wrong = difference(ours, json.loads(done.stdout, parse_float=Decimal))
            if wrong:
                return seed, agreed, seen, f"culture {words}\n  {wrong}"
            agreed += 1
            seen.update(states(ours))
            seen["moved by a change"] += ours != without_changes(folder, (today, known, plan))
    return seed, agreed, seen, None


def main():
    words = argparse.ArgumentParser(description="Compares the program with the recount over random counties.")
    words.add_argument("culture")
    words.add_argument("--counties", type=int, default=200)
    words.add_argument("--first", type=int, default=1)
    words.add_argument("--questions", type=int, default=5)
    asked = words.parse_args()
    seeds = range(asked.first, asked.first + asked.counties)
    tasks = [(str(Path(asked.culture).resolve()), seed, asked.questions) for seed in seeds]
    seen, agreed, differ = Counter(), 0, 0
    with ProcessPoolExecutor() as pool:
        for seed, right, held, wrong in pool.map(county, tasks):
            agreed, seen, differ = agreed + right, seen + held, differ + bool(wrong)
            if wrong:
                print(f"seed {seed}: {wrong}\n  python3 tests/recount/random_county.py {seed} FOLDER makes this county")
    print(f"{asked.counties} counties: {agreed} answers agree, {differ} counties differ")
    print("states:", ", ".join(f"{state} {times}" for state, times in sorted(seen.items())))
    untried = sorted(STATES - seen.keys()) if asked.counties >= 40 and not differ else []
    if seen["moved by a change"] * MOVED < agreed and asked.counties >= 40 and not differ:
        untried.append("enough answers that a change moved")
    if untried:
        print("never seen:", ", ".join(untried))
    return 1 if differ or untried else 0


if __name__ == "__main__":
    sys.exit(main())
