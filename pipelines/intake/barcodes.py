"""The labels of the tubes: a lab's prefix, a number, and a check character by ISO 7064 MOD 37,36."""

from pipelines.codes import check_character

NUMBER_DIGITS = 10
GROUPS_PER_SITE = 100_000


def label(prefix: str, number: int) -> str:
    """Return the barcode of a lab's ``number``-th label."""
    body = f"{prefix}{number:0{NUMBER_DIGITS}d}"
    return body + check_character(body)


def label_of_group(prefix: str, site_index: int, group: int) -> str:
    """Return the barcode that the ``group``-th group of a site gets; each site has its own roll of labels."""
    return label(prefix, site_index * GROUPS_PER_SITE + group)


def group_of_label(barcode: str) -> int:
    """Return the group's place in its site's order, as ``label_of_group`` wrote it."""
    return int(barcode[-1 - NUMBER_DIGITS : -1]) % GROUPS_PER_SITE


def site_of_label(barcode: str, prefix: str) -> int | None:
    """Return the index of the site whose roll the label is from, None when it is no label of that prefix."""
    number = barcode.removeprefix(prefix)[:-1]
    is_label = barcode.startswith(prefix) and len(number) == NUMBER_DIGITS and number.isdecimal()
    return int(number) // GROUPS_PER_SITE if is_label else None
