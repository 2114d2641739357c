-- what: who is on shift, of the rosters that are not stale
-- grain: site × role
CREATE OR REPLACE MACRO known.staff_fresh(as_of, speed) AS TABLE
SELECT r.site_id, r.role, r.on_shift, r.planned
FROM known.staff(as_of) r
JOIN patience p ON p.kind = 'roster'
WHERE coalesce(wall_age_s(as_of, r.observed_at, speed) <= p.feed_s, false);
