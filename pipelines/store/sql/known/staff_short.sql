-- what: who is on shift at a site, what the norms ask for its open lanes, and how many are missing; volunteers and
--       cadres are one pool, and too many of one kind make up for nobody of another; NULL where the roster, or the
--       queue, is stale
-- grain: site, every one of them
CREATE OR REPLACE MACRO known.staff_short(as_of, speed) AS TABLE
WITH present AS (
    SELECT
        site_id, sum(on_shift)::BIGINT AS on_shift,
        coalesce(sum(on_shift) FILTER (WHERE role = 'medic'), 0)::BIGINT AS medics,
        coalesce(sum(on_shift) FILTER (WHERE role = 'police'), 0)::BIGINT AS police,
        coalesce(sum(on_shift) FILTER (WHERE role NOT IN ('medic', 'police')), 0)::BIGINT AS pool
    FROM known.staff_fresh(as_of, speed)
    GROUP BY site_id
),
need AS (
    SELECT
        q.site_id,
        CASE WHEN q.is_open THEN n.medics_per_lane * q.lanes_open ELSE 0 END AS medics,
        CASE WHEN q.is_open THEN n.police_per_site ELSE 0 END AS police,
        CASE WHEN q.is_open THEN (n.guides_per_lane + n.registrars_per_lane) * q.lanes_open ELSE 0 END AS pool
    FROM known.queue(as_of) q
    JOIN patience p ON p.kind = 'site_queues'
    CROSS JOIN setting n
    WHERE coalesce(wall_age_s(as_of, q.observed_at, speed) <= p.row_s, false)
)
SELECT
    s.site_id, p.on_shift, (n.medics + n.police + n.pool)::BIGINT AS need,
    CASE
        WHEN p.site_id IS NOT NULL AND n.site_id IS NOT NULL
        THEN greatest(0, n.medics - p.medics) + greatest(0, n.police - p.police) + greatest(0, n.pool - p.pool)
    END::BIGINT AS short
FROM site s
LEFT JOIN present p ON p.site_id = s.site_id
LEFT JOIN need n ON n.site_id = s.site_id;
