-- what: the half-filled tubes on the desks of the scope, with the seats that are left (Q62); since the tube was opened, or
--       the desk took its state where that is not known; age in campaign minutes
-- grain: desk with an open tube, the oldest tube first
SELECT
    d.site_id, s.name_zh, s.name_en, s.town_code, d.lane_no, d.device_id, d.open_barcode AS barcode, d.persons_bound,
    10 - d.persons_bound AS seats_left, coalesce(h.opened_at, d.since) AS since,
    CASE
        WHEN coalesce(h.opened_at, d.since) IS NOT NULL
            THEN greatest(0.0, (epoch_us($as_of) - epoch_us(coalesce(h.opened_at, d.since))) / 60000000.0)
    END AS age_minutes,
    coalesce(h.is_suspended, false) OR NOT d.is_online AS is_interrupted, a.is_fresh
FROM known.desk($as_of) d
JOIN sites_in($scope_level, $scope_id) s ON s.site_id = d.site_id
JOIN known.page_age($as_of, $speed) a ON a.kind = 'desks'
LEFT JOIN known.half_filled($as_of) h ON h.barcode = d.open_barcode
WHERE d.open_barcode IS NOT NULL
ORDER BY since, d.device_id
