"""A scenario as TOML text and back; of another version it is read where it can be, else refused with a sentence."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec

from pipelines.planning.presets import CURVES
from pipelines.planning.scenario import VERSION, Curve, Scenario
from pipelines.planning.validation import ScenarioError, checked


def to_toml(scenario: Scenario) -> str:
    """Return the scenario as TOML; reading it gives the same scenario."""
    plain: list[str] = []
    nested: list[str] = []
    for one in fields(scenario):
        value = getattr(scenario, one.name)
        if is_dataclass(value):
            nested.append(f"\n[{one.name}]\n" + "\n".join(_lines(value)))
        elif isinstance(value, tuple):
            nested += [f"\n[[{one.name}]]\n" + "\n".join(_lines(row)) for row in value]
        else:
            plain.append(f"{one.name} = {_value(value)}")
    return "\n".join([*plain, *nested]) + "\n"


def from_toml(text: str, curves: Mapping[str, Curve] = CURVES) -> Scenario:
    """Return the scenario of a TOML text, checked; raises ScenarioError with a sentence for each fault."""
    try:
        return from_plain(tomllib.loads(text), curves)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([f"the scenario is no TOML: {error}"]) from error


def from_plain(told: Any, curves: Mapping[str, Curve] = CURVES) -> Scenario:
    """Return the scenario of plain values (of TOML or JSON), checked; raises ScenarioError.

    ``curve`` may be the name of one of ``curves``.
    """
    if not isinstance(told, dict):
        raise ScenarioError([f"a scenario is a table of named values, got {type(told).__name__}"])
    version = told.get("version")
    if version != VERSION:
        raise ScenarioError([_of_version(version)])
    if isinstance(name := told.get("curve"), str):
        told = told | {"curve": asdict(_named(name, curves))}
    try:
        return checked(msgspec.convert(told, Scenario, strict=True))
    except msgspec.ValidationError as error:
        raise ScenarioError([f"the scenario cannot be read: {error}"]) from error


def _named(name: str, curves: Mapping[str, Curve]) -> Curve:
    if name not in curves:
        raise ScenarioError([f"there is no arrival curve named {name[:40]!r} here; there are: {', '.join(curves)}"])
    return curves[name]


def _of_version(version: Any) -> str:
    if isinstance(version, int) and version > VERSION:
        return f"the scenario is of version {version}, this program reads up to {VERSION}; bring the program up to date"
    return (
        f"the scenario is of version {version!r}, which this program no longer reads (it reads {VERSION}); "
        "make it anew from the base case"
    )


def _lines(value: Any) -> list[str]:
    told: list[str] = []
    for one in fields(value):
        inner = getattr(value, one.name)
        if is_dataclass(inner):
            told.append(f"{one.name} = {{ {', '.join(_lines(inner))} }}")
        elif inner is not None:
            told.append(f"{one.name} = {_value(inner)}")
    return told


def _value(value: Any) -> str:
    if isinstance(value, Enum):
        return _text(str(value.value))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    return repr(value)


def _text(text: str) -> str:
    safe = "".join(sign if sign.isprintable() and sign not in '"\\' else f"\\U{ord(sign):08x}" for sign in text)
    return f'"{safe}"'
