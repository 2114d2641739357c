"""A town of the small district on a long day, and what its people do: gates, hours, a lost tube, the day's close."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from pipelines.acts.reporting import hour_name, report_id
from pipelines.api import Act, Scope
from pipelines.campaign import Campaign, load_campaign
from pipelines.identity import NewAccount
from pipelines.intake.faults import Fault
from pipelines.intake.places import places
from pipelines.intake.world.people import staff
from pipelines.intake.world.sheets import sheet_steps
from pipelines.vocabulary import ActKind, FaultKind, UserRole
from tests.days.stepped import Stepped
from tests.days.told_day import Telling
from tests.store.kit import HandClock, moment

TOWN, SITES = Scope.town("990001002"), ("LS-5", "LS-6", "LS-7", "LS-8")
FIGURES = ("persons", "tubes", "third_copies", "special_cases")
PEOPLE = {
    "town": NewAccount("wu.min", "吴敏", UserRole.TOWN_COORDINATOR, TOWN, is_demo=True),
    **{
        site: NewAccount(f"officer-{site}", site, UserRole.SITE_OFFICER, Scope.site(site), is_demo=True)
        for site in SITES
    },
}


def at(local: str) -> datetime:
    """Return a local time of the day, HH:MM or HH:MM:SS."""
    return moment(local) - timedelta(hours=8)


def long_day(folder: Path, made: Path) -> Campaign:
    """Return the small district's campaign from 8 to 20 o'clock, which is reported on 14 hours."""
    shutil.copytree(folder, made)
    settings = made / "campaign.toml"
    text = settings.read_text("utf-8").replace("T14:00:00", "T20:00:00").replace("T14:30:00", "T20:30:00")
    hours = "hours = [1.2, 1.2, 1.1, 1.0, 0.8, 0.8, 1.0, 1.1, 1.2, 1.0, 0.8, 0.8]"
    settings.write_text(text.replace("hours = [1.5, 1.0, 1.0, 1.0, 1.0, 0.5]", hours), "utf-8")
    return load_campaign(made)


def faults() -> list[Fault]:
    """What goes wrong: two sites without power before opening, tubes lost on the road, no feed of the town's inputs."""
    planned = (
        (FaultKind.POWER_CUT, "LS-5", "07:00", "07:35", 1.0),
        (FaultKind.POWER_CUT, "LS-7", "07:00", "08:10", 1.0),
        (FaultKind.TUBE_LOST, "LS-6", "10:00", "12:00", 0.15),
        (FaultKind.REPORT_FORGOTTEN, TOWN.id or "", "07:00", "23:00", 1.0),
    )
    return [
        Fault(fault_id=f"f{n}", kind=kind, target=target, starts_at=at(begins), ends_at=at(ends), strength=strength)
        for n, (kind, target, begins, ends, strength) in enumerate(planned)
    ]


def seed_with_a_missing_sheet(campaign: Campaign, until: str) -> int:
    """Return the first day's seed on which just one sheet of the town is missed, and not back by ``until``."""
    for seed in range(1, 500):
        steps = sheet_steps(campaign, places(campaign), staff(campaign, seed), seed)
        own = [step for step in steps if step.site_id in SITES]
        late = {step.thing_id for step in own if step.step == "destroy" and step.happened_at > at(until)}
        missed = {step.thing_id for step in own if step.step == "miss"}
        back = {step.thing_id for step in own if step.step == "return" and step.happened_at > at(until)}
        if len(missed) == 1 and missed == late == back:
            return seed
    raise AssertionError("no seed with one missing sheet of the town; look at the shares in intake/world/sheets.py")


class Town:
    """The town's people at the screens of one command server; each step moves the clock and the day to a local time."""

    def __init__(self, telling: Telling, command: Stepped, clock: HandClock) -> None:
        """Stand before the day."""
        self.telling, self.command, self.clock = telling, command, clock

    def go(self, local: str, *, is_pulling: bool = True) -> None:
        """Let the day come to a local time, and the command server pull it."""
        self.clock.at = at(local)
        self.telling.live(self.clock.at)
        if is_pulling:
            self.command.pull()

    def ask(self, name: str, **params: str) -> pl.DataFrame:
        """Ask in the town's scope."""
        return self.command.ask(name, TOWN, **params)

    def own(self, hour: datetime) -> dict[str, object]:
        """Return the newest report of the town for an hour."""
        return self.ask("report", hour=hour_name(hour), version="").row(0, named=True)

    def enters(self, site: str, hour: datetime, **wrong: int) -> Act:
        """Let a site's officer confirm what the feeds prefill, or enter something else."""
        row = self._prefilled(site, hour)
        told = {name: row[f"{name}_fed"] for name in FIGURES if row[f"{name}_fed"] is not None} | wrong
        kind = ActKind.INPUT_ENTERED if wrong else ActKind.INPUT_CONFIRMED
        return self.command.act(site, kind, Scope.site(site), hour_name(hour), base_version=row["version"], **told)

    def corrects(self, site: str, hour: datetime, reason: str) -> Act:
        """Let the town's coordinator put a site's persons right as the feeds have them."""
        row = self._prefilled(site, hour)
        told = {"base_version": row["version"], "persons": row["persons_fed"]}
        return self.command.act("town", ActKind.INPUT_CORRECTED, Scope.site(site), hour_name(hour), reason, **told)

    def signs(self, hour: datetime) -> Act:
        """Let the coordinator sign the town's newest report of an hour."""
        version = self.own(hour)["version"]
        return self.command.act("town", ActKind.REPORT_SIGNED, TOWN, report_id(hour, TOWN), version=version)

    def freezes(self) -> None:
        """Let the job of the reports look."""
        self.command.run("freeze_reports")

    def _prefilled(self, site: str, hour: datetime) -> dict[str, int]:
        return self.command.ask("site_inputs", Scope.site(site), hour=hour_name(hour)).row(0, named=True)
