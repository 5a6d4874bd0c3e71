"""A sample drawn a second time, by another program: what `culture sample` says of its method, in another language.

    draw.py LIST.json TOWNSHIPS {SIZE SEED in-all|of-each} ...

LIST.json is what `culture list KIND --format json` prints; TOWNSHIPS are the ids of the townships, in the bureau's order,
parted by commas. For each draw one line: the size of the population, the SHA-256 of its ids, and the ids drawn.

A record's lot is the SHA-256 of seed, line feed and id, in UTF-8. SIZE is split over the townships in proportion to their
records: each gets the whole part of its quota, and what is left goes one by one to the largest remainders, ties to the
township that stands first. Of each township the records with the smallest lots are drawn; `of-each`: SIZE of every one.
The digest is that of the ids in ascending order, each followed by a line feed.
"""

import hashlib
import json
import sys


def split(size, held):
    whole = sum(held)
    size = min(size, whole)
    parts = [size * many // whole for many in held]
    largest = sorted(range(len(held)), key=lambda at: -(size * held[at] % whole))
    for at in largest[: size - sum(parts)]:
        parts[at] += 1
    return parts


def draw(townships, size, seed, method):
    def lot(record):
        return hashlib.sha256(f"{seed}\n{record}".encode()).digest()

    wanted = [size] * len(townships) if method == "of-each" else split(size, [len(held) for held in townships])
    return [record for held, many in zip(townships, wanted) for record in sorted(held, key=lot)[:many]]


def main(path, order, *draws):
    with open(path, encoding="utf-8") as file:
        records = json.load(file)["records"]
    of = [[record["id"] for record in records if record["township"] == township] for township in order.split(",")]
    population = sorted(record["id"] for record in records)
    digest = hashlib.sha256("".join(record + "\n" for record in population).encode()).hexdigest()
    for size, seed, method in zip(draws[::3], draws[1::3], draws[2::3]):
        print(len(population), digest, *draw(of, int(size), seed, method))


main(*sys.argv[1:])
