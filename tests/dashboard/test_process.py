"""The process page and its diagrams: every state and step of the machines stands in them, in both languages."""

import itertools

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.charts import diagrams
from dashboard.words import LANGUAGES, words
from pipelines.machines import MACHINES, PERSON, TUBE, Machine
from pipelines.vocabulary import Mode
from tests.dashboard.kit import District

PAGE = "app_pages/process.py"


def arrows(text: str, sign: str = "-->") -> set[tuple[str, str]]:
    """Return the arrows of a diagram."""
    lines = [line.split(" : ")[0].split(f" {sign} ") for line in text.splitlines()]
    return {(pair[0], pair[1]) for pair in lines if len(pair) == 2}


@pytest.mark.parametrize("machine", MACHINES.values(), ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_life_shows_every_state_and_every_step_of_its_machine(machine: Machine, language: str) -> None:
    drawn = diagrams.life(machine, words(language))

    steps = {(f"s_{b}" if b else "[*]", f"s_{step.after}") for step in machine.steps for b in step.before or ("",)}
    assert arrows(drawn) == steps | {(f"s_{state}", "[*]") for state in machine.finals}
    for step in machine.steps:
        said = words(language)(f"step.{machine.name}.{step.name}"), words(language)(f"actor.{step.by}")
        assert " · ".join(said) in drawn


def test_a_good_day_leads_from_the_list_to_the_result_and_every_arrow_is_one_of_the_machines() -> None:
    """Q27: the figures are drawn from what the intake runs."""
    drawn = diagrams.process(Mode.TWO, words("en"))
    solid, dotted = arrows(drawn), arrows(drawn, "-.->")
    follows = {
        (one.name, two.name)
        for machine in (PERSON, TUBE)
        for one in machine.steps
        for two in machine.steps
        if one.after in two.before
    }

    way = ["close", "hand_over", "sample", "bag", "dispatch", "receive", "scan", "result"]
    assert set(itertools.pairwise(way)) <= solid
    assert {("bind", "suspend"), ("suspend", "resume"), ("resume", "bind")} <= dotted
    assert {edge for edge in solid | dotted if not {"label", "scan"} & set(edge)} <= follows


def test_the_modes_differ_by_what_carries_the_label_and_how_often_the_lab_scans() -> None:
    """Q22-Q24: a label a person and ten scans a tube, or one of each."""
    one, two = (diagrams.process(mode, words("en")) for mode in Mode)

    assert {("label", "bind")} == arrows(one) - arrows(two)
    assert {("label", "open")} == arrows(two) - arrows(one)
    assert ("10 per tube" in one, "1 per tube" in two) == (True, True)
    assert [diagrams.scans(mode, 857_000) for mode in Mode] == [857_000, 85_700]


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_draws_the_rounds_mode_first_and_the_other_on_request(
    district: District, app: AppTest, language: str
) -> None:
    district.minute("01:00")
    app.query_params["lang"] = language
    app.switch_page(PAGE).run()
    assert not app.exception
    assert app.metric[0].value == "1,000"
    app.segmented_control(key="process-mode").set_value(Mode.ONE).run()
    assert app.metric[0].value == "10,000"
    assert any(words(language)("process.title.one") in str(element.value) for element in app.markdown)


@pytest.mark.usefixtures("chosen")
def test_the_diagrams_need_no_command_server(app: AppTest) -> None:
    app.switch_page(PAGE).run()
    assert not app.exception
    assert any("flowchart TB" in str(element.value) for element in app.markdown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chart_stands_in_words_too_every_step_after_those_that_lead_to_it(language: str) -> None:
    """A phone is too narrow for the chart."""
    said = words(language)
    for mode in Mode:
        lines = diagrams.process_in_words(mode, said)
        way = [said(f"step.tube.{step}") for step in ("open", "close", "hand_over", "dispatch", "receive", "result")]
        places = [next(at for at, line in enumerate(lines) if line.startswith(f"{step} · ")) for step in way]
        assert places == sorted(places)
        assert said(f"process.label.{'person' if mode is Mode.ONE else 'tube'}") in lines
        assert len(lines) == len({name for edge in arrows(diagrams.process(mode, said)) for name in edge})
    for machine in MACHINES.values():
        assert len(diagrams.life_in_words(machine, said)) == len(machine.steps)
