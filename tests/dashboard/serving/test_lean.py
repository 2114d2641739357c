"""Settings, kept: every viewer is still sent the very bytes that Streamlit would have worked out."""

import threading

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import Config, CustomThemeConfig
from streamlit.runtime import app_session

from dashboard.serving import lean

THEME, CONFIG = lean.FILLS
SECTIONS = ("theme", "theme.light", "theme.dark", "theme.sidebar", "theme.light.sidebar", "theme.dark.sidebar")


def written(fill: lean.Fill, section: str) -> CustomThemeConfig:
    """Return what ``fill`` writes of a section."""
    message = CustomThemeConfig()
    fill(message, section)
    return message


def test_the_installed_streamlit_works_its_settings_out_where_they_are_kept() -> None:
    assert all(callable(getattr(app_session, name)) for name in lean.FILLS)


def test_what_is_kept_is_what_streamlit_writes_time_and_again() -> None:
    fill: lean.Fill = getattr(app_session, THEME)
    kept = lean.kept(fill, CustomThemeConfig)
    for section in SECTIONS:
        whole = written(fill, section)
        assert written(kept, section) == whole
        assert written(kept, section).SerializeToString() == whole.SerializeToString()
    assert written(kept, "theme.dark").background_color == "#0b1220"


def test_a_section_without_settings_leaves_no_trace() -> None:
    whole = CustomThemeConfig()
    lean.kept(getattr(app_session, THEME), CustomThemeConfig)(whole.sidebar, "theme.sidebar")
    assert not whole.HasField("sidebar")


def test_the_settings_of_the_page_are_kept_too() -> None:
    fill: lean.Fill = getattr(app_session, CONFIG)
    whole, again = Config(), Config()
    fill(whole)
    kept = lean.kept(fill, Config)
    kept(Config())
    kept(again)
    assert again.SerializeToString() == whole.SerializeToString()
    assert whole.ByteSize()


def test_a_setting_is_read_as_streamlit_reads_it_but_behind_no_lock() -> None:
    read = lean.unlocked(whole := config.get_option)
    names = [name for name in config.get_config_options() if not name.startswith("_")]
    assert names
    assert {name: read(name) for name in names} == {name: whole(name) for name in names}
    with pytest.raises(RuntimeError, match="nobody"):
        read("server.nobody")
    got: list[object] = []
    with config._config_lock:  # pyright: ignore[reportPrivateUsage]
        reader = threading.Thread(target=lambda: got.append(read("server.headless")))
        reader.start()
        reader.join(5)
    assert got == [whole("server.headless")]
