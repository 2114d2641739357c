-- what: the staffing norms, and what the campaign's plan makes of them in the scope. samplers_needed: residents by
--       persons_per_medic; NULL for a site, whose residents nobody counts
-- grain: one row
WITH sites AS (
    SELECT
        count(*)::BIGINT AS sites, sum(lanes)::BIGINT AS lanes, sum(planned_persons)::BIGINT AS planned_persons,
        count(*) FILTER (WHERE planned_persons > persons_per_site_to)::BIGINT AS sites_above,
        count(*) FILTER (WHERE planned_persons > persons_per_desk_to * lanes)::BIGINT AS sites_desks_above
    FROM sites_in($scope_level, $scope_id) CROSS JOIN setting
),
residents AS (
    SELECT CASE WHEN $scope_level <> 'site' THEN sum(residents) END::BIGINT AS residents
    FROM town WHERE $scope_level = 'district' OR town_code = $scope_id
),
medics AS (
    SELECT coalesce(sum(persons), 0)::BIGINT AS medics_registered
    FROM staff_plan p SEMI JOIN sites_in($scope_level, $scope_id) i USING (site_id) WHERE role = 'medic'
)
SELECT
    t.guides_per_lane, t.registrars_per_lane, t.medics_per_lane, t.police_per_site, t.persons_per_medic,
    t.persons_per_site_from, t.persons_per_site_to, t.persons_per_desk_from, t.persons_per_desk_to,
    r.residents, ceil(r.residents / t.persons_per_medic)::BIGINT AS samplers_needed, m.medics_registered,
    s.sites, s.lanes, s.planned_persons, s.planned_persons / nullif(s.sites, 0) AS persons_per_site,
    s.planned_persons / nullif(s.lanes, 0) AS persons_per_desk, s.sites_above, s.sites_desks_above
FROM setting t CROSS JOIN sites s CROSS JOIN residents r CROSS JOIN medics m
