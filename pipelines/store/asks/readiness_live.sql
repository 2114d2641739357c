-- what: whether each site has what it must have before and during the day, check by check: ok, short, missing, unknown
--       (Q38-Q42, Q56, Q64, Q70, Q90, Q95); ready_share is the share of the eight checks that are ok
-- grain: site, every one of the scope
WITH checked AS (
    SELECT r.*
    FROM known.site_ready($as_of, $speed) r
    SEMI JOIN sites_in($scope_level, $scope_id) s ON s.site_id = r.site_id
)
SELECT
    site_id, name_zh, name_en, town_code, trained, phones, power, labels, networks, standby, sheets, layout,
    len(list_filter([trained, phones, power, labels, networks, standby, sheets, layout], c -> c = 'ok')) / 8.0
    AS ready_share
FROM checked
ORDER BY site_id
