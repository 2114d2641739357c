-- what: the newest probe of each server; counters stay as last heard, down_since is the first probe that failed in a row
-- grain: server_id
MERGE INTO server_now AS t USING incoming AS s
ON t.server_id = s.server_id
WHEN MATCHED THEN UPDATE SET
    observed_at = s.observed_at, is_up = s.is_up, logins = s.logins,
    requests = coalesce(s.requests, t.requests), errors = coalesce(s.errors, t.errors),
    persons_registered = coalesce(s.persons_registered, t.persons_registered),
    connect_ms = s.connect_ms, first_byte_ms = s.first_byte_ms, transfer_ms = s.transfer_ms,
    outcome = s.outcome, reason = s.reason,
    down_since = CASE WHEN s.is_up THEN NULL ELSE coalesce(t.down_since, s.observed_at) END,
    tick = s.tick, stored_at = s.stored_at
WHEN NOT MATCHED THEN INSERT (
    server_id, observed_at, is_up, logins, requests, errors, persons_registered, connect_ms, first_byte_ms,
    transfer_ms, outcome, reason, down_since, tick, stored_at
) VALUES (
    s.server_id, s.observed_at, s.is_up, s.logins, s.requests, s.errors, s.persons_registered, s.connect_ms,
    s.first_byte_ms, s.transfer_ms, s.outcome, s.reason, CASE WHEN s.is_up THEN NULL ELSE s.observed_at END, s.tick,
    s.stored_at
);
