-- what: what happened to every alert, and beside it where each that is not ok stands
-- grain: alert as one cycle found it changed; in the second table the newest of each
CREATE TABLE alert_event (
    alert_id VARCHAR, rule VARCHAR, about VARCHAR, subject VARCHAR, severity VARCHAR, state VARCHAR, was VARCHAR,
    state_since TIMESTAMPTZ, fired_at TIMESTAMPTZ, value DOUBLE, bound DOUBLE, site_id VARCHAR, town_code VARCHAR,
    name_zh VARCHAR, name_en VARCHAR, muted_by VARCHAR, seen_at TIMESTAMPTZ, tick BIGINT, stored_at TIMESTAMPTZ
);
CREATE TABLE alert_now AS FROM alert_event;
