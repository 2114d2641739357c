-- what: the recommendations that a scope could carry out itself: those all of whose sites are its own
-- grain: recommendation
CREATE OR REPLACE MACRO known.recommendation_in(as_of, scope_level, scope_id) AS TABLE
SELECT r.*
FROM known.recommendation(as_of) r
CROSS JOIN (SELECT list(site_id) AS site_ids FROM sites_in(scope_level, scope_id)) s
WHERE scope_level = 'district' OR (len(r.site_ids) > 0 AND list_has_all(coalesce(s.site_ids, []::VARCHAR[]), r.site_ids));
