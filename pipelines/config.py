"""The only reader of the environment: where things are, which ports they use, which sources are pulled."""

import os
import secrets
import tempfile
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pipelines.mapping_form import AuthSpec, MappingSpec
from pipelines.vocabulary import SourceKind

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_CAMPAIGN = ROOT / "data" / "campaigns" / "sanshui-2021-06-06"
LOOPBACK = "127.0.0.1"
KEEPS_MEMORY = "dirty_decay_ms:10000,muzzy_decay_ms:10000"


class ConfigError(Exception):
    """A setting is missing or wrong; the message says which, where and what to do."""


@dataclass(frozen=True)
class Settings:
    """What one process needs to know of its surroundings."""

    home: Path
    campaign_folder: Path
    host: str
    port: int

    @property
    def clock_file(self) -> Path:
        """The file all processes read campaign time from."""
        return self.home / "clock.json"

    @property
    def sources_file(self) -> Path:
        """The file that names the sources to pull, unless the user names another."""
        return self.home / "sources.toml"

    @property
    def ledger_file(self) -> Path:
        """The simulated intake's durable ledger."""
        return self.home / "intake" / "ledger.sqlite"

    @property
    def fault_file(self) -> Path:
        """The faults of a drill, which every process of the simulated intake reads."""
        return self.home / "faults.json"

    @property
    def store_file(self) -> Path:
        """The command server's DuckDB file."""
        return self.home / "command.duckdb"

    @property
    def acts_file(self) -> Path:
        """The ledger of human acts."""
        return self.home / "acts.sqlite"

    @property
    def identity_file(self) -> Path:
        """The accounts and sessions of the command center's users; they outlast the day."""
        return self.home / "identity.sqlite"

    @property
    def log_folder(self) -> Path:
        """Where the supervisor keeps one log a process."""
        return self.home / "logs"

    @property
    def dashboard_port(self) -> int:
        """The port a browser opens."""
        return self.port

    @property
    def command_port(self) -> int:
        """The command API's port."""
        return self.port + 1

    @property
    def command_url(self) -> str:
        """The command API's address; ``TENFOLD_COMMAND_URL`` overrides it."""
        return os.environ.get("TENFOLD_COMMAND_URL", f"http://{self.host}:{self.command_port}")

    @property
    def data_port(self) -> int:
        """The port of the intake's data interface (counts, tubes, labs, custody)."""
        return self.port + 2

    @property
    def world_port(self) -> int:
        """The port of the simulated site world (queues, roster, network)."""
        return self.port + 3

    def server_port(self, index: int) -> int:
        """Return the port of the campaign's ``index``-th server (0-based)."""
        return self.port + 10 + index


def settings(home: Path | None = None, campaign: Path | None = None, port: int | None = None) -> Settings:
    """Return the settings: an argument wins over ``TENFOLD_HOME``, ``_CAMPAIGN``, ``_PORT``; those over the default."""
    return Settings(
        home=Path(home or os.environ.get("TENFOLD_HOME") or ROOT / ".tenfold").absolute(),
        campaign_folder=Path(campaign or os.environ.get("TENFOLD_CAMPAIGN") or DEFAULT_CAMPAIGN).absolute(),
        host=LOOPBACK,
        port=port or _port(os.environ.get("TENFOLD_PORT", "8500")),
    )


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and 1024 <= int(text) <= 65_000:
        return int(text)
    raise ConfigError(f"TENFOLD_PORT must be a whole number from 1024 to 65000, got {text!r}; unset it or mend it")


def environment_for_children(chosen: Settings) -> dict[str, str]:
    """Return the environment in which a child process finds the same settings, and no proxy.

    Frames here are small: a second thread of Polars costs more than it brings. DuckDB is asked every second: memory it
    gives back within that second costs more to get again than to keep. Whoever starts us may say otherwise.
    """
    usual = {"POLARS_MAX_THREADS": "1", "DUCKDB_JE_MALLOC_CONF": KEEPS_MEMORY}
    kept = usual | {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    return kept | {
        "TENFOLD_HOME": str(chosen.home),
        "TENFOLD_CAMPAIGN": str(chosen.campaign_folder),
        "TENFOLD_PORT": str(chosen.port),
    }


def secret(chosen: Settings, name: str) -> str:
    """Return the machine's own secret ``name`` (64 hex digits), made once, readable by its owner alone."""
    folder = chosen.home / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / name
    if not file.exists():
        handle, whole = tempfile.mkstemp(dir=folder)  # readable by its owner alone
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(whole, file)  # whole or not at all; the first of two processes wins
        Path(whole).unlink()
    return file.read_text(encoding="ascii").strip()


def given_secret(chosen: Settings, name: str) -> str:
    """Return a secret that a person gave: ``TENFOLD_SECRET_<NAME>``, else the file ``<home>/secrets/<name>``."""
    variable = "TENFOLD_SECRET_" + "".join(sign if sign.isalnum() else "_" for sign in name).upper()
    file = chosen.home / "secrets" / name
    if not name.replace("-", "").replace("_", "").isalnum():
        raise ConfigError(f"a secret's name is letters, digits, - and _ only, got {name!r}")
    given = os.environ.get(variable) or (file.read_text(encoding="utf-8").strip() if file.is_file() else "")
    if not given:
        raise ConfigError(
            f"there is no secret {name!r}: set {variable}, or write it into {file}, readable by you alone"
        )
    return given


class SourceSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ``[[source]]``; ``url`` may hold ``{site_id}`` (then one request a site), ``{after}`` and ``{limit}``.

    ``file:kit-*.csv`` is the newest file of that name beside the sources file.
    """

    source_id: str
    kind: SourceKind
    url: str
    every_s: float = 1.0
    deadline_s: float = 2.0
    cap_bytes: int = 4_000_000
    server_id: str | None = None
    mapping: MappingSpec | None = None
    auth: AuthSpec | None = None


class OrderSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[orders]``: where orders to the sites are sent, a route that takes ``NewOrder``."""

    url: str
    deadline_s: float = 3.0


class SourceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of sources.toml: the sources, the ``host:port`` pairs that may be asked, and where orders go."""

    source: list[SourceSpec]
    allow: list[str]
    orders: OrderSpec | None = None


def load_sources(path: Path) -> SourceFile:
    """Read sources.toml; raises ConfigError with a sentence when it is missing, malformed or names a source twice."""
    try:
        sources = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), SourceFile)
    except FileNotFoundError as error:
        raise ConfigError(
            f"no sources file at {path}; `tenfold up` writes one, or name yours with --sources"
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(
            f"the sources file {path} cannot be read: {error}; see `data/README.md` for its form"
        ) from error
    refuse_doubles(sources)
    return sources


def refuse_doubles(sources: SourceFile) -> None:
    """Raise ConfigError when two sources would tell the same: of one kind, of one server, or by one name."""
    told = [
        f"server_status of {spec.server_id}" if spec.kind is SourceKind.SERVER_STATUS else spec.kind.value
        for spec in sources.source
    ]
    if (twice := _twice(told)) is not None:
        raise ConfigError(f"sources.toml names more than one source of {twice}; all would count twice, leave one")
    if (twice := _twice([spec.source_id for spec in sources.source])) is not None:
        raise ConfigError(f"sources.toml names two sources {twice!r}; give each a source_id of its own")


def _twice(names: list[str]) -> str | None:
    return next((name for n, name in enumerate(names) if name in names[:n]), None)
