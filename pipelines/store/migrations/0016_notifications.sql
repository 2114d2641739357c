-- what: every message that was sent or tried, and up to which moment it told of the alerts
-- grain: try of one message on one channel; sent_at is campaign time, wall_at the wall's
CREATE TABLE notification (
    notification_id VARCHAR, channel VARCHAR, kind VARCHAR, sent_at TIMESTAMPTZ, wall_at TIMESTAMPTZ,
    covered_at TIMESTAMPTZ, alerts BIGINT, text VARCHAR, outcome VARCHAR, reason VARCHAR, failures BIGINT,
    took_ms DOUBLE, clock_skew_s DOUBLE, tick BIGINT, stored_at TIMESTAMPTZ
);
