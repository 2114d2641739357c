"""A name in the two languages of the product."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Name:
    """A name in both languages."""

    zh: str
    en: str
