-- what: what a simulation of the rest of the day said of the next hour and of the end, kept to be held against what came
-- grain: scope (district, town) as one run of the job saw it at made_at; persons are sampled since opening by target_at,
--        low and high enclose 95 % of days
CREATE TABLE prediction (
    scope_level VARCHAR, scope_id VARCHAR, made_at TIMESTAMPTZ, target_at TIMESTAMPTZ, replications BIGINT,
    persons DOUBLE, persons_low DOUBLE, persons_high DOUBLE, finish_at TIMESTAMPTZ, finish_low_at TIMESTAMPTZ,
    finish_high_at TIMESTAMPTZ, tick BIGINT, stored_at TIMESTAMPTZ
);
