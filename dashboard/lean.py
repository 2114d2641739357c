"""What Streamlit would work out anew at every rerun although it stands while the server runs: its settings.

It sends them with every refresh of every viewer, and reads all of them for that: a third of a refresh's time.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from streamlit.proto.NewSession_pb2 import Config, CustomThemeConfig
from streamlit.runtime import app_session

# What Streamlit calls to fill a message, and the message.
FILLS = {"_populate_theme_msg": CustomThemeConfig, "_populate_config_msg": Config}
Fill = Callable[..., None]
Filled = CustomThemeConfig | Config


def keep_settings() -> None:
    """Have settings read once for each of their sections; a Streamlit that does it otherwise is left so."""
    for name, message in FILLS.items():
        fill: Fill | None = getattr(app_session, name, None)
        if fill is not None and not hasattr(fill, "__wrapped__"):
            setattr(app_session, name, kept(fill, message))


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

    filled.__dict__["__wrapped__"] = fill
    return filled
