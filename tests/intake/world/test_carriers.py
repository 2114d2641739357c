"""Worker threads that carry requests: taking their answers ends, however many more are on their way."""

from pipelines.campaign import Campaign
from pipelines.intake.places import places
from pipelines.intake.world.carriers import ThreadCarrier
from pipelines.intake.world.desks import Answer, Attempt, Desk

STORM = 20_000  # answers that would keep whoever takes them busy for seconds


def test_a_storm_of_answers_lets_whoever_takes_them_go_on_with_other_work(small: Campaign):
    """After an outage each answered upload sends the next one at once."""
    answered = Attempt(Desk(places(small)[0], 1, (0,), 1), None, Answer.DONE)
    carrier, taken, most = ThreadCarrier(4), 0, 0
    try:
        for _ in range(50):
            carrier.carry(lambda: answered)
        while taken < STORM:
            at_once = 0
            for _ in carrier.arrived():
                carrier.carry(lambda: answered)
                at_once += 1
            taken, most = taken + at_once, max(most, at_once)
    finally:
        carrier.stop()

    assert most <= 50
