-- what: what is wrong and why, what is to come and what to do about it, as it was found; the newest of each beside it
-- grain: a disturbance, a recommendation, a scope, a lab, as one run of the advice saw it
CREATE TABLE disturbance (
    disturbance_id VARCHAR, cause VARCHAR, subject_kind VARCHAR, subject VARCHAR, severity VARCHAR, since TIMESTAMPTZ,
    seen_at TIMESTAMPTZ, ended_at TIMESTAMPTZ, site_ids VARCHAR[], site_desks BIGINT[], scores VARCHAR, evidence VARCHAR,
    explains VARCHAR[], tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE recommendation (
    recommendation_id VARCHAR, kind VARCHAR, subject VARCHAR, scope_level VARCHAR, scope_id VARCHAR, site_ids VARCHAR[],
    state VARCHAR, made_at TIMESTAMPTZ, seen_at TIMESTAMPTZ, ended_at TIMESTAMPTZ, metric VARCHAR, value_before DOUBLE,
    value_after DOUBLE, effect_minutes DOUBLE, person_minutes DOUBLE, evidence VARCHAR, orders VARCHAR,
    disturbance_id VARCHAR, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE forecast (
    scope_level VARCHAR, scope_id VARCHAR, made_at TIMESTAMPTZ, method VARCHAR, persons_registered BIGINT,
    persons_target BIGINT, persons_expected BIGINT, rate_now_per_hour DOUBLE, rate_needed_per_hour DOUBLE,
    finish_at TIMESTAMPTZ, finish_low_at TIMESTAMPTZ, finish_high_at TIMESTAMPTZ, persons_at_close BIGINT,
    persons_at_close_low BIGINT, persons_at_close_high BIGINT, slowest_site_id VARCHAR, tick BIGINT,
    stored_at TIMESTAMPTZ
);
CREATE TABLE lab_outlook (
    lab_id VARCHAR, made_at TIMESTAMPTZ, method VARCHAR, backlog BIGINT, on_the_way BIGINT, rate_per_hour DOUBLE,
    capacity_per_hour DOUBLE, clears_at TIMESTAMPTZ, result_minutes_p50 DOUBLE, result_minutes_p90 DOUBLE,
    is_stopped BOOLEAN, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE disturbance_now AS FROM disturbance;
CREATE TABLE recommendation_now AS FROM recommendation;
CREATE TABLE forecast_now AS FROM forecast;
CREATE TABLE lab_outlook_now AS FROM lab_outlook;
