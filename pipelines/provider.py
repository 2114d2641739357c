"""The organisation's own identity provider: the form of provider.toml, and the file in which Streamlit finds it."""

import json
import os
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from pipelines.config import LOOPBACK, ConfigError, Settings, given_secret, secret

FILE = "provider.toml"
NAME = "default"
CALLBACK = "/oauth2callback"
PLAIN_HOSTS = (LOOPBACK, "localhost")


class ProviderSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[provider]``: whom we ask, as whom, and by which address the browser knows us.

    ``client_secret`` is a secret's name: its value comes from ``TENFOLD_SECRET_<NAME>`` or ``<home>/secrets/<name>``.
    ``prompt`` "login" has the provider ask for the password each time, "select_account" for the account.
    """

    metadata_url: str
    client_id: str
    client_secret: str
    public_url: str
    prompt: str = "select_account"


class ProviderFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of provider.toml."""

    provider: ProviderSpec


@dataclass(frozen=True, repr=False)
class Provider:
    """The provider, ready to be asked: its secret is in it, so it is never shown or logged."""

    spec: ProviderSpec
    client_secret: str


def has_provider(chosen: Settings) -> bool:
    """Whether people come in by an identity provider."""
    return (chosen.home / FILE).exists()


def load_provider(chosen: Settings) -> Provider | None:
    """Return the provider of ``<home>/provider.toml``, None when there is no such file.

    Raises ConfigError with a sentence when the file or its secret is missing or wrong.
    """
    path = chosen.home / FILE
    if not path.exists():
        return None
    try:
        spec = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), ProviderFile).provider
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"the provider file {path} cannot be read: {error}; see `data/README.md`") from error
    for name in ("metadata_url", "public_url"):
        _check_address(path, name, getattr(spec, name))
    if urlsplit(spec.public_url).path.strip("/"):
        raise ConfigError(f"{path}: public_url has no path, as in https://tenfold.example.org; got {spec.public_url!r}")
    return Provider(spec, given_secret(chosen, spec.client_secret))


def lay_provider(chosen: Settings) -> Path | None:
    """Write what Streamlit asks the provider with, readable by its owner alone; return the file, None without one."""
    provider = load_provider(chosen)
    if provider is None:
        return None
    lines = {
        "redirect_uri": provider.spec.public_url.rstrip("/") + CALLBACK,
        "cookie_secret": secret(chosen, "cookies"),
        "client_id": provider.spec.client_id,
        "client_secret": provider.client_secret,
        "server_metadata_url": provider.spec.metadata_url,
    }
    body = ["[auth]", *(f"{name} = {json.dumps(value)}" for name, value in lines.items())]
    body += ["[auth.client_kwargs]", 'scope = "openid email profile"', f"prompt = {json.dumps(provider.spec.prompt)}"]
    target = chosen.home / "secrets" / "streamlit.toml"
    handle, whole = tempfile.mkstemp(dir=target.parent)  # readable by its owner alone
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write("\n".join(body) + "\n")
    return Path(whole).replace(target)


def _check_address(path: Path, name: str, url: str) -> None:
    parts = urlsplit(url)
    is_good = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in PLAIN_HOSTS)
    if not is_good or not parts.hostname:
        raise ConfigError(f"{path}: {name} begins with https:// (http:// only on this machine), got {url!r}")
