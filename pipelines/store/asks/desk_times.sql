-- what: how long a full group of ten takes at each desk of a lane, measured from its tube's steps. sampling: from the
--       hand-over at the desk to the swabs done. registration is not told when it begins: it is taken where two groups
--       running had to wait for the lane's sampling desk, so that the next began when the one before walked on
-- grain: town × desk (registration, sampling) with at least one such group; NULL town_code: the whole scope
WITH tube AS (
    SELECT
        barcode, any_value(site_id) AS site_id, any_value(lane_no) AS lane_no, max(persons) AS persons,
        min(happened_at) FILTER (WHERE kind = 'registered') AS registered_at,
        min(happened_at) FILTER (WHERE kind = 'handed_over') AS handed_over_at,
        min(happened_at) FILTER (WHERE kind = 'sampled') AS sampled_at
    FROM tube_event
    WHERE stored_at <= $as_of AND kind IN ('registered', 'handed_over', 'sampled')
    GROUP BY barcode
),
ordered AS (
    SELECT
        t.*, i.town_code,
        lag(handed_over_at) OVER lane AS before_handed_over_at,
        lag(sampled_at) OVER lane AS before_sampled_at,
        lag(sampled_at, 2) OVER lane AS two_before_sampled_at
    FROM tube t
    JOIN sites_in($scope_level, $scope_id) i USING (site_id)
    WHERE handed_over_at IS NOT NULL AND sampled_at > handed_over_at AND registered_at <= handed_over_at
    WINDOW lane AS (PARTITION BY t.site_id, lane_no ORDER BY handed_over_at, barcode)
),
times AS (
    SELECT town_code, 'sampling' AS desk, (epoch_us(sampled_at) - epoch_us(handed_over_at)) / 1000000.0 AS took_s
    FROM ordered
    WHERE persons = 10
    UNION ALL
    SELECT town_code, 'registration' AS desk, (epoch_us(registered_at) - epoch_us(before_handed_over_at)) / 1000000.0
    FROM ordered
    WHERE persons = 10 AND registered_at > before_handed_over_at
        AND abs(epoch_us(handed_over_at) - epoch_us(before_sampled_at)) <= 2000000
        AND abs(epoch_us(before_handed_over_at) - epoch_us(two_before_sampled_at)) <= 2000000
)
SELECT
    town_code, desk, count(*)::BIGINT AS groups, avg(took_s) AS mean_s,
    coalesce(stddev_samp(took_s) / nullif(avg(took_s), 0.0), 0.0) AS spread,
    quantile_cont(took_s, 0.1) AS p10_s, quantile_cont(took_s, 0.9) AS p90_s
FROM times
WHERE took_s BETWEEN 1 AND 3600
GROUP BY GROUPING SETS ((town_code, desk), (desk))
ORDER BY town_code NULLS FIRST, desk
