-- what: how many of the scope's sites are fresh, the oldest age (wall seconds), how far the events lag the
--       counts, up to which five minutes they have come while they catch up (else NULL), and which other feeds are stale
-- grain: one row
WITH sites AS (
    SELECT s.site_id, c.sequence, wall_age_s($as_of, c.observed_at, $speed) AS age_s
    FROM sites_in($scope_level, $scope_id) s
    LEFT JOIN known.counts($as_of) c ON c.site_id = s.site_id
),
judged AS (
    SELECT s.*, coalesce(s.age_s <= t.row_s, false) AS is_fresh FROM sites s JOIN patience t ON t.kind = 'site_counts'
),
events AS (SELECT sequence AS last_sequence FROM known.arrived($as_of))
SELECT
    count(*) FILTER (WHERE is_fresh)::BIGINT AS sites_fresh,
    count(*)::BIGINT AS sites_total,
    max(age_s) AS oldest_age_s,
    coalesce(list(site_id ORDER BY site_id) FILTER (WHERE NOT is_fresh), []::VARCHAR[]) AS stale_site_ids,
    greatest(0, coalesce(max(sequence), 0) - (SELECT last_sequence FROM events))::BIGINT AS events_behind,
    (SELECT max(reached_at) FROM known.catching_up($as_of) WHERE is_behind) AS events_reached_at,
    (SELECT coalesce(list(kind ORDER BY kind), []::VARCHAR[]) FROM known.feed_stale($as_of, $speed)) AS stale_feeds
FROM judged
