-- what: at how many of the scope's sites the persons counted are not the persons in the registered tubes
-- grain: one row
SELECT
    count(*) FILTER (WHERE is_checked)::BIGINT AS sites_checked,
    count(*) FILTER (WHERE is_checked AND persons_counted <> persons_in_tubes)::BIGINT AS sites_broken,
    coalesce(
        list(site_id ORDER BY site_id) FILTER (WHERE is_checked AND persons_counted <> persons_in_tubes), []::VARCHAR[]
    ) AS broken_site_ids
FROM known.conservation($as_of) c
SEMI JOIN sites_in($scope_level, $scope_id) i USING (site_id)
