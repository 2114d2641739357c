-- what: everything on record of one tube, step by step: what happened, where, at whose lab, by which server, and what was said
--       of it (found, explained, copy_read) or refused (conflict, with its rule in detail). $barcode: as it stands on the
--       label; what a scanner adds is taken away before, and a label whose check character does not fit is refused
-- grain: step, the oldest first; none where the tube is not of the scope
WITH own AS (
    SELECT barcode FROM tube_event e
    SEMI JOIN sites_in($scope_level, $scope_id) s ON s.site_id = e.site_id
    WHERE e.barcode = $barcode AND e.stored_at <= $as_of
    UNION
    SELECT w.barcode FROM said_of_tubes($as_of) w
    SEMI JOIN sites_in($scope_level, $scope_id) s ON s.site_id = w.scope_id
    WHERE w.barcode = $barcode AND w.scope_level = 'site'
),
step AS (
    SELECT
        e.barcode, 'custody' AS source, e.sequence, e.kind, e.happened_at AS at, e.recorded_at, e.site_id, e.lab_id,
        e.server_id, e.lane_no, e.persons, coalesce(e.short_reason, '') AS detail, '' AS "by"
    FROM tube_event e
    SEMI JOIN own o ON o.barcode = e.barcode
    WHERE e.stored_at <= $as_of
    UNION ALL
    SELECT
        w.barcode, 'act', w.sequence, w.word, w.said_at, w.said_at, CASE WHEN w.scope_level = 'site' THEN w.scope_id END,
        NULL, NULL, NULL, NULL, w.said, w.said_by
    FROM said_of_tubes($as_of) w
    SEMI JOIN own o ON o.barcode = w.barcode
    UNION ALL
    SELECT
        x.barcode, 'exception', x.sequence, x.kind, x.recorded_at, x.recorded_at, x.site_id, NULL, NULL, NULL, NULL,
        coalesce(x.rule, x.other_barcode, ''), x.device_id
    FROM exception_event x
    SEMI JOIN own o ON o.barcode = x.barcode
    WHERE x.stored_at <= $as_of
)
SELECT t.*, s.name_zh, s.name_en, s.town_code
FROM step t
LEFT JOIN site s ON s.site_id = t.site_id
ORDER BY t.at, t.source, t.sequence
