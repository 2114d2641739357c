"""``tenfold watch``: the dead-man's switch, a process of its own that alarms when the command server stands still."""

import threading
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import logs
from pipelines.cli_options import CampaignOption, HomeOption, PortOption, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.alerts.channels import Channel
    from pipelines.alerts.deadman import Word

UrlOption = Annotated[str | None, typer.Option("--url", help="The command server [default: this machine's].")]
EveryOption = Annotated[float, typer.Option("--every", help="Seconds between two looks.", min=0.1, max=60)]
PatienceOption = Annotated[float, typer.Option("--patience", help="Seconds of trouble before the alarm.", min=0)]
DEADLINE_S = 5.0
log = logs.logger(__name__)
WORDS = {
    "lost": {"zh": "指挥服务器失去响应", "en": "the command server stands still"},
    "back": {"zh": "指挥服务器已恢复", "en": "the command server goes on again"},
}


def watch(
    campaign: CampaignOption = None,
    home: HomeOption = None,
    port: PortOption = None,
    url: UrlOption = None,
    every: EveryOption = 5.0,
    patience: PatienceOption = 30.0,
) -> None:
    """Watch the command server from outside; run it on another machine with --url to survive this one."""
    from pipelines.alerts.channels import load_channels
    from pipelines.alerts.deadman import Guard, guard, told
    from pipelines.clock import stopwatch

    chosen, loaded = opened(home, campaign, port)
    logs.configure("watch")
    channels = load_channels(chosen)
    own = [channel for channel in channels if channel.spec.is_watchdog] or channels
    if not own:
        log.warning("no channel to alarm through; add one to notify.toml", home=str(chosen.home))
    look, state, pause = _looker(url or chosen.command_url), Guard(), threading.Event()
    while True:
        wrong = look()
        state, word = guard(state, wrong, stopwatch(), patience)
        if word is not None and _told(own, word, wrong, loaded.district_name.zh, loaded.district_name.en):
            state = told(state, word)
        pause.wait(every)


def _looker(url: str) -> "Callable[[], str]":
    """Return what tells what is wrong with the command server, "" when everything makes progress."""
    from urllib.parse import urlsplit

    import msgspec

    from pipelines.alerts.deadman import Heartbeat, trouble
    from pipelines.http import Http, HttpFailure

    http, heartbeat = Http([urlsplit(url).netloc]), f"{url.rstrip('/')}/heartbeat"

    def look() -> str:
        try:
            reply = http.ask("GET", heartbeat, deadline_s=DEADLINE_S, cap_bytes=10_000)
            return trouble(msgspec.json.decode(reply.body, type=Heartbeat))
        except HttpFailure as failure:
            return str(failure)
        except msgspec.DecodeError as error:
            return f"{heartbeat} is no heartbeat: {error}"

    return look


def _told(channels: "list[Channel]", word: "Word", wrong: str, district_zh: str, district_en: str) -> bool:
    """Say it on every channel and log it; true once one of them took it, or when there is none."""
    from pipelines.alerts.sending import posting, send
    from pipelines.clock import wall_now
    from pipelines.http import Http
    from pipelines.vocabulary import Outcome

    log.error("command server", word=word.value, why=wrong)
    outcomes: list[Outcome] = []
    for channel in channels:
        is_zh = channel.spec.language == "zh"
        text = f"【{district_zh}】" if is_zh else f"[{district_en}] "
        text += WORDS[word.value][channel.spec.language] + (f" ({wrong})" if wrong else "")
        sent = send(Http([channel.address]), channel, posting(channel, text, [], wall_now()), wall_now())
        outcomes.append(sent.outcome)
        if sent.outcome is not Outcome.OK:
            log.error("alarm not sent", channel=channel.spec.name, why=sent.reason)
    return not outcomes or Outcome.OK in outcomes
