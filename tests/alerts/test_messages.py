"""Messages: signatures byte for byte, words that fit, the pace of speech, and what a receiver's answer means."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import msgspec
import pytest

from pipelines.alerts import signing
from pipelines.alerts.channels import Channel, ChannelKind, ChannelSpec, load_channels
from pipelines.alerts.outbox import MESSAGES_A_WINDOW, Spoken, may_speak, pause_s
from pipelines.alerts.rules import RULES
from pipelines.alerts.sending import MOST_BYTES, posting, send
from pipelines.alerts.wording import RULE_WORDS, Change, Notice, message
from pipelines.config import ConfigError, settings
from pipelines.http import Http
from pipelines.vocabulary import Outcome, Severity
from tests.alerts.receiver import receiving

SECRET = "SEC000test"
AT = datetime(2031, 3, 2, 1, 40, tzinfo=UTC)


def channel(kind, url="http://127.0.0.1:9/hook", token="", secret=SECRET):
    return Channel(ChannelSpec(name="ops", kind=kind, url=url), url.replace("{token}", token), secret, token)


def notices(count, change=Change.FIRES):
    def notice(n):
        names = f"S-{n:03}", f"第{n}小学采样点", f"School {n}"
        return Notice(f"site_stale:S-{n:03}", "site_stale", f"S-{n:03}", Severity.WARNING, change, *names, 5, AT)

    return [notice(n) for n in range(1, count + 1)]


def test_signatures_are_those_that_the_makers_expect():
    assert signing.dingtalk(SECRET, 1599360473000) == "uQwfkZjnb5PJccJFf2cnynm7oHCC1qrXJ0ikxblVGpU%3D"
    assert signing.feishu(SECRET, 1599360473) == "2W+8omNKPPFlQuLtay2McGK4ti80754NHiXCyg8ea7o="


def test_the_usual_wrong_forms_give_other_signatures():
    assert signing.dingtalk(SECRET, 1599360473) != signing.dingtalk(SECRET, 1599360473000)
    assert signing.feishu(SECRET, 1599360473000) != signing.feishu(SECRET, 1599360473)
    assert signing.generic(SECRET, 1, b"{}") != signing.generic(SECRET, 2, b"{}")


def test_each_maker_gets_the_form_it_wants():
    at = datetime.fromtimestamp(1599360473, UTC)
    ding = posting(
        channel(ChannelKind.DINGTALK, "https://oapi.dingtalk.com/robot/send?access_token={token}", "t0"), "hi", [], at
    )
    lark = posting(channel(ChannelKind.FEISHU), "hi", [], at)
    wecom = posting(channel(ChannelKind.WECOM), "hi", [], at)
    own = posting(channel(ChannelKind.GENERIC), "hi", notices(1), at)
    assert ding.url.endswith(
        "?access_token=t0&timestamp=1599360473000&sign=uQwfkZjnb5PJccJFf2cnynm7oHCC1qrXJ0ikxblVGpU%3D"
    )
    assert (
        msgspec.json.decode(ding.body)
        == msgspec.json.decode(wecom.body)
        == {"msgtype": "text", "text": {"content": "hi"}}
    )
    assert msgspec.json.decode(lark.body) == {
        "timestamp": "1599360473",
        "sign": "2W+8omNKPPFlQuLtay2McGK4ti80754NHiXCyg8ea7o=",
        "msg_type": "text",
        "content": {"text": "hi"},
    }
    assert own.headers["X-Tenfold-Signature"] == signing.generic(SECRET, 1599360473, own.body)
    assert msgspec.json.decode(own.body)["alerts"][0]["alert_id"] == "site_stale:S-001"


@pytest.mark.parametrize("kind", ChannelKind)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_storm_of_118_sites_is_one_message_that_names_them_all(kind, language):
    text = message(notices(118), language, "三水区", 480, MOST_BYTES[kind])
    assert len(text.encode()) <= MOST_BYTES[kind]
    names = [(one.name_zh if language == "zh" else one.name_en, one.subject) for one in notices(118)]
    assert all(any(name in text for name in pair) for pair in names)
    assert "×118" in text and "09:40" in text


def test_a_message_groups_by_rule_with_the_new_and_grave_first():
    mixed = [
        *notices(2, Change.OVER),
        Notice("server_down:p2", "server_down", "p2", Severity.CRITICAL, Change.FIRES, "", "省系统2号", "Two", 176, AT),
        Notice("wait_long:S-9", "wait_long", "S-9", Severity.WARNING, Change.FIRES, "S-9", "九号", "Nine", 61, AT),
    ]
    assert message(mixed, "zh", "三水区", 480, 9_000).splitlines() == [
        "【三水区】告警 2 项，解除 2 项",
        "[严重] 09:40 服务器不应答 发生：省系统2号 (176)",
        "[警告] 09:40 等候过久 发生：九号 (61)",
        "[警告] 09:40 采样点数据停更 ×2 已解除：第1小学采样点、第2小学采样点",
    ]
    assert "[CRITICAL] 09:40 Server down fires: Two (176)" in message(mixed, "en", "Sanshui", 480, 9_000)


def test_every_rule_has_words_in_both_languages():
    assert {rule.name for rule in RULES} <= set(RULE_WORDS)


def test_a_message_is_cut_at_a_whole_character_and_says_that_there_is_more():
    text = message(notices(500), "zh", "三水区", 480, 300)
    assert len(text.encode()) <= 300 and text.endswith("……（更多见告警页）")


def test_a_channel_speaks_at_once_then_in_a_storm_once_a_minute_and_never_more_than_twenty_times():
    assert may_speak(0, [], 118, is_urgent=True)
    assert not may_speak(59, [Spoken(0, 118)], 1, is_urgent=True)
    assert may_speak(60, [Spoken(0, 118)], 1, is_urgent=True)
    assert may_speak(5, [Spoken(0, 2)], 3, is_urgent=True)
    assert not may_speak(5, [Spoken(0, 2)], 8, is_urgent=True)
    assert not may_speak(5, [Spoken(0, 2)], 1, is_urgent=False)
    assert not may_speak(50, [Spoken(n, 0) for n in range(MESSAGES_A_WINDOW)], 1, is_urgent=True)


def test_pauses_double_up_to_a_minute_and_obey_the_receiver():
    assert [pause_s(n, 0, 0.5) for n in (1, 2, 3, 9)] == [2, 4, 8, 60]
    assert pause_s(1, 0, 0.0) == 1 and pause_s(1, 0, 1.0) == 3
    assert pause_s(1, 30, 0.5) == 30 and pause_s(1, 86_400, 0.5) == 600


@pytest.mark.parametrize(
    ("status", "body", "outcome", "said"),
    [
        (200, b'{"errcode": 0, "errmsg": "ok"}', Outcome.OK, ""),
        (200, b'{"code": 0}', Outcome.OK, ""),
        (204, b"", Outcome.OK, ""),
        (200, b'{"errcode": 310000, "errmsg": "sign not match"}', Outcome.REFUSED, "310000: sign not match"),
        (200, b'{"code": 19021, "msg": "sign match fail"}', Outcome.REFUSED, "19021: sign match fail"),
        (429, b"slow down", Outcome.HTTP_ERROR, "429: slow down"),
        (500, b"", Outcome.HTTP_ERROR, "500"),
    ],
)
def test_what_an_answer_means(status, body, outcome, said):
    with receiving() as receiver:
        receiver.status, receiver.body, receiver.headers = status, body, {"Retry-After": "7"}
        through = channel(ChannelKind.WECOM, receiver.url)
        now = datetime.now(UTC)
        sent = send(Http([through.address]), through, posting(through, "hi", [], now), now)
    assert (sent.outcome, sent.retry_after_s) == (outcome, 7.0)
    assert said in sent.reason and sent.skew_s is not None and abs(sent.skew_s) < 60


def test_a_clock_two_hours_off_is_measured_and_said():
    with receiving() as receiver:
        now = datetime.now(UTC)
        receiver.headers = {"Date": format_datetime(now - timedelta(hours=2), usegmt=True)}
        receiver.body = b'{"errcode": 310000, "errmsg": "invalid timestamp"}'
        through = channel(ChannelKind.DINGTALK, receiver.url)
        sent = send(Http([through.address]), through, posting(through, "hi", [], now), now)
    assert sent.skew_s == pytest.approx(7200, abs=2)
    assert "clock is +7" in sent.reason


def test_no_failure_tells_a_secret_and_only_the_channels_own_address_is_asked():
    through = channel(ChannelKind.DINGTALK, "http://127.0.0.1:9/send?access_token={token}", "t0k3n/+=")
    now = datetime.now(UTC)
    dead = send(Http([through.address]), through, posting(through, "hi", [], now), now)
    barred = send(Http(["127.0.0.1:1"]), through, posting(through, "hi", [], now), now)
    assert (dead.outcome, barred.outcome) == (Outcome.UNREACHABLE, Outcome.REFUSED)
    for text in (dead.reason, barred.reason, repr(through)):
        assert "t0k3n" not in text and SECRET not in text and "sign=" not in text
    with receiving() as receiver:
        receiver.status, receiver.body = 403, b"bad token t0k3n/+= or " + SECRET.encode()
        echo = channel(ChannelKind.WECOM, receiver.url + "?key={token}", "t0k3n/+=")
        sent = send(Http([echo.address]), echo, posting(echo, "hi", [], now), now)
    assert sent.reason == "the receiver answered 403: bad token *** or ***"


CHANNELS = """
[[channel]]
name = "ops"
kind = "dingtalk"
url = "https://oapi.dingtalk.com/robot/send?access_token={token}"
token = "ops-token"
secret = "ops-sign"
"""


def test_secrets_come_from_the_surroundings_or_files_and_never_from_the_channels_file(tmp_path, monkeypatch):
    chosen = settings(tmp_path)
    assert load_channels(chosen) == []
    (tmp_path / "notify.toml").write_text(CHANNELS)
    with pytest.raises(ConfigError, match="TENFOLD_SECRET_OPS_TOKEN"):
        load_channels(chosen)
    monkeypatch.setenv("TENFOLD_SECRET_OPS_TOKEN", "from-env")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "ops-sign").write_text("from-file\n")
    (ops,) = load_channels(chosen)
    assert (ops.url, ops.secret) == ("https://oapi.dingtalk.com/robot/send?access_token=from-env", "from-file")
    assert ops.address == "oapi.dingtalk.com:443"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[channel]]\nname = 'a'", "cannot be read"),
        (CHANNELS.replace('token = "ops-token"\n', ""), "exactly when it names a token"),
        (CHANNELS + CHANNELS, "names a channel twice"),
        (CHANNELS + 'language = "fr"\n', "zh or en"),
    ],
)
def test_a_wrong_channels_file_is_refused_with_a_sentence(tmp_path, monkeypatch, text, sentence):
    monkeypatch.setenv("TENFOLD_SECRET_OPS_TOKEN", "x")
    monkeypatch.setenv("TENFOLD_SECRET_OPS_SIGN", "y")
    (tmp_path / "notify.toml").write_text(text)
    with pytest.raises(ConfigError, match=sentence):
        load_channels(settings(tmp_path))
