#!/usr/bin/env python3
"""ages.py - a stale journal beside ledgers of every age.

  ages.py --dir DATA --view 'CMD {dir}' --then 'CMD {dir}' --fix 'CMD {dir}' [--max N] -- COMMAND ... {dir} ...

DATA is copied and COMMAND runs once on the copy under strace (crashstates.py).  A folder that was copied while it ran, or over which a backup was
restored, has a journal of one moment and ledgers of others: the journal (and all else) as a killed COMMAND left it at its first and its last moment
under `undo`, each ledger that COMMAND touches as it was at another time, in every combination for two ledgers at a time, the rest of one age:
  gone      it is not there          older   its first row alone
  before    as before COMMAND        torn    with half a row of COMMAND's
  after     as after COMMAND         later   with a row of somebody else's behind COMMAND's
  beside    with a row of somebody else's and none of COMMAND's
In each state the view must exit 0; --then must exit 0, or be refused, touch no ledger, and exit 0 once --fix was run, which keeps every whole row.
Every whole row that is not COMMAND's and stood there must stand afterwards, and one more.  Exit status as crashstates.py.
"""
import argparse, itertools, os, random, re, shlex, shutil, subprocess, sys, tempfile, time
from crashstates import Trace, apply, die, digest

LETTERS = "bcdfghjklmnpqrstvwxz"
LEDGER = re.compile(r"townships/[^/]+/\d{4}/[^/.]+\.csv")
AGES = ("gone", "older", "before", "torn", "after", "later", "beside")


def tree_at(trace, count):
    """The files after so many operations, as a killed process leaves them: {path: content}, folders None."""
    live = {d: dict(m) for d, m in trace.dirs0.items()}; ops = trace.ops[:count]; tree = {}
    for o in ops:
        if o[0] == "link": live[o[1]][o[2]] = o[3]
        elif o[0] == "unlink": live[o[1]].pop(o[2], None)
        elif o[0] == "rename": live[o[1]].pop(o[2], None); live[o[3]][o[4]] = o[5]
    def walk(folder, path):
        for name, i in live[folder].items():
            if trace.kind[i] == "d": tree[path + name] = None; walk(i, path + name + "/")
            elif trace.kind[i] == "f": tree[path + name] = apply(trace.base[i], [o for o in ops if o[0] in ("write", "trunc") and o[1] == i])
    walk(0, ""); return tree


def rows(content): return [l for l in (content or b"").split(b"\n")[1:-1] if re.fullmatch(rb"[%s]{12},.*,[%s]{12}" % ((LETTERS.encode(),) * 2), l)]


def head(content): return content.split(b"\n")[0] + b"\n"


def said(content):
    """What the whole rows say: a ledger that gains a column is written anew, and its rows say what they said."""
    return {b",".join(name + b"=" + cell for name, cell in zip(head(content)[:-1].split(b","), r.split(b",")) if cell) for r in rows(content)}


def of_somebody_else(row, columns, number, ledger):
    """A row like this one, of another record and another batch, behind a ledger: as entered, so it says of no day from which it holds."""
    cells = dict(zip(columns.split(b","), row.split(b","), strict=True)); id = "zzzzzzzzz" + "".join(LETTERS[number // 20 ** k % 20] for k in (2, 1, 0))
    cells |= {b"id": id.encode(), b"rev": b"1", b"state": b"live", b"effective": b"", b"batch": b"zzzzzzzzzzzz"}
    return ledger + b",".join(cells[c] for c in head(ledger)[:-1].split(b",")) + b"\n"


def aged(age, before, after, number):
    mine, columns = rows(after)[-1], head(after)[:-1]
    if age == "gone": return None
    if age == "older": return head(before or after) + b"".join(r + b"\n" for r in rows(before)[:1])
    if age == "before": return before
    if age == "torn": return (before or head(after)) + mine[:len(mine) // 2]
    if age == "after": return after
    return of_somebody_else(mine, columns, number, after if age == "later" else before or head(after))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("dir", "view", "then", "fix"): ap.add_argument("--" + name, required=True)
    ap.add_argument("--max", type=int, default=2000); ap.add_argument("--timeout", type=float, default=60); ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("command", nargs=argparse.REMAINDER)
    a = ap.parse_args(); cmd = a.command[1:] if a.command[:1] == ["--"] else a.command; rng = random.Random(a.seed); began = time.time()
    work = tempfile.mkdtemp(prefix="ages-"); root = os.path.join(work, "traced"); D = os.path.join(work, "data"); shutil.copytree(a.dir, root, symlinks=True)
    t = Trace(root, [x.replace("{dir}", root) for x in cmd], dict(os.environ), max(60, a.timeout), re.compile(b""))
    if t.rc: die("the command fails: exit %d %s" % (t.rc, t.stderr[-300:]))
    def run(c):
        p = subprocess.run([x.replace("{dir}", D) for x in shlex.split(c)], stdin=subprocess.DEVNULL, capture_output=True, timeout=a.timeout, cwd=work)
        return p.returncode, p.stdout, p.stderr
    trees = [tree_at(t, k) for k in range(len(t.ops) + 1)]
    undo = [tree for tree in trees if re.search(rb"\nu[a-z]{3} [0-9a-f]{16}\n$", tree.get(".journal") or b"")]
    if not undo: die("the command never says undo: it writes one row")
    before, after = trees[0], trees[-1]; batch = undo[0][".journal"][:12]
    ledgers = [p for p in after if LEDGER.fullmatch(p) and after[p] != before.get(p) and any(r.endswith(batch) for r in rows(after[p]))]
    def states():
        for base in (undo[0], undo[-1]):
            for pair in (itertools.combinations(ledgers, 2) if len(ledgers) > 1 else [tuple(ledgers)]):
                for ages in itertools.product(AGES, repeat=len(pair)):
                    for rest in (None, "before", "after"):
                        yield base, {p: dict(zip(pair, ages)).get(p, rest) for p in ledgers}
    def made(base, ages):
        tree = dict(base)
        for n, (p, age) in enumerate(ages.items()):
            if age: tree[p] = aged(age, before.get(p), after[p], n)
            if tree.get(p) is None: tree.pop(p, None)
            else: [tree.setdefault("/".join(p.split("/")[:k]), None) for k in range(1, p.count("/") + 1)]
        return tree
    # A ledger that COMMAND writes anew stands beside the new one until all is done: where it is gone, its rows may come back.
    back = {r for p in ledgers if before.get(p) and any(tree.get(os.path.join(os.path.dirname(p), "." + os.path.basename(p) + ".old")) for tree in trees) for r in said(before[p])}
    todo = {}
    for base, ages in states():
        tree = made(base, ages); todo.setdefault(digest({p: ("d" if c is None else "f", c or b"", 0) for p, c in tree.items()}), (tree, ages))
    total = len(todo); todo = list(todo.values())
    if total > a.max: todo = rng.sample(todo, a.max)
    def stands(): return {p: open(os.path.join(D, p), "rb").read() for p in ledgers_there()}
    def ledgers_there(): return [q for r, _, fs in os.walk(D) for q in (os.path.relpath(os.path.join(r, f), D) for f in fs) if LEDGER.fullmatch(q)]
    def judge(tree):
        shutil.rmtree(D, ignore_errors=True); os.mkdir(D)
        for p in sorted(tree): os.makedirs(os.path.join(D, p), exist_ok=True) if tree[p] is None else None
        for p, c in tree.items():
            if c is not None:
                with open(os.path.join(D, p), "wb") as f: f.write(c)
        was = stands(); whole = {r for c in was.values() for r in said(c)}; others = {r for r in whole if not r.endswith(batch)}
        rc, o, e = run(a.view)
        if rc: return "unreadable: exit %d %s" % (rc, (e or o)[-160:])
        rc, o, e = run(a.then); fixed = False
        if rc:
            if b"check --fix" not in e: return "locked out: exit %d %s" % (rc, e[-160:])
            if stands() != was: return "refused, and yet a ledger was touched"
            rc, o, e = run(a.fix); fixed = True
            if rc not in (0, 3): return "the fix fails: exit %d %s" % (rc, e[-160:])
            rc, o, e = run(a.then)
            if rc: return "locked out after the fix: exit %d %s" % (rc, e[-160:])
        now = {r for c in stands().values() for r in said(c)}
        if not others <= now: return "rows of others are gone: %r" % sorted(others - now)[:1]
        if fixed and not whole <= now: return "the fix took rows: %r" % sorted(whole - now)[:1]
        more = now - whole - back
        if len(more) != 1: return "not one row more: %d" % len(more)
        rc, o, e = run(a.view)
        return "unreadable afterwards: exit %d %s" % (rc, (e or o)[-160:]) if rc else None
    fails = {}
    for tree, ages in todo:
        why = judge(tree)
        if why: fails.setdefault(re.sub(r"[0-9a-f]{7,}|\d+|[%s]{12}" % LETTERS, "#", why)[:60], []).append((why, ages))
    bad = sum(len(f) for f in fails.values())
    print("ages     %d ledgers, a sample of %d: %d distinct, %d FAILED, %.1fs" % (len(ledgers), total, len(todo), bad, time.time() - began), flush=True)
    for found in list(fails.values())[:8]: print("FAIL x%d %s\n     first: %s" % (len(found), found[0][0], found[0][1]))
    shutil.rmtree(work, ignore_errors=True); sys.exit(1 if fails else 0)


if __name__ == "__main__":
    main()
