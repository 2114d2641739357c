"""The practice desk page over real front ends: what a trainee taps, what the server says, what a reload finds."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from dashboard import live, queries
from dashboard.words import LANGUAGES, words
from pipelines.campaign import Campaign
from pipelines.config import Settings
from pipelines.day_folder import DayKind, hold
from pipelines.pictures import png, qr
from pipelines.practice import DeskPlace
from tests.intake.running import Intake, running

PAGE = "app_pages/practice.py"


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory, small: Campaign) -> Iterator[Intake]:
    """Front ends p1 and p2 and the data interface of a simulated day, an hour after opening."""
    with running(small, tmp_path_factory.mktemp("practice"), small.round.demo_starts_at, 1.0) as intake:
        hold(intake.settings, DayKind.SIMULATED)
        intake.start("p1", "p2", "data")
        yield intake


@pytest.fixture
def phone(intake: Intake, app: AppTest, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The practice page in Chinese, on that intake."""
    for name, value in (("HOME", intake.settings.home), ("PORT", intake.settings.port)):
        monkeypatch.setenv(f"TENFOLD_{name}", str(value))
    monkeypatch.setenv("TENFOLD_CAMPAIGN", str(intake.campaign.folder))
    queries.forget()
    live.forget()
    app.switch_page(PAGE).run()
    assert not app.exception
    yield app
    queries.forget()
    live.forget()


def begin(phone: AppTest, site_id: str = "LS-1", language: str = "zh") -> DeskPlace:
    """Open the desk of a site on p1; return it."""
    phone.selectbox(key="practice-site").set_value(site_id)
    next(button for button in phone.button if button.label == words(language)("practice.begin")).click().run()
    assert not phone.exception
    return queries.practice().places[site_id]


def labels(phone: AppTest) -> list[str]:
    """Return the labels of the session's sheet, as shown."""
    return [button.label for button in shown(phone, "label")]


def shown(phone: AppTest, kind: str) -> list[Button]:
    """Return the codes of a kind that can be tapped."""
    return [button for button in phone.button if str(button.key).startswith(f"tap-{kind}-")]


def choose(phone: AppTest, way: str) -> None:
    """Choose how codes come in."""
    phone.segmented_control(key="practice-way").set_value(way).run()


def submit(phone: AppTest) -> None:
    """Press the form's own button."""
    phone.button[next(n for n, button in enumerate(phone.button) if button.form_id)].click().run()
    assert not phone.exception


def tap(phone: AppTest, kind: str, which: str) -> None:
    """Tap one of the codes shown."""
    next(button for button in shown(phone, kind) if button.label == which).click().run()
    assert not phone.exception


def said(phone: AppTest, key: str) -> str:
    """Return what stands under a key."""
    part = phone.container(key=key)
    shown = (*part.error, *part.info, *part.warning, *part.success, *part.markdown)
    return "\n".join(str(element.value) for element in shown).replace("\\", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_is_opened_at_a_site_on_a_server_in_either_language(phone: AppTest, language: str) -> None:
    phone.segmented_control(key="lang").set_value(language).run()
    place = begin(phone, "LS-3", language)

    assert said(phone, "practice-coach") == words(language)("coach.open")
    assert (place.is_standby, place.lane_no) == (False, 2)
    assert not phone.selectbox
    phone.button(key="practice-leave").click().run()
    assert phone.selectbox(key="practice-site").value


def test_a_group_is_registered_by_taps_and_an_eleventh_person_is_refused_with_what_to_do(
    phone: AppTest, intake: Intake
) -> None:
    place = begin(phone)
    label = labels(phone)[0]
    tap(phone, "label", label)
    assert said(phone, "practice-coach") == f"条形码 {label} 已开管，扫第 1 人的二维码。"
    for person in range(1, 11):
        tap(phone, "person", str(person))
    assert "**10/10**" in said(phone, "practice-seats")
    tap(phone, "person", "11")
    assert "已满 10 人，第 11 人不能绑进来" in said(phone, "practice-refusal")
    assert "再扫下一张条形码给第 11 人" in said(phone, "practice-refusal")

    phone.button(key="practice-close").click().run()
    assert "第二人还没有核对条形码" in said(phone, "practice-refusal")
    phone.checkbox(key="practice-checked").check().run()
    phone.button(key="practice-close").click().run()
    assert said(phone, "practice-coach").startswith("已关管（10 人）")
    assert intake.rows("SELECT state, persons FROM tube WHERE barcode = ?", label) == [("registered", 10)]
    assert {metric.label: metric.value for metric in phone.metric}["改正/错误"] == "2/2"
    assert place.site_id == "LS-1"


def test_an_interrupted_desk_survives_a_reload_and_goes_on_with_the_same_label(phone: AppTest, intake: Intake) -> None:
    begin(phone)
    label, other = labels(phone)[:2]
    tap(phone, "label", label)
    for person in ("1", "2", "3"):
        tap(phone, "person", person)
    phone.button(key="practice-drop").click().run()
    assert f"再扫同一条形码 {label}" in said(phone, "practice-coach")
    tap(phone, "person", "4")
    assert "登记已中断，现在不能扫人" in said(phone, "practice-refusal")

    reloaded = AppTest.from_file(phone._script_path, default_timeout=30)
    reloaded.switch_page(PAGE)
    reloaded.query_params["desk"] = phone.query_params["desk"]
    reloaded.run()
    assert not reloaded.exception
    assert "**3/10**" in said(reloaded, "practice-seats")
    tap(reloaded, "label", other)
    assert "这张条形码还没有开过管" in said(reloaded, "practice-refusal")
    tap(reloaded, "label", label)
    tap(reloaded, "person", "4")
    assert "**4/10**" in said(reloaded, "practice-seats")
    reloaded.radio(key="practice-reason").set_value("no_more_persons").run()
    reloaded.checkbox(key="practice-checked").check().run()
    reloaded.button(key="practice-close").click().run()
    assert intake.rows("SELECT state, persons, short_reason FROM tube WHERE barcode = ?", label) == [
        ("registered", 4, "no_more_persons")
    ]


def test_codes_come_from_a_scanner_a_picture_or_by_hand(phone: AppTest) -> None:
    place = begin(phone)
    sheet = labels(phone)
    number = next(n for n in range(1, 1000) if place.labels(n) == tuple(sheet))
    persons = place.persons(number)
    choose(phone, "type")
    phone.text_input(key="scanned").set_value(f"]C1{sheet[0]}\r\n")
    submit(phone)
    assert "已开管" in said(phone, "practice-coach")

    choose(phone, "file")
    (field,) = phone.file_uploader
    field.upload("code.png", png(qr(persons[0])), "image/png").run()
    assert "**1/10**" in said(phone, "practice-seats")
    (field,) = phone.file_uploader
    field.upload("code.png", b"no picture", "image/png").run()
    assert "图片读不出来" in said(phone, "practice-refusal")

    choose(phone, "manual")
    phone.text_input(key="typed").set_value(persons[1])
    phone.text_input(key="typed-again").set_value(persons[1])
    submit(phone)
    assert "2 ◆" in said(phone, "practice-seats")


def test_every_wrong_code_is_called_by_its_name(phone: AppTest) -> None:
    begin(phone)
    for name, title in (
        ("other_lab", "别家检测机构的条形码"),
        ("misread_label", "条形码读错了"),
        ("scanned_twice", "一次扫进了两遍"),
    ):
        tap(phone, "wrong", words("zh")(f"wrong.{name}"))
        assert title in said(phone, "practice-refusal")
    tap(phone, "label", labels(phone)[0])
    for name, title in (("old_code", "不是本轮的二维码"), ("blurred_code", "码读错了")):
        tap(phone, "wrong", words("zh")(f"wrong.{name}"))
        assert title in said(phone, "practice-refusal")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_says_what_to_do_in_the_viewer_s_language(phone: AppTest, language: str) -> None:
    phone.segmented_control(key="lang").set_value(language).run()
    begin(phone, language=language)
    tap(phone, "person", "1")

    told = said(phone, "practice-refusal")
    assert all(words(language)(f"{part}.no_tube") in told for part in ("refusal", "remedy"))
    assert ("no tube is in your hands" in told) == (language == "en")
    assert words(language)("practice.counts") in [caption.value for caption in phone.caption]


def test_between_two_tubes_a_switched_desk_asks_for_the_label_just_scanned(phone: AppTest, intake: Intake) -> None:
    begin(phone)
    label = labels(phone)[0]
    intake.kill("p1")
    try:
        tap(phone, "label", label)
        tap(phone, "next_server", shown(phone, "next_server")[1].label)
        assert "把刚才那张条形码再扫一次" in said(phone, "practice-coach")
        tap(phone, "label", label)
        assert f"条形码 {label} 已开管" in said(phone, "practice-coach")
    finally:
        intake.start("p1")


def test_no_session_of_that_name_and_hostile_ones_lead_to_the_start(phone: AppTest) -> None:
    """Case 59."""
    for name in ("practice-0123456789abcdef", "../../etc/passwd", "' OR 1=1--", "A" * 5_000):
        phone.query_params["desk"] = name
        phone.run()
        assert not phone.exception
        assert phone.selectbox(key="practice-site").value


def test_where_no_simulated_day_runs_the_desk_does_not_open(
    app: AppTest, chosen: Settings, monkeypatch: pytest.MonkeyPatch, small: Campaign
) -> None:
    monkeypatch.setenv("TENFOLD_CAMPAIGN", str(small.folder))
    live.forget()
    app.switch_page(PAGE).run()
    begin(app)
    assert "这里没有模拟的一天" in said(app, "practice-refusal")
