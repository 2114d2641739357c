-- what: how the last pull of each source ended; the last good moment stays when a pull fails
-- grain: source_id
MERGE INTO source_now AS t USING incoming AS s
ON t.source_id = s.source_id
WHEN MATCHED THEN UPDATE SET
    last_good_at = CASE WHEN s.outcome IN ('ok', 'partial') THEN s.pulled_at ELSE t.last_good_at END,
    observed_at = coalesce(s.observed_at, t.observed_at), last_outcome = s.outcome, last_reason = s.reason,
    tick = s.tick, stored_at = s.stored_at
WHEN NOT MATCHED THEN INSERT (
    source_id, kind, site_id, server_id, last_good_at, last_outcome, last_reason, observed_at, tick, stored_at
) VALUES (
    s.source_id, s.kind, s.site_id, s.server_id, CASE WHEN s.outcome IN ('ok', 'partial') THEN s.pulled_at END,
    s.outcome, s.reason, s.observed_at, s.tick, s.stored_at
);
