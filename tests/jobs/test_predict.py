"""The job of predictions over a real store: one each half hour of the opening, for the district and every town."""

from pipelines.jobs.predict import predict


def test_a_prediction_is_kept_each_half_hour_and_scored_an_hour_later(setup):
    setup.world.register("LS-1", 10, times=2)
    setup.world.queues = {"LS-1": 400}
    setup.run("pull_cycle", "predict", "pull_cycle")
    assert setup.ask("calibration_score").is_empty()  # the first run of a process only looks at the clock

    setup.bench.clock.put("02:00")
    setup.run("pull_cycle", "pull_cycle", "predict", "pull_cycle")
    assert setup.last_run("predict")["outcome"] == "ok"
    waiting = setup.ask("calibration_score")
    towns = len({site.town_code for site in setup.bench.campaign.sites})
    assert waiting["waiting"].to_list() == [1] * (1 + towns)

    setup.bench.clock.put("02:10")
    setup.run("pull_cycle", "pull_cycle", "predict", "pull_cycle")
    assert setup.ask("calibration_score")["waiting"].to_list() == [1] * (1 + towns)

    setup.bench.clock.put("03:05")
    setup.run("pull_cycle", "pull_cycle")
    scored = setup.ask("calibration_score")
    assert scored["scored"].to_list() == [1] * (1 + towns)


def test_nothing_is_predicted_before_anything_was_told_or_before_opening(setup):
    assert predict(setup.job("predict").desk).frames == {}
