-- what: everything that was pulled, as it was known, row by row; nothing here is ever changed or removed
-- grain: one row as one tick brought it; tick and stored_at say which tick and when we came to know it
CREATE TABLE tick (tick BIGINT, stored_at TIMESTAMPTZ, job VARCHAR);
CREATE TABLE site_counts (
    site_id VARCHAR, round_id VARCHAR, sequence BIGINT, observed_at TIMESTAMPTZ, persons_registered BIGINT,
    tubes_registered BIGINT, persons_sampled BIGINT, tubes_sampled BIGINT, tubes_short BIGINT,
    tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE tube_event (
    sequence BIGINT, barcode VARCHAR, kind VARCHAR, site_id VARCHAR, lab_id VARCHAR, server_id VARCHAR,
    lane_no BIGINT, persons BIGINT, short_reason VARCHAR, happened_at TIMESTAMPTZ, recorded_at TIMESTAMPTZ,
    tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE site_queue (
    site_id VARCHAR, observed_at TIMESTAMPTZ, is_open BOOLEAN, queue_persons BIGINT, wait_minutes DOUBLE,
    lanes_open BIGINT, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE desk_server (
    site_id VARCHAR, server_id VARCHAR, observed_at TIMESTAMPTZ, desks BIGINT, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE roster (
    site_id VARCHAR, role VARCHAR, observed_at TIMESTAMPTZ, on_shift BIGINT, planned BIGINT,
    tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE network_sample (
    site_id VARCHAR, network VARCHAR, observed_at TIMESTAMPTZ, is_up BOOLEAN, latency_ms DOUBLE, loss_share DOUBLE,
    clients BIGINT, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE server_sample (
    server_id VARCHAR, observed_at TIMESTAMPTZ, is_up BOOLEAN, logins BIGINT, capacity_logins BIGINT, requests BIGINT,
    errors BIGINT, persons_registered BIGINT, started_at TIMESTAMPTZ, connect_ms DOUBLE, first_byte_ms DOUBLE,
    transfer_ms DOUBLE, outcome VARCHAR, reason VARCHAR, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE lab_counts (
    lab_id VARCHAR, observed_at TIMESTAMPTZ, tubes_dispatched BIGINT, tubes_received BIGINT, tubes_resulted BIGINT,
    tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE job_run (
    run_id VARCHAR, job VARCHAR, started_at TIMESTAMPTZ, took_ms DOUBLE, rows_pulled BIGINT, rows_stored BIGINT,
    outcome VARCHAR, reason VARCHAR, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE source_pull (
    source_id VARCHAR, kind VARCHAR, site_id VARCHAR, server_id VARCHAR, pulled_at TIMESTAMPTZ, took_ms DOUBLE,
    size_bytes BIGINT, outcome VARCHAR, reason VARCHAR, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE check_failure (
    rule VARCHAR, site_id VARCHAR, failed_at TIMESTAMPTZ, sentence VARCHAR, tick BIGINT, stored_at TIMESTAMPTZ
);
