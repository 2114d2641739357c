"""Keys of the tubes page that the code makes at run time, by family."""

FAMILIES: dict[str, list[str]] = {
    "missing": ["lost", "misrouted", "overdue", "voided"],
    "filter": ["town", "lab"],
    "tubes.card": ["card.labs", "card.missing"],
}
