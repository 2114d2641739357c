"""Signing in: the right word opens, wrong ones cost ever longer pauses, and a session ends when it should."""

import threading

import pytest

from pipelines.identity import AccountRefused, Book, NewAccount, SignInRefused, SignIns
from pipelines.identity.backoff import FREE_TRIES, LONGEST_WAIT_S, wait_s
from pipelines.identity.sessions import IDLE_S, SESSIONS_PER_USER, SHIFT_S
from pipelines.vocabulary import UserRole
from tests.identity.conftest import LI, PASSWORD, Hands

HOME, ELSEWHERE = "10.0.0.7", "203.0.113.9"


def fail(sign_ins: SignIns, address: str, times: int = 1) -> SignInRefused:
    """Try wrong passwords; return the last refusal."""
    for n in range(times):
        with pytest.raises(SignInRefused) as refused:
            sign_ins.by_password("li.wei", f"wrong number {n}", address)
    return refused.value


def test_the_right_password_opens_a_session_of_the_accounts_role_and_scope(sign_ins: SignIns) -> None:
    session = sign_ins.by_password(" Li.Wei ", PASSWORD, HOME)
    assert (session.viewer.role, session.viewer.scope) == (LI.role, LI.scope)
    assert sign_ins.viewer(session.token) == session.viewer


def test_every_sign_in_has_a_token_of_its_own_and_only_its_hash_is_on_disk(sign_ins: SignIns, book: Book) -> None:
    tokens = {sign_ins.by_password("li.wei", PASSWORD, HOME).token for _ in range(3)}
    assert len(tokens) == 3
    stored = book.path.read_bytes() + book.path.with_name(book.path.name + "-wal").read_bytes()
    assert not any(token.encode() in stored for token in tokens)
    assert PASSWORD.encode() not in stored
    assert b"$argon2id$" in stored
    assert book.path.stat().st_mode & 0o077 == 0


def test_a_stranger_and_a_wrong_password_are_told_the_same(sign_ins: SignIns) -> None:
    with pytest.raises(SignInRefused) as nobody:
        sign_ins.by_password("nobody", PASSWORD, HOME)
    wrong = fail(sign_ins, HOME)
    assert (nobody.value.rule, nobody.value.sentence) == (wrong.rule, wrong.sentence)


def test_failed_tries_cost_ever_longer_pauses_in_which_even_the_right_word_is_not_heard(
    sign_ins: SignIns, hands: Hands
) -> None:
    first = fail(sign_ins, ELSEWHERE, FREE_TRIES)
    assert first.wait_s == 15
    with pytest.raises(SignInRefused, match=r"try again in 15 s"):
        sign_ins.by_password("li.wei", PASSWORD, ELSEWHERE)
    hands.move(15)
    assert fail(sign_ins, ELSEWHERE).wait_s == 30
    hands.move(30)
    assert sign_ins.by_password("li.wei", PASSWORD, ELSEWHERE).token
    assert fail(sign_ins, ELSEWHERE).wait_s == 0, "whoever came in begins anew"


def test_a_hundred_wrong_passwords_elsewhere_do_not_lock_the_real_user_out(sign_ins: SignIns) -> None:
    heard = 0
    for n in range(100):
        with pytest.raises(SignInRefused) as refused:
            sign_ins.by_password("li.wei", f"guess {n}", ELSEWHERE)
        heard += refused.value.rule == "wrong"
    assert heard == FREE_TRIES
    assert sign_ins.by_password("li.wei", PASSWORD, HOME).token


def test_many_tries_at_once_are_no_way_around_the_pause(sign_ins: SignIns) -> None:
    rules: list[str] = []

    def guess(n: int) -> None:
        try:
            sign_ins.by_password("li.wei", f"guess {n}", ELSEWHERE)
        except SignInRefused as refused:
            rules.append(refused.rule)

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rules) == 20
    assert rules.count("wrong") <= FREE_TRIES


@pytest.mark.parametrize(
    ("tries", "since_s", "left"),
    [
        (0, 0, 0),
        (4, 0, 0),
        (5, 0, 15),
        (5, 14.2, 1),
        (5, 15, 0),
        (6, 0, 30),
        (8, 0, 120),
        (40, 0, 3600),
        (40, 90_000, 0),
    ],
)
def test_the_pause_doubles_up_to_an_hour_and_is_forgotten_in_a_day(tries: int, since_s: float, left: int) -> None:
    assert wait_s(tries, since_s) == left
    assert wait_s(tries, since_s) <= LONGEST_WAIT_S


def test_a_session_that_nobody_asks_about_dies_of_idleness_and_one_in_use_does_not(
    sign_ins: SignIns, hands: Hands
) -> None:
    used, idle = (sign_ins.by_password("li.wei", PASSWORD, HOME).token for _ in range(2))
    for _ in range(3):
        hands.move(IDLE_S - 1)
        assert sign_ins.viewer(used)
    assert sign_ins.viewer(idle) is None


def test_no_session_outlives_a_shift_however_busy(sign_ins: SignIns, hands: Hands) -> None:
    token = sign_ins.by_password("li.wei", PASSWORD, HOME).token
    for _ in range(int(SHIFT_S // 600) - 1):
        hands.move(600)
        assert sign_ins.viewer(token)
    hands.move(600)
    assert sign_ins.viewer(token) is None


def test_a_session_that_was_ended_stays_ended(sign_ins: SignIns) -> None:
    token = sign_ins.by_password("li.wei", PASSWORD, HOME).token
    assert sign_ins.sign_out(token) is not None
    assert sign_ins.viewer(token) is None
    assert sign_ins.sign_out(token) is None


@pytest.mark.parametrize("token", ["", "x", "\ud800", "0" * 5000, "' OR 1=1--"])
def test_an_invented_token_is_nobodys(sign_ins: SignIns, token: str) -> None:
    assert sign_ins.viewer(token) is None


@pytest.mark.parametrize("change", ["lock", "remove", "set_password"])
def test_a_changed_account_ends_its_sessions_at_once(sign_ins: SignIns, book: Book, hands: Hands, change: str) -> None:
    token = sign_ins.by_password("li.wei", PASSWORD, HOME).token
    elsewhere = SignIns(Book(book.path), hands).accounts
    getattr(elsewhere, change)("li.wei", *(["another horse battery"] if change == "set_password" else []))
    assert sign_ins.viewer(token) is None
    with pytest.raises(SignInRefused) as refused:
        sign_ins.by_password("li.wei", PASSWORD, HOME)
    assert refused.value.rule == ("locked" if change == "lock" else "wrong")


def test_an_unlocked_user_comes_in_again(sign_ins: SignIns) -> None:
    sign_ins.accounts.lock("li.wei")
    fail(sign_ins, HOME, FREE_TRIES)
    sign_ins.accounts.unlock("li.wei")
    assert sign_ins.by_password("li.wei", PASSWORD, HOME).token


def test_the_oldest_of_too_many_sessions_ends(sign_ins: SignIns, hands: Hands) -> None:
    sign_ins.accounts.put_demo([NewAccount("demo-x", "x", UserRole.ANALYST, LI.scope.district(), is_demo=True)])
    tokens: list[str] = []
    for _ in range(SESSIONS_PER_USER + 1):
        tokens.append(sign_ins.by_click("demo-x", HOME).token)
        hands.move(1)
    assert sign_ins.viewer(tokens[0]) is None
    assert sign_ins.viewer(tokens[1])


def test_one_click_is_for_the_demonstrations_users_alone_and_they_have_no_password(sign_ins: SignIns) -> None:
    sign_ins.accounts.put_demo([NewAccount("demo-x", "x", UserRole.ANALYST, LI.scope.district(), is_demo=True)])
    token = sign_ins.by_click("demo-x", HOME).token
    with pytest.raises(SignInRefused):
        sign_ins.by_click("li.wei", HOME)
    with pytest.raises(SignInRefused):
        sign_ins.by_password("demo-x", "", HOME)
    sign_ins.accounts.put_demo([])
    assert sign_ins.viewer(token) is None


def test_a_provider_is_believed_about_subjects_and_addresses_that_we_know(sign_ins: SignIns) -> None:
    assert sign_ins.by_provider("https://id", "s-1", "LI.WEI@EXAMPLE.ORG", HOME).viewer.user_id == "li.wei"
    bound = NewAccount("wu", "吴", LI.role, LI.scope, email="wu@example.org", issuer="https://id", subject="s-9")
    sign_ins.accounts.add(bound, None)
    assert sign_ins.by_provider("https://id", "s-9", "", HOME).viewer.user_id == "wu"
    for issuer, subject, email in (
        ("https://id", "s-1", "wu@example.org"),
        ("https://other", "s-9", ""),
        ("https://id", "", ""),
        ("", "", "nobody@example.org"),
    ):
        with pytest.raises(SignInRefused, match="there is no account for you here"):
            sign_ins.by_provider(issuer, subject, email, HOME)


@pytest.mark.parametrize(
    ("user_id", "name", "email", "password", "sentence"),
    [
        ("li.wei", "x", "", PASSWORD, "already a user"),
        ("two", "x", "LI.WEI@example.org", PASSWORD, "another user has the address"),
        ("Root", "x", "", PASSWORD, "a user's id has 2 to 32"),
        ("../x", "x", "", PASSWORD, "a user's id has 2 to 32"),
        ("x" * 33, "x", "", PASSWORD, "a user's id has 2 to 32"),
        ("two", " ", "", PASSWORD, "a name has 1 to 60"),
        ("two", "a\nb", "", PASSWORD, "a name has 1 to 60"),
        ("two", "x", "nowhere", PASSWORD, "an address looks like"),
        ("two", "x", "", "short", "a password has 12 to 128"),
        ("two", "x", "", "aaaaaaaaaaaaaaaa", "neither the user's id nor the same few"),
        ("two", "x", "", "my-two-passwords", "neither the user's id nor the same few"),
    ],
)
def test_a_wrong_account_is_refused_with_a_sentence(
    sign_ins: SignIns, user_id: str, name: str, email: str, password: str, sentence: str
) -> None:
    with pytest.raises(AccountRefused, match=sentence):
        sign_ins.accounts.add(NewAccount(user_id, name, LI.role, LI.scope, email), password)
