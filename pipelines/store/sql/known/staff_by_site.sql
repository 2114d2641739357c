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
need AS (
    SELECT
        s.site_id, l.is_now, n.medics_per_lane * l.lanes AS medics, n.police_per_site * l.sites AS police,
        (n.guides_per_lane + n.registrars_per_lane) * l.lanes AS pool,
        round((n.guides_per_lane + n.registrars_per_lane) * l.lanes * coalesce(p.volunteer_share, 1.0)) AS volunteers
    FROM (
        SELECT site_id, true AS is_now, lanes, sites FROM open
        UNION ALL
        SELECT site_id, false, lanes, 1 FROM site
    ) l
    JOIN site s USING (site_id)
    CROSS JOIN setting n
    LEFT JOIN plan p USING (site_id)
),
by_role AS (
    SELECT
        n.site_id, r.role, n.is_now,
        CASE r.role
            WHEN 'medic' THEN n.medics
            WHEN 'police' THEN n.police
            WHEN 'volunteer' THEN n.volunteers
            ELSE n.pool - n.volunteers
        END::BIGINT AS persons
    FROM need n CROSS JOIN role r
),
present AS (SELECT site_id, role, on_shift, planned FROM known.staff_fresh(as_of, speed)),
told AS (SELECT DISTINCT site_id FROM present)
SELECT
    s.site_id, r.role, r.position,
    coalesce(g.persons, 0)::BIGINT AS registered,
    CASE WHEN t.site_id IS NOT NULL THEN coalesce(p.planned, 0) END::BIGINT AS planned,
    CASE WHEN t.site_id IS NOT NULL THEN coalesce(p.on_shift, 0) END::BIGINT AS on_shift,
    now.persons AS need,
    whole.persons AS need_all_lanes
FROM site s
CROSS JOIN role r
JOIN by_role whole ON whole.site_id = s.site_id AND whole.role = r.role AND NOT whole.is_now
LEFT JOIN by_role now ON now.site_id = s.site_id AND now.role = r.role AND now.is_now
LEFT JOIN staff_plan g ON g.site_id = s.site_id AND g.role = r.role
LEFT JOIN told t ON t.site_id = s.site_id
LEFT JOIN present p ON p.site_id = s.site_id AND p.role = r.role;
