"""Reading campaign.toml against its form: dotted keys to values, and a fault for each key that does not fit."""

import difflib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from pipelines.campaign.faults import Fault, Place, advice_for, cut, fault
from pipelines.campaign.files import read_text
from pipelines.campaign.forms import OPTIONAL, SETTINGS, SETTINGS_FILE

INDEX = re.compile(r"\[[0-9]+\]")
SHIFT = re.compile(r"shifts\[([0-9]+)\]\.")


@dataclass
class SettingsRead:
    """What could be read of campaign.toml: dotted key to value, moments in UTC; a faulty key is absent."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])

    def has(self, *keys: str) -> bool:
        """Whether all of these keys could be read."""
        return all(key in self.values for key in keys)

    def shifts(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the key (``shifts[1]``) and the values of each shift, in the order of the file."""
        gathered: dict[int, dict[str, Any]] = {}
        for key, value in self.values.items():
            if found := SHIFT.match(key):
                gathered.setdefault(int(found[1]), {})[key[found.end() :]] = value
        return [(f"shifts[{number}]", gathered[number]) for number in sorted(gathered)]


def read_settings(folder: Path, faults: list[Fault]) -> SettingsRead:
    """Return what can be read of campaign.toml, appending a fault for each key missing, unknown or unfit."""
    body = read_text(folder, SETTINGS_FILE, faults)
    if body is None:
        return SettingsRead()
    try:
        leaves = dict(_leaves(tomllib.loads(body), ""))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        advice = "correct that place; texts need quotes, sections need [brackets]"
        faults.append(fault(Place(SETTINGS_FILE), "well-formed TOML", error, advice))
        return SettingsRead()
    values = _take_known(leaves, faults)
    _name_missing(leaves, faults)
    return SettingsRead(_in_utc(values))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield dotted paths and values; the members of a list of tables are numbered from 1."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, inner in enumerate(value, start=1):
            yield from _leaves(inner, f"{path}[{number}]")
    else:
        yield path, value


def _take_known(leaves: dict[str, Any], faults: list[Fault]) -> dict[str, Any]:
    taken: dict[str, Any] = {}
    for path, value in leaves.items():
        place, kind = Place(SETTINGS_FILE, None, path), SETTINGS.get(INDEX.sub("[]", path))
        if kind is None:
            near = difflib.get_close_matches(path, SETTINGS, n=1)
            advice = f"did you mean {near[0]}?" if near else "remove it; data/README.md lists the keys"
            faults.append(fault(place, "only keys the form knows", value, advice, came=cut(f"{path} = {value!r}")))
            continue
        try:
            taken[path] = kind.take(value)
        except ValueError:
            faults.append(fault(place, kind.rule, value, advice_for(value), came=cut(repr(value))))
    return taken


def _name_missing(leaves: dict[str, Any], faults: list[Fault]) -> None:
    shifts = sorted({found[0] for path in leaves if (found := SHIFT.match(path))}) or ["shifts[1]."]
    for key, kind in SETTINGS.items():
        for path in [key.replace("shifts[].", shift) for shift in shifts] if key.startswith("shifts[]") else [key]:
            if path not in leaves and key not in OPTIONAL:
                place, advice = Place(SETTINGS_FILE, None, path), "add it; data/README.md describes it"
                faults.append(fault(place, kind.rule, "", advice, came="no such key"))


def _in_utc(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with every moment in UTC; a local one is dropped when the offset itself is unknown."""
    offset = values.get("timezone_offset_minutes")
    zone = None if offset is None else timezone(timedelta(minutes=offset))
    placed: dict[str, Any] = {}
    for key, value in values.items():
        if not isinstance(value, datetime):
            placed[key] = value
        elif value.tzinfo or zone:
            placed[key] = (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    return placed
