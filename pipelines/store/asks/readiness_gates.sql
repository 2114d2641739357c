-- what: every check that each site must pass before it opens (Q38-Q42, Q56, Q64, Q70, Q90, Q95): ok, short, missing, unknown;
--       how many there are of how many it needs (NULL where nobody tells); the next step, '' when there is none; and who
--       overrode it with which reason
-- grain: site × check, every one of the scope
SELECT
    r.site_id, r.name_zh, r.name_en, r.town_code, r."check", r.state, r.measured, r.needed,
    CASE WHEN r.state = 'ok' THEN '' WHEN r.state = 'unknown' THEN 'ask_site' ELSE 'mend_' || r."check" END AS next_step,
    r.overridden_by, r.reason, r.overridden_at
FROM known.site_requirement($as_of, $speed) r
JOIN ready_check c ON c."check" = r."check"
SEMI JOIN sites_in($scope_level, $scope_id) s ON s.site_id = r.site_id
ORDER BY r.site_id, c.position
