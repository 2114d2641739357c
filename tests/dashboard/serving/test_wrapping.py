"""What is Streamlit's is replaced by ours once by each module; what the installed one lacks is left out."""

from types import SimpleNamespace
from typing import Any

from dashboard.serving.wrapping import wrap


def louder(theirs: Any) -> Any:
    return lambda: theirs() + "!"


def test_a_module_replaces_once_and_another_replaces_what_it_made() -> None:
    streamlit = SimpleNamespace(say=lambda: "rerun")
    for by in ("turns", "turns", "batches", "turns", "batches"):
        wrap(by, streamlit, "say", louder)
    assert streamlit.say() == "rerun!!"


def test_what_there_is_not_is_not_made() -> None:
    streamlit = SimpleNamespace()
    wrap("turns", streamlit, "say", louder)
    assert vars(streamlit) == {}
