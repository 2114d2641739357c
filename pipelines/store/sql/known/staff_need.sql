-- what: who is on shift in the scope against what the norms ask for its open lanes and sites: the sums of its sites, so
--       that every screen has the same; NULL where nothing fresh is known at any of them
-- grain: role, every one of them
CREATE OR REPLACE MACRO known.staff_need(as_of, speed, scope_level, scope_id) AS TABLE
SELECT
    r.role, r.position,
    sum(s.registered)::BIGINT AS registered,
    sum(s.planned)::BIGINT AS planned,
    sum(s.on_shift)::BIGINT AS on_shift,
    sum(s.need)::BIGINT AS need
FROM role r
LEFT JOIN (
    SELECT b.* FROM known.staff_by_site(as_of, speed) b SEMI JOIN sites_in(scope_level, scope_id) i USING (site_id)
) s ON s.role = r.role
GROUP BY r.role, r.position;
