"""A commander's first minutes, each value beside the store's, and bad hour: a dead server, its cause, what is ahead."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from playwright.sync_api import Page

from pipelines.config import DEFAULT_CAMPAIGN
from pipelines.vocabulary import FaultKind
from tests.browser import reason_to_skip, sign_in
from tests.end_to_end.product import Product, running, until
from tests.end_to_end.screen import ISO, viewing
from tests.end_to_end.walking import agrees, breaks, patient, told

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(240)]
DEAD, DEAD_NAME = "p2", "省系统2号"
STEPS = ("registered", "sampled", "at_lab", "resulted")
BEIJING = timedelta(hours=8)
READ = """() => {
  const text = selector => document.querySelector(selector)?.innerText ?? '';
  const keyed = {};
  for (const element of document.querySelectorAll('[class*="st-key-kpi-"], [class*="st-key-server-"]')) {
    keyed[[...element.classList].find(name => name.startsWith('st-key-')).slice(7)] = element.innerText;
  }
  const cells = card => [...document.querySelectorAll(`.st-key-${card} [role=gridcell]`)].map(cell => cell.textContent);
  return {
    ...keyed, asOf: text('.st-key-data-as-of'), status: text('.st-key-status'), servers: text('.st-key-card-servers'),
    way: [...document.querySelectorAll('.st-key-card-way .value')].map(value => value.innerText),
    advice: document.querySelectorAll('[class*="st-key-advice-"]').length,
    decide: text('.st-key-card-decide'), sites: cells('card-sites'), outlook: cells('card-outlook'),
    crowds: text('.st-key-card-outlook'), map: document.querySelectorAll('.st-key-map canvas').length,
  };
}"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Run the built-in campaign, 118 sites, at four times real time: slow enough to see what happens when."""
    if reason := reason_to_skip():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("commander")
    arguments = ("--campaign", str(patient(DEFAULT_CAMPAIGN, folder / "sanshui")), "--speed", "4")
    with running(folder / "home", *arguments) as started:
        yield started


@pytest.fixture(scope="module")
def page(product: Product) -> Iterator[Page]:
    """The district page in Chromium, as the commander opens it."""
    with viewing("about:blank", height=1500) as opened:
        sign_in(opened, product.url).goto(product.url)
        yield opened


def test_the_first_five_minutes_every_value_on_the_first_screen_is_the_stores(product: Product, page: Page) -> None:
    page.locator(".st-key-map canvas").first.wait_for(timeout=60_000)
    agrees(lambda: differences(product, page))


def differences(product: Product, page: Page) -> dict[str, str]:
    """Return for each item of the first screen "", or what it says and what the store knows of that moment."""
    said: dict[str, Any] = page.evaluate(READ)
    moment = ISO.search(said["asOf"])
    if moment is None:
        return {}
    known = wanted(product, datetime.fromisoformat(moment[0]))
    told = {item: (str(said.get(key, "")), parts) for item, (key, parts) in known.items()}
    return {
        item: "" if all(part in shown for part in parts) else f"{shown!r} lacks one of {parts}"
        for item, (shown, parts) in told.items()
    } | worst_sites(product, said["sites"], datetime.fromisoformat(moment[0]))


def wanted(product: Product, as_of: datetime) -> dict[str, tuple[str, list[str]]]:
    """Return for each item where it stands and which words it must hold."""

    def ask(name: str) -> pl.DataFrame:
        return product.command.ask(name, as_of)

    def one(name: str, **params: str) -> dict[str, Any]:
        return product.command.ask(name, as_of, **params).row(0, named=True)

    totals, fresh, way, forecast = (
        *(one("district_totals"), one("freshness"), one("tubes_way")),
        one("forecast_live"),
    )
    persons, target = totals["persons_registered"], totals["persons_target"]
    servers = {
        f"server {row['server_id']}": (
            f"server-{row['server_id']}",
            [row["name_zh"], f"{row['desks']:,} 个卡位", f"{row['load_share'] or 0:.0%}"],
        )
        for row in ask("servers_live").iter_rows(named=True)
    }
    networks = f"Wi-Fi {totals['networks_ok']}/{totals['networks_total']} 正常"
    missing = way["tubes_lost"] + way["tubes_misrouted"]
    tubes = [f"{way[f'tubes_{step}']:,}" for step in (*STEPS[:2], "dispatched", *STEPS[2:])]
    finish = [clock_time(forecast[key]) for key in ("finish_at", "finish_low_at")]
    return {
        "person-samples": ("kpi-persons", [f"{persons:,}"]),
        "share of the target": ("kpi-persons", [f"{persons / target:.1%}"]),
        "forecast finish and its band": ("kpi-tube-finish", finish),
        "age of the data": ("kpi-age", [f"{fresh['sites_fresh']}/{fresh['sites_total']}"]),
        "networks": ("servers", [networks]),
        "tubes": ("way", [repr([*tubes, f"{missing:,}"])]),
        "at most three decisions": ("advice", [str(ask("recommendations_live").head(3).height)]),
        **servers,
    }


def worst_sites(product: Product, cells: list[str], as_of: datetime) -> dict[str, str]:
    """Return "" when the list beside the map begins with the five sites that wait longest."""
    waits = dict(product.command.ask("sites_live", as_of).select("name_zh", "wait_minutes").iter_rows())
    named = [cell for cell in cells if cell in waits][:5]
    others = [wait or 0.0 for name, wait in waits.items() if name not in named]
    is_so = len(named) == 5 and min(waits[name] or 0.0 for name in named) >= max(others)
    return {"five worst sites": "" if is_so else f"{named} first, of {waits}"}


def clock_time(moment: datetime | None) -> str:
    """Return the district's time of day as a screen has it."""
    return "—" if moment is None else (moment.astimezone(UTC) + BEIJING).strftime("%H:%M")


def test_the_bad_hour_has_one_banner_with_its_cause_and_the_lines_with_and_without_plan_one(
    product: Product, page: Page
) -> None:
    until("desks on the second server", lambda: desks_on(product) > 0)
    began_at = product.command.edge().as_of
    breaks(product, FaultKind.SERVER_DOWN, DEAD)
    one_banner_dated_within_a_minute(product, page, began_at)
    what_is_to_come(product, page)


def one_banner_dated_within_a_minute(product: Product, page: Page, began_at: datetime) -> None:
    """Read one banner with the cause and the desks, dated within a minute of the fall; the alarms are muted by it."""
    banner = told(page, "cause", DEAD_NAME, "原因 服务器", "个卡位")
    assert int(found(r"([\d,]+) 个卡位", banner)) > 0
    assert page.locator(".st-key-cause [data-testid=stAlert]").count() == 1
    disturbances = product.command.ask("disturbances_live", product.command.edge().as_of).filter(subject=DEAD)
    since: datetime = disturbances["since"].item()
    assert since - began_at <= timedelta(minutes=1)
    assert clock_time(since) in banner
    tile = told(page, f"server-{DEAD}", "宕机", "个卡位在其上")
    assert DEAD_NAME in tile
    alarms = until("the alarms", lambda: about_the_server(product))
    assert [row["rule"] for row in alarms if not row["muted_by"]] == ["disturbance"], "one cause, one alarm"


def about_the_server(product: Product) -> list[dict[str, Any]]:
    """Return the alarms about the dead server once the cause is among them."""
    frame = product.command.ask("alerts_live", product.command.edge().as_of).filter("is_alarm")
    rows = frame.filter(pl.col("subject").str.contains(DEAD)).to_dicts()
    return rows if any(row["rule"] == "disturbance" for row in rows) else []


def what_is_to_come(product: Product, page: Page) -> None:
    """Read the lines predicted with and without plan one for named towns, and how many sites are crowds."""

    def compared() -> dict[str, str]:
        said: dict[str, Any] = page.evaluate(READ)
        moment = ISO.search(said["asOf"])
        if moment is None:
            return {}
        as_of = datetime.fromisoformat(moment[0])
        towns = product.command.ask("queue_outlook_towns", as_of)
        crowds = product.command.ask("queue_outlook", as_of).filter("is_crowded").height
        words = f"人群 {crowds} 个点" if crowds else "没有采样点达到人群上限"
        shown = {cell.replace(",", "") for cell in said["outlook"]}
        lines = {
            name: sorted({f"{value:.0f}" for value in towns[name].drop_nulls()} - shown)
            for name in ("stopped_30", "offline_30")
        }
        return {name: f"{missing} not in {said['outlook']}" if missing else "" for name, missing in lines.items()} | {
            "crowds": "" if words in said["crowds"] else f"{words!r} not in {said['crowds']!r}"
        }

    agrees(compared)
    towns = product.command.ask("queue_outlook_towns", product.command.edge().as_of)
    assert towns["stopped_30"].null_count() == 0
    assert (towns["offline_30"] <= towns["stopped_30"]).all()


def desks_on(product: Product, server_id: str = DEAD) -> int:
    """Return how many desks are on a server now."""
    return (
        product.command.ask("servers_live", product.command.edge().as_of).filter(server_id=server_id).item(0, "desks")
    )


def found(pattern: str, said: str) -> str:
    """Return the first group of a pattern in what was said, without the commas of large numbers."""
    match = re.search(pattern, said)
    assert match, f"no {pattern!r} in {said!r}"
    return match[1].replace(",", "")
