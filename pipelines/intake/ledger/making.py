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
APPEND_ONLY = ("tube_event", "thing_event", "late_duplicate", "conflict", "request", "account", "place")


def make_ledger(connection: sqlite3.Connection, campaign: Campaign) -> None:
    """Give an empty database the ledger's tables and the campaign's places, in one transaction."""
    connection.executescript(f"BEGIN IMMEDIATE; {schema()} PRAGMA user_version = {VERSION};")
    round_id = campaign.round.round_id
    connection.execute("INSERT INTO ledger_of VALUES (?, ?)", (campaign.campaign_id, round_id))
    sites = places(campaign)
    accounts = {(site.account_id, site.town_code, site.lab_id, site.barcode_prefix) for site in sites}
    connection.executemany("INSERT INTO account VALUES (?, ?, ?, ?)", sorted(accounts))
    where = [(site.site_id, site.account_id, round_id) for site in sites]
    connection.executemany("INSERT INTO place VALUES (?, ?, ?)", where)
    connection.execute("COMMIT")


def schema() -> str:
    """Return the ledger's SQL."""
    template = Template(SCHEMA.read_text(encoding="utf-8"))
    things = [machine for name, machine in MACHINES.items() if name not in NOT_THINGS]
    tables = template.substitute(
        short_reason_is_known=_one_of("short_reason", ShortReason),
        tube_event_kind_is_known=_one_of("kind", TubeEventKind),
        exception_kinds=_words(ExceptionKind),
        tube_state_is_known=_one_of("state", TUBE.states),
        filling_states=_words(TUBE.step("close").before),
        binding_states=_words(TUBE.step("bind").before),
        tube_move_is_a_step=_is_move(TUBE),
        thing_states=_words(f"{m.name}:{state}" for m in things for state in m.states),
        thing_steps=_words(f"{m.name}:{step.name}:{step.after}" for m in things for step in m.steps),
        thing_moves=_words(f"{m.name}:{move}" for m in things for move in _moves(m)),
    )
    return tables + "".join(_append_only(table) for table in APPEND_ONLY)


def _words(words: Iterable[str | StrEnum]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _one_of(column: str, words: Iterable[str | StrEnum]) -> str:
    """Return a chain of comparisons: for each row it costs a third of a list, which SQLite builds a table from."""
    return " OR ".join(f"{column} = '{word}'" for word in words)


def _is_move(machine: Machine) -> str:
    moves = dict.fromkeys((before, step.after) for step in machine.steps for before in step.before)
    return " OR ".join(f"OLD.state = '{before}' AND NEW.state = '{after}'" for before, after in moves)


def _moves(machine: Machine) -> list[str]:
    return list(dict.fromkeys(f"{before}>{step.after}" for step in machine.steps for before in step.before))


def _append_only(table: str) -> str:
    return "".join(
        f"CREATE TRIGGER {table}_is_append_only_{deed.lower()} BEFORE {deed} ON {table}\n"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;\n"
        for deed in ("UPDATE", "DELETE")
    )
