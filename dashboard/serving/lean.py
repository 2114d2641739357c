"""What Streamlit would work out anew at every rerun although it stands while the server runs: its settings.

It sends them with every refresh of every viewer, and reads all of them for that: a third of a refresh's time. And it
reads one of them for every element that is sent, behind a lock at which all pages that are being drawn queue up.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from streamlit import config
from streamlit.proto.NewSession_pb2 import Config, CustomThemeConfig
from streamlit.runtime import app_session

from dashboard.serving.wrapping import wrap

# What Streamlit calls to fill a message, and the message.
FILLS = {"_populate_theme_msg": CustomThemeConfig, "_populate_config_msg": Config}
Fill = Callable[..., None]
Get = Callable[[str], Any]
Filled = CustomThemeConfig | Config


def keep_settings() -> None:
    """Have settings read once for each of their sections; a Streamlit that does it otherwise is left so."""
    for name, message in FILLS.items():
        wrap(__name__, app_session, name, partial(kept, kind=message))
    wrap(__name__, config, "get_option", unlocked)


def unlocked(get: Get) -> Get:
    """Return ``get``, which reads one setting, without its lock: to look up one value needs none."""

    def read(key: str) -> Any:
        option = config.get_config_options().get(key)
        return get(key) if option is None else option.value

    return read


def kept(fill: Fill, kind: type[Filled]) -> Fill:
    """Return ``fill``, which writes a section's settings into such a message, with what it writes worked out once."""

    @cache
    def made(*section: str) -> Filled:
        message = kind()
        fill(message, *section)
        return message

    def filled(message: Any, *section: str) -> None:
        told = made(*section)
        if told.ByteSize():
            message.MergeFrom(told)

    return filled
