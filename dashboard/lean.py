"""What Streamlit would work out anew at every rerun although it stands while the server runs: the theme's settings.

It sends them with every refresh of every viewer, and reads all its settings for that: a third of a refresh's time.
"""

from collections.abc import Callable
from functools import cache

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

NAME = "_populate_theme_msg"
Fill = Callable[..., None]


def keep_theme() -> None:
    """Have the theme's settings read once for each of their sections; a Streamlit that does it otherwise is left so."""
    fill: Fill | None = getattr(app_session, NAME, None)
    if fill is not None and not hasattr(fill, "__wrapped__"):
        setattr(app_session, NAME, kept(fill))


def kept(fill: Fill) -> Fill:
    """Return ``fill``, which writes a section's settings into a message, with what it writes worked out once."""

    @cache
    def made(section: str) -> CustomThemeConfig:
        message = CustomThemeConfig()
        fill(message, section)
        return message

    def filled(message: CustomThemeConfig, section: str = "theme") -> None:
        told = made(section)
        if told.ByteSize():
            message.MergeFrom(told)

    filled.__dict__["__wrapped__"] = fill
    return filled
