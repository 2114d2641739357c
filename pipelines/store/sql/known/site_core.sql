-- what: a site's counts, queue and last hour, how old they are and what they mean; NULL where nothing was ever heard,
--       the last hour too while the tube events catch up
-- grain: site, every one of them
CREATE OR REPLACE MACRO known.site_core(as_of, speed) AS TABLE
WITH joined AS (
    SELECT
        s.*, c.persons_registered, c.tubes_registered, c.persons_sampled, c.tubes_sampled, c.tubes_short,
        c.sequence, c.observed_at, q.is_open, q.queue_persons, q.wait_minutes, q.lanes_open,
        CASE WHEN NOT u.is_behind THEN coalesce(h.persons, 0) END::BIGINT AS persons_last_hour,
        CASE WHEN NOT u.is_behind THEN coalesce(h.tubes, 0) END::BIGINT AS tubes_last_hour,
        wall_age_s(as_of, c.observed_at, speed) AS age_s,
        coalesce(wall_age_s(as_of, q.observed_at, speed) <= pq.row_s, false) AS is_queue_fresh,
        pc.row_s AS counts_row_s, t.medium_from_minutes, t.long_from_minutes
    FROM site s
    CROSS JOIN setting t
    CROSS JOIN known.catching_up(as_of) u
    JOIN patience pc ON pc.kind = 'site_counts'
    JOIN patience pq ON pq.kind = 'site_queues'
    LEFT JOIN known.counts(as_of) c ON c.site_id = s.site_id
    LEFT JOIN known.queue(as_of) q ON q.site_id = s.site_id
    LEFT JOIN known.registered_last_hour(as_of) h ON h.site_id = s.site_id
)
SELECT
    * EXCLUDE (counts_row_s, medium_from_minutes, long_from_minutes),
    persons_registered / nullif(planned_persons, 0) AS load_share,
    CASE
        WHEN NOT is_queue_fresh THEN 'unknown'
        WHEN NOT is_open THEN 'closed'
        WHEN wait_minutes >= long_from_minutes THEN 'long'
        WHEN wait_minutes >= medium_from_minutes THEN 'medium'
        ELSE 'short'
    END AS wait_class,
    coalesce(age_s <= counts_row_s, false) AS is_fresh
FROM joined;
