"""The dashboard's words in Chinese and English: gettext catalogues, a folder a language, read once through Babel."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from dashboard.formats import utc_offset

LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = LANGUAGES[0]
BEIJING_OFFSET_MINUTES = 480
EITHER = "|"
FOLDER = Path(__file__).parent / "locale"


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return every key of a language with its text, from all the files of its folder."""
    texts: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            messages = read_po(file, locale=language)
        texts |= {str(message.id): str(message.string) for message in messages if message.id}
    return texts


class _Counted(str):
    """A value that chooses between a word for one thing and a word for several."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        one, either, several = spec.partition(EITHER)
        if not either:
            return super().__format__(spec)
        return one if self == "1" else several


@dataclass(frozen=True)
class Words:
    """One viewer's language: ``words("kpi.persons")`` is the text of that key."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of ``key`` with its ``{placeholders}`` filled; a key without text shows itself.

        ``{sites:site|sites}`` is the first word where ``sites`` is 1, else the second.
        """
        text = catalogue(self.language).get(key, key)
        if values and EITHER in text:
            return text.format_map({name: _Counted(value) for name, value in values.items()})
        return text.format_map(values) if values else text

    def yours(self, key: str, **values: object) -> str:
        """Return the text of ``key`` as it is said to whom it is about, the common one where that is the same."""
        own = f"{key}.own"
        return self(own if own in catalogue(self.language) else key, **values)

    def known(self, key: str, otherwise: str) -> str:
        """Return the text of ``key``, ``otherwise`` when there is none: for names that come from outside."""
        return catalogue(self.language).get(key, otherwise)

    def name(self, row: Mapping[str, Any]) -> str:
        """Return the name of a row that carries ``name_zh`` and ``name_en``."""
        return str(row[f"name_{self.language}"])

    def town(self, names: Any) -> str:
        """Return a town's name for a narrow place: in English without its kind, "Xinan" for "Xinan Subdistrict"."""
        name = self.name(names) if isinstance(names, Mapping) else self.either(names)
        return name.removesuffix(" Subdistrict").removesuffix(" Town") if self.language == "en" else name

    def zone(self, offset_minutes: int) -> str:
        """Return the name of the district's clock: Beijing's by its name, any other by its distance from UTC."""
        utc = utc_offset(offset_minutes)
        return self("clock.beijing", utc=utc) if offset_minutes == BEIJING_OFFSET_MINUTES else utc

    def list(self, parts: Iterable[str]) -> str:
        """Return several things as one enumeration."""
        return ("、" if self.language == "zh" else ", ").join(parts)

    def either(self, names: Any) -> str:
        """Return the name of an object that has it as ``zh`` and ``en``."""
        return str(getattr(names, self.language))


def words(language: str | None) -> Words:
    """Return the words of ``language``; of the default one when it is missing or unknown."""
    return Words(language if language in LANGUAGES else DEFAULT_LANGUAGE)
