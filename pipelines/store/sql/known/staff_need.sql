-- what: who is on shift against what the norms ask for the lanes and sites that are open; NULL
--       where the rosters, or the queues, are stale. A lane's guides and
--       registrars may be volunteers or cadres: their need is one pool, shared out as the plan shares out the people
-- grain: role, every one of them
CREATE OR REPLACE MACRO known.staff_need(as_of, speed, scope_level, scope_id) AS TABLE
WITH open AS (
    SELECT
        coalesce(sum(q.lanes_open) FILTER (WHERE q.is_open), 0)::BIGINT AS lanes,
        count(*) FILTER (WHERE q.is_open)::BIGINT AS sites
    FROM sites_in(scope_level, scope_id) s
    JOIN known.queue(as_of) q USING (site_id)
    JOIN patience p ON p.kind = 'site_queues'
    WHERE coalesce(wall_age_s(as_of, q.observed_at, speed) <= p.row_s, false)
    HAVING count(*) > 0
),
plan AS (
    SELECT p.role, sum(p.persons)::BIGINT AS persons
    FROM staff_plan p SEMI JOIN sites_in(scope_level, scope_id) s USING (site_id) GROUP BY p.role
),
volunteers AS (
    SELECT
        coalesce(sum(persons) FILTER (WHERE role = 'volunteer'), 0)
        / nullif(sum(persons) FILTER (WHERE role IN ('volunteer', 'cadre')), 0) AS share
    FROM plan
),
need AS (
    SELECT
        o.lanes, o.sites, n.medics_per_lane * o.lanes AS medics, n.police_per_site * o.sites AS police,
        (n.guides_per_lane + n.registrars_per_lane) * o.lanes AS pool,
        round((n.guides_per_lane + n.registrars_per_lane) * o.lanes * coalesce(v.share, 1.0))::BIGINT AS volunteers
    FROM open o CROSS JOIN setting n CROSS JOIN volunteers v
),
present AS (
    SELECT r.role, sum(r.on_shift)::BIGINT AS on_shift, sum(r.planned)::BIGINT AS planned
    FROM known.staff_fresh(as_of, speed) r SEMI JOIN sites_in(scope_level, scope_id) s USING (site_id) GROUP BY r.role
)
SELECT
    r.role, r.position,
    CASE WHEN EXISTS (FROM present) THEN coalesce(p.on_shift, 0) END AS on_shift,
    CASE WHEN EXISTS (FROM present) THEN coalesce(p.planned, 0) END AS planned,
    CASE r.role
        WHEN 'medic' THEN n.medics
        WHEN 'police' THEN n.police
        WHEN 'volunteer' THEN n.volunteers
        ELSE n.pool - n.volunteers
    END::BIGINT AS need
FROM role r
LEFT JOIN need n ON true
LEFT JOIN present p ON p.role = r.role;
