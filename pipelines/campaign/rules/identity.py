"""Rules of identity: ids are unique, references meet, a town has one account and a site has every role."""

from collections.abc import Iterator

from pipelines.campaign.faults import Fault, Place, fault
from pipelines.campaign.forms import TABLES
from pipelines.campaign.forms_keeping import EXTRA_TABLES
from pipelines.campaign.rules import Book
from pipelines.vocabulary import Role, SystemKind

ALSO_UNIQUE = (
    ("servers.csv", "sheet_no", "give each server's code its own number on the desk's sheet"),
    ("accounts.csv", "town_code", "a town has exactly one account (Q29)"),
)
REFERENCES = (
    ("sites.csv", "town_code", "towns.csv"),
    ("staff.csv", "site_id", "sites.csv"),
    ("accounts.csv", "town_code", "towns.csv"),
    ("accounts.csv", "lab_id", "labs.csv"),
    ("contacts.csv", "town_code", "towns.csv"),
    ("organisations.csv", "town_code", "towns.csv"),
    ("trainings.csv", "organisation_id", "organisations.csv"),
    ("preparation.csv", "town_code", "towns.csv"),
)


def keys_are_unique(book: Book) -> Iterator[Fault]:
    """Yield a fault for every row that repeats the key of an earlier one."""
    for form in (*TABLES, *EXTRA_TABLES):
        yield from _repeats(book, form.file, form.key, "remove it or give it an id of its own")
    for file, column, advice in ALSO_UNIQUE:
        yield from _repeats(book, file, (column,), advice)


def _repeats(book: Book, file: str, columns: tuple[str, ...], advice: str) -> Iterator[Fault]:
    first: dict[tuple[object, ...], int] = {}
    for row in book.tables[file].rows:
        if any(column not in row.cells for column in columns):
            continue
        key = tuple(row.cells[column] for column in columns)
        earlier = first.setdefault(key, row.number)
        if earlier != row.number:
            name, value = " + ".join(columns), " + ".join(str(part) for part in key)
            rule = f"a {name} that no earlier row has"
            yield fault(Place(file, row.number, name), rule, value, advice, came=f"{value!r} of row {earlier} again")


def references_meet(book: Book) -> Iterator[Fault]:
    """Yield a fault for every reference to a row that is not there."""
    for file, column, target in REFERENCES:
        key = book.tables[target].form.key[0]
        if not book.tables[target].is_sound(key):
            continue
        known = {row.cells[key] for row in book.tables[target].rows}
        for row in book.tables[file].rows:
            value = row.cells.get(column)
            if value is not None and value not in known:
                advice = f"correct it or add the row to {target}"
                yield fault(Place(file, row.number, column), f"a {key} of {target}", value, advice)


def every_town_has_an_account(book: Book) -> Iterator[Fault]:
    """Yield a fault for every town without an account, and so without a lab (Q29, Q33)."""
    towns, accounts = book.tables["towns.csv"], book.tables["accounts.csv"]
    if not accounts.is_sound("town_code"):
        return
    served = {row.cells["town_code"] for row in accounts.rows}
    for row in towns.rows:
        code = row.cells.get("town_code")
        if code is not None and code not in served:
            place, rule = Place("towns.csv", row.number, "town_code"), "one account in accounts.csv for each town"
            yield fault(place, rule, code, "add its account, bound to one lab", came=f"none for {code!r}")


def every_site_has_every_role(book: Book) -> Iterator[Fault]:
    """Yield a fault for every role that staff.csv does not plan at a site; nobody is written as 0."""
    sites, staff = book.tables["sites.csv"], book.tables["staff.csv"]
    if not staff.is_sound("site_id", "role"):
        return
    planned = {(row.cells["site_id"], row.cells["role"]) for row in staff.rows}
    for row in sites.rows:
        site_id = row.cells.get("site_id")
        missing = [role.value for role in Role if site_id is not None and (site_id, role) not in planned]
        if missing:
            place, rule = Place("sites.csv", row.number, "site_id"), "a row in staff.csv for each role of each site"
            came = f"none for {', '.join(missing)} at {site_id!r}"
            yield fault(place, rule, site_id, "add the rows; write 0 where there is nobody", came)


def label_prefixes_differ(book: Book) -> Iterator[Fault]:
    """Yield a fault for every lab whose label prefix begins with, or begins, an earlier one's (Q32)."""
    seen: dict[str, int] = {}
    for row in book.tables["labs.csv"].rows:
        prefix = row.cells.get("barcode_prefix")
        if prefix is None:
            continue
        for other, number in seen.items():
            if prefix.startswith(other) or other.startswith(prefix):
                place = Place("labs.csv", row.number, "barcode_prefix")
                rule = "a prefix that neither begins with nor begins another lab's"
                advice = "give each lab labels that cannot be taken for another's"
                yield fault(place, rule, prefix, advice, came=f"{prefix!r} beside {other!r} of row {number}")
        seen.setdefault(prefix, row.number)


def a_provincial_server_is_there(book: Book) -> Iterator[Fault]:
    """Yield a fault when no server belongs to the provincial system, which leads (Q16)."""
    servers = book.tables["servers.csv"]
    if servers.is_sound("system") and all(row.cells["system"] != SystemKind.PROVINCE for row in servers.rows):
        place, rule = Place("servers.csv", None, "system"), "at least one server with system province"
        yield fault(place, rule, "", "add the front ends of the provincial system", came="none")


RULES = (
    keys_are_unique,
    references_meet,
    every_town_has_an_account,
    every_site_has_every_role,
    label_prefixes_differ,
    a_provincial_server_is_there,
)
