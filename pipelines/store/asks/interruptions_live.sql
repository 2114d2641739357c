-- what: the registrations of the scope that stand still now, with their cause as the desk knows it (Q61), the longest first;
--       minutes are the campaign's; lane_no is NULL where no desk of that name is told of
-- grain: interruption that has not ended
SELECT
    i.thing_id, i.site_id, s.name_zh, s.name_en, s.town_code, d.lane_no, i.device_id, i.cause, i.begun_at AS since,
    greatest(0.0, (epoch_us($as_of) - epoch_us(i.begun_at)) / 60000000.0) AS minutes, d.open_barcode AS barcode,
    d.persons_bound
FROM known.interruption($as_of) i
JOIN sites_in($scope_level, $scope_id) s ON s.site_id = i.site_id
LEFT JOIN known.desk($as_of) d ON d.device_id = i.device_id
WHERE i.ended_at IS NULL
ORDER BY i.begun_at, i.thing_id
