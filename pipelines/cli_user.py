"""``tenfold user``: who may sign in to the command center, made and changed on the machine it runs on."""

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import logs
from pipelines.cli_options import CampaignOption, HomeOption, err, opened, out
from pipelines.clock import wall_now
from pipelines.config import ConfigError, settings
from pipelines.vocabulary import ActKind, UserRole

if TYPE_CHECKING:
    from pipelines.api import Scope
    from pipelines.campaign import Campaign
    from pipelines.identity import Accounts

user = typer.Typer(help="Say who may sign in to the command center, and as what.", no_args_is_help=True)
UserArgument = Annotated[str, typer.Argument(help="The user's id: 2 to 32 of a-z, 0-9, '.', '_', '-'.")]
GenerateOption = Annotated[
    bool, typer.Option("--generate", help="Make a password and print it once, instead of asking for one.")
]


@user.command("add")
def add(
    user_id: UserArgument,
    role: Annotated[UserRole, typer.Option(help="What he is there for; it says how wide his scope is.")],
    name: Annotated[str, typer.Option(help="The name that others see.")],
    town: Annotated[str | None, typer.Option(help="The town_code of a town coordinator.")] = None,
    site: Annotated[str | None, typer.Option(help="The site_id of a site officer.")] = None,
    email: Annotated[str, typer.Option(help="The address by which an identity provider names him.")] = "",
    issuer: Annotated[str, typer.Option(help="The identity provider's issuer, with --subject.")] = "",
    subject: Annotated[str, typer.Option(help="His subject there: then the address alone does not do.")] = "",
    no_password: Annotated[bool, typer.Option("--no-password", help="Only the identity provider lets him in.")] = False,
    generate: GenerateOption = False,
    campaign: CampaignOption = None,
    home: HomeOption = None,
) -> None:
    """Make a user; his password is asked for twice."""
    from pipelines.identity import NewAccount

    _, loaded = opened(home, campaign, None)
    new = NewAccount(user_id, name, role, _scope(loaded, role, town, site), email, issuer, subject)
    password = None if no_password else _password(generate)
    with _accounts(home) as accounts:
        accounts.add(new, password)
    _record(home, user_id, "added", role=role.value, scope=new.scope.id or "district")
    out.print(f"{user_id} may sign in as {role.value}", markup=False)
    _tell(password if generate else None)


@user.command("list")
def show(home: HomeOption = None) -> None:
    """List every user, his role, his scope and whether he is locked."""
    with _accounts(home) as accounts:
        found = accounts.all()
    for account in found:
        viewer = account.viewer
        ways = [
            *(["password"] if account.password_hash else []),
            *(["provider"] if account.email or account.subject else []),
            *(["one click"] if viewer.is_demo else []),
        ]
        state = "LOCKED" if account.is_locked else "open"
        scope = viewer.scope.id or "whole district"
        line = (
            f"{viewer.user_id}  {viewer.role.value}  {scope}  {state}  {' + '.join(ways) or 'no way in'}  {viewer.name}"
        )
        out.print(line, markup=False)
    if not found:
        err.print("there is no user yet; make one with `tenfold user add`", markup=False)


@user.command("password")
def password(user_id: UserArgument, generate: GenerateOption = False, home: HomeOption = None) -> None:
    """Give a user a new password; whoever is signed in with the old one no longer is."""
    new = _password(generate)
    with _accounts(home) as accounts:
        accounts.set_password(user_id, new)
    _record(home, user_id, "password")
    out.print(f"{user_id} has a new password, and his open sessions are ended", markup=False)
    _tell(new if generate else None)


@user.command("lock")
def lock(user_id: UserArgument, home: HomeOption = None) -> None:
    """Let a user in no more; his open sessions end at once."""
    with _accounts(home) as accounts:
        accounts.lock(user_id)
    _record(home, user_id, "locked")
    out.print(f"{user_id} is locked, and his open sessions are ended", markup=False)


@user.command("unlock")
def unlock(user_id: UserArgument, home: HomeOption = None) -> None:
    """Let a user in again; failed tries in his name are forgotten."""
    with _accounts(home) as accounts:
        accounts.unlock(user_id)
    _record(home, user_id, "unlocked")
    out.print(f"{user_id} may sign in again", markup=False)


@user.command("remove")
def remove(user_id: UserArgument, home: HomeOption = None) -> None:
    """Forget a user; his open sessions end at once, what he did stays on record."""
    with _accounts(home) as accounts:
        accounts.remove(user_id)
    _record(home, user_id, "removed")
    out.print(f"{user_id} is removed, and his open sessions are ended", markup=False)


@contextmanager
def _accounts(home: Path | None) -> "Generator[Accounts]":
    from pipelines.identity import Accounts, Book

    logs.configure("user")
    book = Book(settings(home=home).identity_file)
    try:
        yield Accounts(book, wall_now)
    finally:
        book.close()


def _record(home: Path | None, user_id: str, change: str, **facts: str) -> None:
    """Keep a change of the users in the ledger of acts, by whoever works on this machine."""
    from pipelines.acts import ActLedger
    from pipelines.api import NewAct
    from pipelines.clock import FileClock

    chosen = settings(home=home)
    at = FileClock(chosen.clock_file).now() if chosen.clock_file.exists() else wall_now()
    act_id, told = secrets.token_hex(16), {"change": change, **facts}
    new = NewAct(act_id=act_id, kind=ActKind.USER_CHANGED, target=user_id, facts=dict(told))
    ledger = ActLedger(chosen.acts_file)
    try:
        ledger.append(new, f"cli:{os.getuid()}", "", at, wall_now())
    finally:
        ledger.close()


def _scope(campaign: "Campaign", role: UserRole, town: str | None, site: str | None) -> "Scope":
    """Return the scope that goes with a role; raises ConfigError when it is missing, too much, or nobody's."""
    from pipelines.access import RIGHTS
    from pipelines.api import Scope
    from pipelines.vocabulary import ScopeLevel

    level = RIGHTS[role].level
    said = {ScopeLevel.TOWN: town, ScopeLevel.SITE: site}
    if level is ScopeLevel.DISTRICT:
        if town or site:
            raise ConfigError(f"a {role.value} has the whole district; leave out --town and --site")
        return Scope.district()
    other = site if level is ScopeLevel.TOWN else town
    known = (
        [one.town_code for one in campaign.towns] if level is ScopeLevel.TOWN else [s.site_id for s in campaign.sites]
    )
    if other or said[level] not in known:
        raise ConfigError(
            f"a {role.value} needs --{level.value} alone, one of the campaign's: {', '.join(known[:6])} …; "
            f"got {said[level]!r}"
        )
    return Scope(level, said[level])


def _password(generate: bool) -> str:
    if generate:
        from pipelines.identity import generated

        return generated()
    return typer.prompt("Password", hide_input=True, confirmation_prompt="The same again")


def _tell(made: str | None) -> None:
    if made is not None:
        out.print(f"password, told this once: {made}", markup=False)
