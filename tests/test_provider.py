"""provider.toml: what is read, what Streamlit is told, and the sentences about what is wrong."""

import stat
import tomllib
from pathlib import Path

import pytest

from pipelines.config import ConfigError, settings
from pipelines.provider import has_provider, lay_provider, load_provider

GOOD = """
[provider]
metadata_url = "https://id.example.org/.well-known/openid-configuration"
client_id = "tenfold"
client_secret = "oidc"
public_url = "https://tenfold.example.org/"
prompt = "login"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TENFOLD_SECRET_OIDC", 'a "quoted" \\ secret')
    return tmp_path


def test_without_a_file_there_is_no_provider(home: Path) -> None:
    assert not has_provider(settings(home))
    assert lay_provider(settings(home)) is None


def test_streamlit_is_told_in_a_file_that_only_its_owner_reads(home: Path) -> None:
    (home / "provider.toml").write_text(GOOD, encoding="utf-8")
    told = lay_provider(settings(home))
    assert told is not None
    assert stat.S_IMODE(told.stat().st_mode) == 0o600
    auth = tomllib.loads(told.read_text(encoding="utf-8"))["auth"]
    assert auth["redirect_uri"] == "https://tenfold.example.org/oauth2callback"
    assert auth["client_secret"] == 'a "quoted" \\ secret'
    assert len(auth["cookie_secret"]) == 64
    assert auth["client_kwargs"] == {"scope": "openid email profile", "prompt": "login"}
    assert "quoted" not in repr(load_provider(settings(home)))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('client_id = "tenfold"', "", "missing required field `client_id`"),
        ('client_id = "tenfold"', 'client_id = "tenfold"\nclient = 1', "unknown field `client`"),
        ("[provider]", "[provider", "cannot be read"),
        ("https://id.", "http://id.", "metadata_url begins with https://"),
        ("https://tenfold.", "ftp://tenfold.", "public_url begins with https://"),
        ("example.org/", "example.org/tenfold", "public_url has no path"),
        ('"oidc"', '"missing"', "there is no secret 'missing'"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(home: Path, old: str, new: str, sentence: str) -> None:
    (home / "provider.toml").write_text(
        GOOD.replace(old, new, 1) if old != "example.org/" else GOOD.replace('example.org/"', new + '"'),
        encoding="utf-8",
    )
    with pytest.raises(ConfigError, match=sentence):
        load_provider(settings(home))
