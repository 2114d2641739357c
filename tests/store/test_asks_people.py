"""What the sites' registers answer: who is there, who should be, who is trained for what, when shifts change."""

import polars as pl

from pipelines.api import Scope
from tests.store.kit import lines, rows, shown

TOLD = "source_id | kind | pulled_at | observed_at\npeople | people | 01:00 | 01:00"
PEOPLE = """
staff_no | site_id | role      | is_trained_online | is_trained_offline | phone   | signed_in_at | signed_out_at
S1       | LS-1    | volunteer | yes               | yes                | android | 00:10        | -
S2       | LS-1    | volunteer | no                | no                 | apple   | 00:20        | -
S3       | LS-1    | cadre     | yes               | yes                | apple   | -            | -
S4       | LS-1    | medic     | no                | no                 | none    | 00:10        | 00:50
S5       | LS-2    | volunteer | yes               | no                 | android | -            | -
"""


def people(text: str = PEOPLE):
    return rows("person", text).with_columns(shift_id=pl.lit("whole"), task=pl.lit("guide"), is_trained_city=True)


def test_the_register_tells_who_is_there_and_who_should_be(bench):
    bench.tick("01:00", person=people(), source_pull=TOLD)
    columns = ("site_id", "role", "registered", "on_shift", "expected", "trained_offline", "android", "apple")
    assert shown(bench.ask("people_live"), *columns, "is_fresh") == lines(
        """
        LS-1 | medic     | 1 | 0 | 1 | 0 | 0 | 0 | yes
        LS-1 | cadre     | 1 | 0 | 1 | 1 | 0 | 1 | yes
        LS-1 | volunteer | 2 | 2 | 2 | 1 | 1 | 1 | yes
        LS-2 | volunteer | 1 | 0 | 1 | 0 | 1 | 0 | yes
        """
    )
    assert bench.ask("people_live", scope=Scope.site("LS-2"))["registered"].to_list() == [1]


def test_skills_are_of_the_lanes_staff_on_shift(bench):
    bench.tick("01:00", person=people(), source_pull=TOLD)
    columns = ("site_id", "registered", "on_shift", "untrained_on_shift", "can_go_offline_share", "is_fresh")
    assert shown(bench.ask("skills_live").head(3), *columns) == lines(
        """
        LS-1 | 3 | 2 | 1 | 0.5 | yes
        LS-2 | 1 | 0 | 0 | -   | yes
        LS-3 | - | - | - | -   | no
        """
    )
    assert bench.ask("readiness_live").head(3)["trained"].to_list() == ["short", "ok", "unknown"]


def test_a_sign_out_is_known_from_when_it_was_told(bench):
    before = bench.tick("01:00", person=people())
    bench.tick("01:30", person=people(PEOPLE.replace("00:10        | -", "00:10        | 01:20")))
    assert bench.ask("skills_live")["on_shift"].to_list()[0] == 1
    assert bench.ask("skills_live", as_of=before)["on_shift"].to_list()[0] == 2


def test_a_shift_says_when_it_next_changes(bench):
    bench.tick("01:00", person=people())
    columns = ("shift_id", "persons", "on_shift", "next_at")
    assert shown(bench.ask("shift_changes"), *columns) == ["whole | 5 | 2 | 06:30:00"]
    bench.clock.put("07:00")
    assert shown(bench.ask("shift_changes", scope=Scope.site("LS-2")), *columns) == ["whole | 1 | 0 | -"]
