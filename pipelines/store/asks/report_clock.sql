-- what: up to when the tubes' feed is known to have told all: when it was last pulled well, NULL before that; how many recorded
--       events it is behind of what the sites have counted; and how many of the feeds of counts, inputs and special cases that
--       are to be pulled were never heard yet
-- grain: one row
WITH heard AS (SELECT kind, max(last_good_at) AS heard_at FROM known.source($as_of) GROUP BY kind)
SELECT
    (SELECT heard_at FROM heard WHERE kind = 'tube_events') AS heard_at,
    greatest(
        0, coalesce((SELECT max(sequence) FROM known.counts($as_of)), 0) - (SELECT sequence FROM known.arrived($as_of))
    )::BIGINT AS events_behind,
    (
        SELECT count(*) FROM patience p
        LEFT JOIN heard h ON h.kind = p.kind
        WHERE (p.kind = 'site_counts' OR (p.kind IN ('inputs', 'special_cases') AND p.is_configured)) AND h.heard_at IS NULL
    )::BIGINT AS feeds_unheard
