"""The job of given answers: what the what-if desk answered is stored, the newest of a case and hour, with an end."""

from datetime import datetime, timedelta

from pipelines.jobs.keep_answers import ANSWER_GIVEN, MOST_AN_HOUR, GivenAnswers
from tests.store.kit import moment


def row(code: str, made_at: datetime, persons: float = 20.0) -> dict[str, object]:
    told = {"code": code, "name": code, "is_of_the_day": True, "made_at": made_at, "replications": 30}
    times = {name: made_at + timedelta(hours=1) for name, kind in ANSWER_GIVEN.items() if name.endswith("_at")}
    return times | {"persons": persons, "persons_low": persons - 5, "persons_high": persons + 5} | told


def test_of_a_case_the_newest_of_an_hour_waits_and_of_very_many_the_first() -> None:
    box = GivenAnswers()
    for persons in (20.0, 30.0):
        box.add(row("a", moment("01:10"), persons))
    for number in range(2 * MOST_AN_HOUR):
        box.add(row(f"case {number}", moment("01:20")))
    box.add(row("a", moment("01:40"), 40.0))
    taken = box.take()

    assert len(taken) == MOST_AN_HOUR
    assert [one["persons"] for one in taken if one["code"] == "a"] == [40.0]
    assert box.take() == []
    box.add(row("b", moment("02:00")))
    assert len(box.take()) == 1


def test_what_was_given_is_stored_and_scored(setup) -> None:
    setup.world.register("LS-1", 10, times=2)
    setup.given.add(row("a", moment("01:00")))
    setup.run("pull_cycle", "keep_answers", "pull_cycle")

    assert setup.ask("answers_given")["code"].to_list() == ["a"]
    setup.run("keep_answers", "pull_cycle")
    assert setup.ask("answers_given").height == 1
