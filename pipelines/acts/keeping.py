"""What acts of custody and close-out say: sheets by number, accounts, gates, exceptions, a day (Q69-Q76, Q98)."""

import re

from pipelines.acts.errors import ActRefused
from pipelines.api import Fact, NewAct
from pipelines.campaign.model import Campaign
from pipelines.vocabulary import ActKind, CloseoutKind, ReadyCheck, ScopeLevel

SHEETS = frozenset({ActKind.SHEETS_ISSUED, ActKind.SHEETS_RETURNED, ActKind.SHEETS_DESTROYED})
GATES = frozenset({ActKind.GATE_OVERRIDDEN, ActKind.GATE_RESTORED})
EXCEPTIONS = frozenset({ActKind.EXCEPTION_SIGNED, ActKind.EXCEPTION_WITHDRAWN})
DAYS = frozenset({ActKind.DAY_CLOSED, ActKind.DAY_REOPENED})
WITH_REASON = GATES | EXCEPTIONS | {ActKind.DAY_REOPENED}
MOST_AT_ONCE = 500
MOST_OF_A_NAME = 60
_NUMBER = re.compile(r"[A-Za-z0-9_.:-]{1,60}\Z")
_ITEM = re.compile(rf"({'|'.join(CloseoutKind)})/[A-Za-z0-9_.:@/-]{{1,100}}\Z")
BEFORE = {
    ActKind.SHEETS_ISSUED: frozenset({"", "printed"}),
    ActKind.SHEETS_RETURNED: frozenset({"issued", "missing"}),
    ActKind.SHEETS_DESTROYED: frozenset({"returned"}),
}
"""The states of a sheet that each act may begin with; "": nobody has told of it yet."""


def check_keeping(campaign: Campaign, new: NewAct, by: str) -> None:
    """Raise ActRefused when an act of custody or close-out does not say what its kind must; others pass."""
    if new.kind in WITH_REASON and not new.reason.strip():
        raise ActRefused("reason", f"{new.kind.value} needs a reason: it is kept with your name", "reason")
    if new.kind in SHEETS:
        _check_numbers(new, by)
    elif new.kind is ActKind.ACCOUNT_ROTATED:
        _check_account(campaign, new)
    elif new.kind in GATES:
        _of_site(new)
        if new.target not in set(ReadyCheck):
            raise ActRefused("check", f"target is one of the checks {', '.join(ReadyCheck)}", "target")
    elif new.kind in EXCEPTIONS:
        _listed(new.facts, "items", _ITEM, "open items as kind/id")
    elif new.kind in DAYS and new.scope.level is ScopeLevel.SITE:
        raise ActRefused("scope", "a day is closed for a town or the whole district, not for one site", "scope")


def check_sheets(new: NewAct, states: dict[str, str]) -> None:
    """Raise ActRefused unless each sheet of the act stands where the act may begin; ``states`` are the site's."""
    for number in listed(new.facts, "sheets"):
        stands = states.get(number, "")
        if stands not in BEFORE[new.kind]:
            named = stands or "not known at this site"
            wanted = " or ".join(sorted(filter(None, BEFORE[new.kind])))
            sentence = f"sheet {number} is {named}; {new.kind.value} takes one that is {wanted}"
            raise ActRefused("sheet_state", sentence, "facts.sheets")


def listed(facts: dict[str, Fact], name: str) -> list[str]:
    """Return the list of that name, empty when there is none."""
    found = facts.get(name)
    return found if isinstance(found, list) else []


def _listed(facts: dict[str, Fact], name: str, form: re.Pattern[str], what: str) -> None:
    found = listed(facts, name)
    if not 0 < len(found) <= MOST_AT_ONCE or len(set(found)) < len(found):
        sentence = f"{name} is a list of 1 to {MOST_AT_ONCE} different {what}"
        raise ActRefused(name, sentence, f"facts.{name}")
    odd = next((text for text in found if not form.match(text)), None)
    if odd is not None:
        raise ActRefused(name, f"{odd!r:.60} does not stand for one of the {what}", f"facts.{name}")


def _check_numbers(new: NewAct, by: str) -> None:
    _of_site(new)
    _listed(new.facts, "sheets", _NUMBER, "numbers of sheets")
    if new.kind is ActKind.SHEETS_DESTROYED:
        _check_witness(new.facts.get("witness"), by)


def _check_witness(witness: Fact, by: str) -> None:
    if not isinstance(witness, str) or not 0 < len(witness.strip()) <= MOST_OF_A_NAME:
        raise ActRefused("witness", "witness says who saw it, in 1 to 60 characters (Q74)", "facts.witness")
    if witness.strip() == by:
        raise ActRefused("witness", "the witness is another than who destroyed the sheets", "facts.witness")


def _check_account(campaign: Campaign, new: NewAct) -> None:
    towns = {account.account_id: account.town_code for account in campaign.accounts}
    town = towns.get(new.target)
    if town is None:
        raise ActRefused("account", f"the campaign has no account {new.target!r:.60}", "target")
    if new.scope.level is not ScopeLevel.TOWN or new.scope.id != town:
        raise ActRefused("scope", f"account {new.target} is of town {town}; act in that town's scope", "scope")


def _of_site(new: NewAct) -> None:
    if new.scope.level is not ScopeLevel.SITE:
        sentence = f"{new.kind.value} is about one site, got the scope {new.scope.level.value}; name the site"
        raise ActRefused("site", sentence, "scope")
