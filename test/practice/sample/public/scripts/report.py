"""The weekly report of the tool shed, from a CSV of loans: tool, member, since, returned (empty: still out)."""

import csv
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date


@dataclass
class Loan:
    tool: str
    member: str
    since: date
    returned: date | None

    @property
    def days(self) -> int:
        """Days that the tool was (or has been) away."""
        return ((self.returned or date.today()) - self.since).days


def read_loans(path: str) -> list[Loan]:
    with open(path, newline="", encoding="utf-8") as file:
        return [
            Loan(
                tool=row["tool"],
                member=row["member"],
                since=date.fromisoformat(row["since"]),
                returned=date.fromisoformat(row["returned"]) if row["returned"] else None,
            )
            for row in csv.DictReader(file)
        ]


def most_wanted(loans: list[Loan], count: int = 5) -> list[tuple[str, int]]:
    """The tools that were lent most often."""
    return Counter(loan.tool for loan in loans).most_common(count)


def main() -> None:
    loans = read_loans(sys.argv[1])
    for tool, times in most_wanted(loans):
        print(f"{tool:30} {times:3}")


if __name__ == "__main__":
    main()
