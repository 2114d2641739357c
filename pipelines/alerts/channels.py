"""The channels that messages go out by: the form of notify.toml, and each channel with its secrets in place."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec

from pipelines.config import ConfigError, Settings, given_secret
from pipelines.vocabulary import Severity

FILE = "notify.toml"
PORTS = {"http": 80, "https": 443}


class ChannelKind(StrEnum):
    """Whose webhook it is."""

    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    WECOM = "wecom"
    GENERIC = "generic"


class Carries(StrEnum):
    """What a channel tells: what becomes of the alerts, or each hour's report."""

    ALERTS = "alerts"
    REPORTS = "reports"


class ChannelSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ``[[channel]]``; ``url`` holds ``{token}`` where its secret part stands.

    ``token`` and ``secret`` are names: their values come from ``TENFOLD_SECRET_<NAME>`` or from
    ``<home>/secrets/<name>``, never from this file. ``town`` narrows the channel to one town's alerts,
    or gives it that town's reports; ``is_watchdog``: the dead-man's switch speaks through it too.
    """

    name: str
    kind: ChannelKind
    url: str
    token: str = ""
    secret: str = ""
    language: str = "zh"
    min_severity: Severity = Severity.WARNING
    town: str = ""
    is_watchdog: bool = False
    carries: Carries = Carries.ALERTS


class NotifyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of notify.toml."""

    channel: list[ChannelSpec] = []


@dataclass(frozen=True, repr=False)
class Channel:
    """One channel, ready to send: its secrets are in it, so it is never shown or logged."""

    spec: ChannelSpec
    url: str
    secret: str
    token: str

    @property
    def address(self) -> str:
        """The ``host:port`` that may be asked for it."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port or PORTS.get(parts.scheme, 443)}"

    def hide(self, text: str) -> str:
        """Return ``text`` without this channel's secrets."""
        for word in (self.token, quote(self.token, safe=""), self.secret, quote(self.secret, safe="")):
            text = text.replace(word, "***") if word else text
        return text


def load_channels(chosen: Settings) -> list[Channel]:
    """Return the channels of notify.toml in the home, else in the campaign folder; none when there is no file.

    Raises ConfigError with a sentence when the file or a secret is missing or wrong.
    """
    path = next((f for f in (chosen.home / FILE, chosen.campaign_folder / FILE) if f.exists()), None)
    if path is None:
        return []
    channels = [_ready(chosen, spec, path) for spec in _read(path).channel]
    names = [channel.spec.name for channel in channels]
    if len(set(names)) < len(names):
        raise ConfigError(f"{path} names a channel twice; give each a name of its own")
    return channels


def _read(path: Path) -> NotifyFile:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), NotifyFile)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"the channels file {path} cannot be read: {error}; see `data/README.md`") from error


def _ready(chosen: Settings, spec: ChannelSpec, path: Path) -> Channel:
    if spec.language not in ("zh", "en"):
        raise ConfigError(f"{path}: the language of channel {spec.name!r} must be zh or en, got {spec.language!r}")
    token = given_secret(chosen, spec.token) if spec.token else ""
    secret = given_secret(chosen, spec.secret) if spec.secret else ""
    if ("{token}" in spec.url) != bool(token):
        raise ConfigError(f"{path}: channel {spec.name!r} needs {{token}} in its url exactly when it names a token")
    return Channel(spec, spec.url.replace("{token}", quote(token, safe="")), secret, token)
