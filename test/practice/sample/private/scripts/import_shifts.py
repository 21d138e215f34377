"""Reads last year's shifts from the old spreadsheet's CSV and writes them as JSON."""

import csv
import json
import sys


def minutes(clock: str) -> int:
    """Minutes since midnight of a time like 06:30."""
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


def read_shift(row: dict[str, str]) -> dict[str, object]:
    start = minutes(row["from"])
    end = minutes(row["to"])
    if end <= start:
        end += 24 * 60
    return {"day": row["date"], "start": start, "end": end, "worker": row["who"] or None}


def main() -> None:
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        shifts = [read_shift(row) for row in csv.DictReader(file)]
    json.dump(shifts, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
