-- what: how the last pull of each source ended and when one last went well, from the hot table
-- grain: source
CREATE OR REPLACE MACRO live.source(as_of) AS TABLE
SELECT source_id, kind, site_id, server_id, last_good_at, last_outcome, last_reason, observed_at
FROM source_now;
