-- what: the feeds beside the tubes': steps of things with where each thing stands, inputs, special cases, exceptions
-- grain: one row a recorded event; a thing's newest step; which feed an event left out is of, NULL before there were more
CREATE TABLE thing_event (
    sequence BIGINT, machine VARCHAR, thing_id VARCHAR, step VARCHAR, state VARCHAR, site_id VARCHAR, "by" VARCHAR,
    facts VARCHAR, cause VARCHAR, lane_no BIGINT, seconds BIGINT, happened_at TIMESTAMPTZ, recorded_at TIMESTAMPTZ,
    tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE thing_now AS FROM thing_event LIMIT 0;
CREATE TABLE site_input (
    sequence BIGINT, site_id VARCHAR, hour_at TIMESTAMPTZ, version BIGINT, persons BIGINT, tubes BIGINT,
    third_copies BIGINT, special_cases BIGINT, entered_at TIMESTAMPTZ, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE special_case (
    sequence BIGINT, site_id VARCHAR, diversion VARCHAR, outcome VARCHAR, happened_at TIMESTAMPTZ, tick BIGINT,
    stored_at TIMESTAMPTZ
);
CREATE TABLE exception_event (
    sequence BIGINT, kind VARCHAR, barcode VARCHAR, other_barcode VARCHAR, seat BIGINT, site_id VARCHAR,
    device_id VARCHAR, rule VARCHAR, device_sequence BIGINT, recorded_at TIMESTAMPTZ, tick BIGINT,
    stored_at TIMESTAMPTZ
);
ALTER TABLE check_failure ADD COLUMN kind VARCHAR;
ALTER TABLE setting ADD COLUMN timezone_offset_minutes BIGINT;
