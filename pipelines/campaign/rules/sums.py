"""Rules of sums: the tables add up to the totals that campaign.toml declares."""

from collections.abc import Iterator

from pipelines.campaign.faults import Fault, Place, fault
from pipelines.campaign.rules import Book
from pipelines.vocabulary import Role

TOTALS = (
    ("sites.csv", "planned_persons", "round.target_persons"),
    ("towns.csv", "residents", "district.residents"),
)


def columns_add_up(book: Book) -> Iterator[Fault]:
    """Yield a fault for a column whose sum is not the total declared for it."""
    for file, column, key in TOTALS:
        table = book.tables[file]
        if table.is_sound(column) and book.settings.has(key):
            got = sum(row.cells[column] for row in table.rows)
            yield from _unless_equal(file, column, got, book.settings.values[key], key)


def staff_adds_up(book: Book) -> Iterator[Fault]:
    """Yield a fault for a role whose people are not as many as declared (Q2-Q5)."""
    staff = book.tables["staff.csv"]
    if not staff.is_sound("role", "persons"):
        return
    for role in Role:
        key = f"staff_totals.{role}"
        if book.settings.has(key):
            got = sum(row.cells["persons"] for row in staff.rows if row.cells["role"] is role)
            yield from _unless_equal("staff.csv", "persons", got, book.settings.values[key], key)


def _unless_equal(file: str, column: str, got: int, declared: int, key: str) -> Iterator[Fault]:
    if got != declared:
        rule = f"a sum of {declared}, the {key} of campaign.toml"
        excess = f"{got - declared} too many" if got > declared else f"{declared - got} too few"
        advice = f"{excess}: correct the rows or the declared total"
        yield fault(Place(file, None, column), rule, got, advice, came=str(got))


RULES = (columns_add_up, staff_adds_up)
