"""``tenfold notify``: try a channel before the day, so that the first message on it is not the first alarm."""

from typing import Annotated

import typer

from pipelines.cli_options import CampaignOption, HomeOption, PortOption, opened, out
from pipelines.config import ConfigError

notify = typer.Typer(help="Try the channels that alerts go out by.", no_args_is_help=True)


@notify.callback()
def channels() -> None:
    """Try the channels that alerts go out by."""


@notify.command("test")
def test(
    name: Annotated[str, typer.Argument(metavar="CHANNEL", help="A channel of notify.toml.")],
    campaign: CampaignOption = None,
    home: HomeOption = None,
    port: PortOption = None,
) -> None:
    """Send one test message and say how it ended; exit code 1 when it was not taken."""
    from pipelines.alerts.channels import load_channels
    from pipelines.alerts.sending import posting, send
    from pipelines.clock import wall_now
    from pipelines.http import Http
    from pipelines.vocabulary import Outcome

    chosen, loaded = opened(home, campaign, port)
    known = {channel.spec.name: channel for channel in load_channels(chosen)}
    if name not in known:
        raise ConfigError(f"notify.toml has no channel {name!r}; it has {', '.join(known) or 'none'}")
    channel, wall_at = known[name], wall_now()
    is_zh = channel.spec.language == "zh"
    text = (
        f"【{loaded.district_name.zh}】告警通道测试" if is_zh else f"[{loaded.district_name.en}] test of this channel"
    )
    sent = send(Http([channel.address]), channel, posting(channel, text, [], wall_at), wall_at)
    skew = "" if sent.skew_s is None else f"; our clock is {sent.skew_s:+.0f} s off the receiver's"
    out.print(f"{name}: {sent.outcome.value} in {sent.took_ms:.0f} ms{skew} {sent.reason}".rstrip(), markup=False)
    if sent.outcome is not Outcome.OK:
        raise typer.Exit(1)
