"""The pace of refreshes: by the number of those who look, without going to and fro at a border."""

import gc

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import pace
from tests.dashboard.kit import District


@pytest.mark.parametrize(
    ("viewers", "before", "times"),
    [(1, 1.0, 1.0), (30, 1.0, 1.0), (31, 1.0, 2.0), (300, 1.0, 5.0), (29, 2.0, 2.0), (24, 2.0, 1.0), (96, 5.0, 3.0)],
)
def test_the_more_look_the_more_seldom_and_never_to_and_fro(viewers: int, before: float, times: float) -> None:
    assert pace.factor(viewers, before) == times


@pytest.mark.usefixtures("command")
def test_a_page_slows_down_while_many_look_and_hurries_again_once_they_left(district: District, app: AppTest) -> None:
    district.minute("01:00")
    app.run().run()
    assert app.session_state[pace.FACTOR] == 1.0
    crowd = [pace.Present() for _ in range(300)]
    present = pace._PRESENT  # pyright: ignore[reportPrivateUsage]
    present.update(crowd)
    app.run()
    assert not app.exception
    assert app.session_state[pace.FACTOR] == 5.0
    del crowd
    gc.collect()
    app.run().run()
    assert app.session_state[pace.FACTOR] == 1.0
