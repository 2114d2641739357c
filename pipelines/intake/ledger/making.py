"""Make an empty ledger: the schema, with every list of words in it written from the machines and the vocabulary."""

import sqlite3
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from string import Template

from pipelines.campaign.model import Campaign
from pipelines.intake.places import places
from pipelines.machines import MACHINES, TUBE, Machine, MachineName
from pipelines.vocabulary import ExceptionKind, ShortReason, TubeEventKind

SCHEMA = Path(__file__).with_name("schema.sql")
VERSION = 2
NOT_THINGS = (MachineName.PERSON, MachineName.TUBE)
APPEND_ONLY = ("tube_event", "thing_event", "late_duplicate", "conflict", "request", "place")


def make_ledger(connection: sqlite3.Connection, campaign: Campaign) -> None:
    """Give an empty database the ledger's tables and the campaign's places, in one transaction."""
    connection.executescript(f"BEGIN IMMEDIATE; {schema()} PRAGMA user_version = {VERSION};")
    round_id = campaign.round.round_id
    connection.execute("INSERT INTO ledger_of VALUES (?, ?)", (campaign.campaign_id, round_id))
    rows = [
        (place.site_id, round_id, place.town_code, place.account_id, place.lab_id, place.barcode_prefix)
        for place in places(campaign)
    ]
    connection.executemany("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.execute("COMMIT")


def schema() -> str:
    """Return the ledger's SQL."""
    template = Template(SCHEMA.read_text(encoding="utf-8"))
    things = [machine for name, machine in MACHINES.items() if name not in NOT_THINGS]
    tables = template.substitute(
        short_reasons=_words(ShortReason),
        tube_event_kinds=_words(TubeEventKind),
        exception_kinds=_words(ExceptionKind),
        tube_states=_words(TUBE.states),
        filling_states=_words(TUBE.step("close").before),
        binding_states=_words(TUBE.step("bind").before),
        tube_moves=_words(_moves(TUBE)),
        thing_states=_words(f"{m.name}:{state}" for m in things for state in m.states),
        thing_steps=_words(f"{m.name}:{step.name}:{step.after}" for m in things for step in m.steps),
        thing_moves=_words(f"{m.name}:{move}" for m in things for move in _moves(m)),
    )
    return tables + "".join(_append_only(table) for table in APPEND_ONLY)


def _words(words: Iterable[str | StrEnum]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _moves(machine: Machine) -> list[str]:
    return list(dict.fromkeys(f"{before}>{step.after}" for step in machine.steps for before in step.before))


def _append_only(table: str) -> str:
    return "".join(
        f"CREATE TRIGGER {table}_is_append_only_{deed.lower()} BEFORE {deed} ON {table}\n"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;\n"
        for deed in ("UPDATE", "DELETE")
    )
