-- what: how the last pull of each source up to as_of ended and when one last went well
-- grain: source
CREATE OR REPLACE MACRO past.source(as_of) AS TABLE
SELECT
    source_id, any_value(kind) AS kind, any_value(site_id) AS site_id, any_value(server_id) AS server_id,
    max(pulled_at) FILTER (WHERE outcome IN ('ok', 'partial')) AS last_good_at,
    arg_max(outcome, tick) AS last_outcome, arg_max(reason, tick) AS last_reason,
    arg_max(observed_at, tick) FILTER (WHERE outcome IN ('ok', 'partial')) AS observed_at
FROM source_pull
WHERE stored_at <= as_of
GROUP BY source_id;
