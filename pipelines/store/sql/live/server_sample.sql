-- what: how each server answered its last probe, counters as last heard, from the hot table
-- grain: server
CREATE OR REPLACE MACRO live.server_sample(as_of) AS TABLE
SELECT
    server_id, observed_at, is_up, logins, requests, errors, persons_registered, connect_ms, first_byte_ms,
    transfer_ms, outcome, reason, down_since
FROM server_now;
