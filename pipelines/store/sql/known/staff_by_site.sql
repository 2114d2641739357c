-- what: who is registered, planned, on shift and needed at each site. need: by the norms for the lanes that are open,
--       none at a closed site; need_all_lanes: if all its lanes were open. on_shift, planned: NULL where the roster is
--       stale; need: NULL where the queue is. A lane's guides and registrars may be volunteers or cadres: their need is
--       one pool, shared out as the site's plan shares out the people
-- grain: site × role, every one of them
CREATE OR REPLACE MACRO known.staff_by_site(as_of, speed) AS TABLE
WITH open AS (
    SELECT q.site_id, CASE WHEN q.is_open THEN q.lanes_open ELSE 0 END AS lanes, q.is_open::BIGINT AS sites
    FROM known.queue(as_of) q
    JOIN patience p ON p.kind = 'site_queues'
    WHERE coalesce(wall_age_s(as_of, q.observed_at, speed) <= p.row_s, false)
),
plan AS (
    SELECT
        site_id,
        coalesce(sum(persons) FILTER (WHERE role = 'volunteer'), 0)
        / nullif(sum(persons) FILTER (WHERE role IN ('volunteer', 'cadre')), 0) AS volunteer_share
    FROM staff_plan
    GROUP BY site_id
),
norm AS (
    SELECT
        s.site_id, s.lanes AS lanes_all, o.lanes, o.sites, coalesce(p.volunteer_share, 1.0) AS volunteer_share,
        n.medics_per_lane, n.police_per_site, n.guides_per_lane + n.registrars_per_lane AS pool_per_lane
    FROM site s
    CROSS JOIN setting n
    LEFT JOIN open o ON o.site_id = s.site_id
    LEFT JOIN plan p ON p.site_id = s.site_id
),
present AS (SELECT site_id, role, on_shift, planned FROM known.staff_fresh(as_of, speed)),
told AS (SELECT DISTINCT site_id FROM present)
SELECT
    n.site_id, r.role, r.position,
    coalesce(g.persons, 0)::BIGINT AS registered,
    CASE WHEN t.site_id IS NOT NULL THEN coalesce(p.planned, 0) END::BIGINT AS planned,
    CASE WHEN t.site_id IS NOT NULL THEN coalesce(p.on_shift, 0) END::BIGINT AS on_shift,
    role_need(r.role, n.lanes, n.sites, n.medics_per_lane, n.police_per_site, n.pool_per_lane, n.volunteer_share) AS need,
    role_need(r.role, n.lanes_all, 1, n.medics_per_lane, n.police_per_site, n.pool_per_lane, n.volunteer_share)
    AS need_all_lanes
FROM norm n
CROSS JOIN role r
LEFT JOIN staff_plan g ON g.site_id = n.site_id AND g.role = r.role
LEFT JOIN told t ON t.site_id = n.site_id
LEFT JOIN present p ON p.site_id = n.site_id AND p.role = r.role;
