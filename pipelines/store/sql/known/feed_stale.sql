-- what: the feeds whose last good pull is too old; one that is pulled and never answered is stale as well
-- grain: kind of source
CREATE OR REPLACE MACRO known.feed_stale(as_of, speed) AS TABLE
WITH heard AS (SELECT kind, max(last_good_at) AS last_good_at FROM known.source(as_of) GROUP BY kind)
SELECT p.kind
FROM patience p
LEFT JOIN heard h ON h.kind = p.kind
WHERE p.kind IN ('tube_events', 'site_queues', 'roster', 'network', 'lab_counts', 'desks', 'gates', 'orders', 'people',
    'steps')
  AND (p.is_configured OR h.kind IS NOT NULL)
  AND NOT coalesce(wall_age_s(as_of, h.last_good_at, speed) <= p.feed_s, false);
