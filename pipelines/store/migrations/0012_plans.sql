-- what: what the advice reckons for every site (its line ahead) and the plans it makes:
--       switches of servers, loans of staff, moves of vehicles; a plan's rows are those of its newest set's tick
-- grain: a site; a row of a plan; a set of such rows, which may be empty
CREATE TABLE queue_outlook (
    site_id VARCHAR, made_at TIMESTAMPTZ, queue_persons BIGINT, rate_per_hour DOUBLE, offline_share DOUBLE,
    queue_15 BIGINT, queue_30 BIGINT, queue_60 BIGINT, stopped_15 BIGINT, stopped_30 BIGINT, stopped_60 BIGINT,
    offline_15 BIGINT, offline_30 BIGINT, offline_60 BIGINT, wait_15 DOUBLE, wait_30 DOUBLE, wait_60 DOUBLE,
    stopped_wait_15 DOUBLE, stopped_wait_30 DOUBLE, stopped_wait_60 DOUBLE, offline_wait_15 DOUBLE,
    offline_wait_30 DOUBLE, offline_wait_60 DOUBLE, crowd_limit BIGINT, crowded_in_minutes DOUBLE, tick BIGINT,
    stored_at TIMESTAMPTZ
);
CREATE TABLE advice_set (plan VARCHAR, made_at TIMESTAMPTZ, facts VARCHAR, tick BIGINT, stored_at TIMESTAMPTZ);
CREATE TABLE switch_move (
    site_id VARCHAR, from_server_id VARCHAR, to_server_id VARCHAR, contingency VARCHAR, desks BIGINT, is_stuck BOOLEAN,
    tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE staff_loan (
    from_site_id VARCHAR, to_site_id VARCHAR, role VARCHAR, persons BIGINT, distance_km DOUBLE, ready_in_minutes DOUBLE,
    to_wait_before DOUBLE, to_wait_after DOUBLE, from_wait_before DOUBLE, from_wait_after DOUBLE,
    person_minutes DOUBLE, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE vehicle_move (
    vehicle_id VARCHAR, carrier VARCHAR, from_site_id VARCHAR, to_site_id VARCHAR, distance_km DOUBLE,
    ready_in_minutes DOUBLE, crowd_index DOUBLE, wait_before DOUBLE, wait_after DOUBLE, person_minutes DOUBLE,
    tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE queue_outlook_now AS FROM queue_outlook;
CREATE TABLE advice_set_now AS FROM advice_set;
CREATE TABLE switch_move_now AS FROM switch_move;
CREATE TABLE staff_loan_now AS FROM staff_loan;
CREATE TABLE vehicle_move_now AS FROM vehicle_move;
