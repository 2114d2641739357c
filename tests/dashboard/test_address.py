"""What the address says of a choice: a refresh with the address of before takes no choice back."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import filters


def page() -> None:
    """Draw a choice and what the address says of it."""
    import streamlit as st

    from dashboard import filters

    st.button("choose", on_click=filters.keep, args=("site", "LS-5"))
    st.button("leave", on_click=filters.keep, args=("site", None))
    st.text(filters.wanted("site") or "none")


def test_a_choice_stands_against_a_refresh_that_was_on_its_way_and_follows_the_address_again_soon_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_s = [100.0]
    monkeypatch.setattr(filters, "stopwatch", lambda: now_s[0])
    app = AppTest.from_function(page).run()
    assert app.text[0].value == "none"
    app.button[0].click().run()
    assert (app.text[0].value, app.query_params["site"]) == ("LS-5", "LS-5")

    app.query_params.clear()
    assert app.run().text[0].value == "LS-5"
    now_s[0] += filters.ARRIVED_WITHIN_S
    assert app.run().text[0].value == "none"

    app.query_params["site"] = "LS-5"
    app.button[1].click().run()
    assert app.text[0].value == "none"
    app.query_params["site"] = "LS-5"
    assert app.run().text[0].value == "none"
