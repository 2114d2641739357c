"""One-time tickets by hand: once, soon, by the browser they were given to, for one sign-in at the provider."""

from typing import Any

import pytest

from dashboard.signing.tickets import FRESH_S, TICKET_S, Tickets, browser_of, vouched

NOW = 1_000_000.0
CLAIMS: dict[str, Any] = {
    **{"is_logged_in": True, "iss": "https://id", "sub": "s-1", "iat": NOW - 10},
    **{"email": "li@example.org", "email_verified": True, "nonce": "n-1"},
}
HERE, THERE = browser_of({"_streamlit_user": "a", "x": "1"}), browser_of({"_streamlit_user": "b", "x": "1"})


def someone(**claims: Any):
    who = vouched(CLAIMS | claims)
    assert who is not None
    return who


def test_a_ticket_opens_once_in_its_own_browser():
    tickets, who = Tickets(), someone()
    name = tickets.give(who, HERE, NOW)
    assert tickets.take(name, THERE, NOW) is None
    assert tickets.take(name + "x", HERE, NOW) is None
    assert tickets.take(name, HERE, NOW + TICKET_S - 1) == who
    assert tickets.take(name, HERE, NOW + TICKET_S - 1) is None
    assert tickets.give(who, HERE, NOW) == tickets.give(who, THERE, NOW) == "", "one sign-in opens one session"
    assert tickets.give(someone(nonce="n-2"), HERE, NOW)


def test_a_new_ticket_replaces_the_last_one_of_the_same_browser():
    tickets = Tickets()
    first, second = (tickets.give(someone(), HERE, NOW) for _ in range(2))
    assert tickets.take(first, HERE, NOW) is None
    assert tickets.take(second, HERE, NOW)


def test_tickets_and_sign_ins_grow_old():
    tickets = Tickets()
    name = tickets.give(someone(), HERE, NOW)
    assert tickets.take(name, HERE, NOW + TICKET_S) is None
    assert tickets.give(someone(), HERE, NOW - 10 + FRESH_S) == ""
    assert tickets.give(someone(iat=NOW + 3600), HERE, NOW) == "", "a sign-in that is yet to come is no sign-in"


def test_the_browser_is_told_by_all_its_cookies_of_the_provider_and_no_other():
    assert browser_of({"_streamlit_user": "a", "x": "1"}) == browser_of({"x": "2", "_streamlit_user": "a"})
    assert browser_of({"_streamlit_user": "a", "_streamlit_user_1": "b"}) != browser_of({"_streamlit_user": "a"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"is_logged_in": False},
        {"iss": ""},
        {"sub": None},
        {"sub": "a\nb"},
        {"sub": "x" * 600},
        {"iat": "soon"},
        {"iat": True},
        {"iat": None},
    ],
)
def test_claims_that_do_not_say_who_and_when_vouch_for_nobody(wrong: dict[str, Any]):
    assert vouched(CLAIMS | wrong) is None


@pytest.mark.parametrize("verified", [None, False, "true", 1])
def test_an_address_counts_only_when_the_provider_has_verified_it(verified: object):
    assert someone().email == "li@example.org"
    assert someone(email_verified=verified).email == ""
