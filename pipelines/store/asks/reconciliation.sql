-- what: whether every site's labels, third copies and tubes come out even with its lab (Q65, Q83), counted as sets of barcodes.
--       labels_issued = labels_used + labels_void + labels_returned + labels_unused (by the site's page of labels);
--       copies_counted: third copies as people last counted them, copies_read: those read by hand, barcode by barcode;
--       tubes_registered = tubes_in_hand + tubes_bagged + tubes_voided and lost on the way; tubes_bagged (or further) =
--       tubes_received + tubes_in_transit + lost. labels_off: labels used by tubes registered, but for those of the last
--       two minutes before the labels were told and since; copies_off: third copies counted (NULL: nobody has) by tubes;
--       tubes_to_find: lost, misrouted, of a wrong lab, foreign, or overdue, and not found or explained. is_even: nothing
--       is off and nothing to find
-- grain: site × its lab, every site of the scope
WITH verdict AS MATERIALIZED (SELECT * FROM tube_verdict($as_of, $scope_level, $scope_id)),
told AS (SELECT max(last_good_at) - INTERVAL 2 MINUTE AS moment FROM known.source($as_of) WHERE kind = 'labels'),
settled AS (
    SELECT DISTINCT w.barcode
    FROM said_of_tubes($as_of) w
    JOIN verdict v ON v.barcode = w.barcode
    JOIN site s ON s.site_id = v.site_id
    WHERE w.word IN ('found', 'explained')
      AND (w.scope_level = 'district' OR w.scope_id = s.site_id OR w.scope_id = s.town_code)
),
ledger AS (
    SELECT
        site_id, count(*) FILTER (WHERE is_registered) AS registered,
        count(*) FILTER (WHERE is_registered AND registered_at <= coalesce(t.moment, registered_at)) AS told_of,
        count(*) FILTER (WHERE is_registered AND (is_bagged OR is_received)) AS bagged,
        count(*) FILTER (WHERE is_received) AS received, count(*) FILTER (WHERE is_resulted) AS resulted,
        count(*) FILTER (WHERE kind = 'in_hand') AS in_hand, count(*) FILTER (WHERE kind = 'in_transit') AS in_transit,
        count(*) FILTER (WHERE kind = 'lost') AS lost, count(*) FILTER (WHERE kind = 'misrouted') AS misrouted,
        count(*) FILTER (WHERE kind = 'voided') AS voided, count(*) FILTER (WHERE kind = 'wrong_lab') AS wrong_lab,
        count(*) FILTER (WHERE kind = 'foreign') AS foreigners
    FROM verdict
    CROSS JOIN told t
    GROUP BY site_id
),
finding AS (
    SELECT v.site_id, count(*) AS tubes
    FROM verdict v
    ANTI JOIN settled s ON s.barcode = v.barcode
    WHERE v.is_overdue AND v.kind <> 'voided'
    GROUP BY v.site_id
),
read_copies AS (
    SELECT DISTINCT scope_id AS site_id, barcode
    FROM said_of_tubes($as_of)
    WHERE word = 'copy_read' AND scope_level = 'site'
),
copied AS (
    SELECT c.site_id, count(*) AS copies, count(*) FILTER (WHERE v.barcode IS NULL) AS alone
    FROM read_copies c
    LEFT JOIN verdict v ON v.barcode = c.barcode AND v.is_registered
    GROUP BY c.site_id
),
uncopied AS (
    SELECT v.site_id, count(*) AS tubes
    FROM verdict v
    SEMI JOIN read_copies c ON c.site_id = v.site_id
    ANTI JOIN read_copies c ON c.barcode = v.barcode
    WHERE v.is_registered
    GROUP BY v.site_id
),
counted AS (
    SELECT site_id, arg_max(third_copies, hour_at) AS copies, arg_max(tubes, hour_at) AS tubes, max(hour_at) AS hour_at
    FROM input_newest($as_of)
    WHERE third_copies IS NOT NULL
    GROUP BY site_id
),
joined AS (
    SELECT
        s.site_id, s.name_zh, s.name_en, s.town_code, w.lab_id, b.labels_issued, b.labels_used, b.labels_void,
        b.labels_returned,
        b.labels_issued - b.labels_used - b.labels_void - b.labels_returned AS labels_unused,
        c.copies AS copies_counted, c.hour_at AS copies_counted_for, coalesce(p.copies, 0)::BIGINT AS copies_read,
        coalesce(l.registered, 0)::BIGINT AS tubes_registered, coalesce(l.in_hand, 0)::BIGINT AS tubes_in_hand,
        coalesce(l.bagged, 0)::BIGINT AS tubes_bagged, coalesce(l.received, 0)::BIGINT AS tubes_received,
        coalesce(l.in_transit, 0)::BIGINT AS tubes_in_transit, coalesce(l.lost, 0)::BIGINT AS tubes_lost,
        coalesce(l.misrouted, 0)::BIGINT AS tubes_misrouted, coalesce(l.voided, 0)::BIGINT AS tubes_voided,
        coalesce(l.wrong_lab, 0)::BIGINT AS tubes_wrong_lab, coalesce(l.foreigners, 0)::BIGINT AS tubes_foreign,
        coalesce(l.resulted, 0)::BIGINT AS tubes_resulted, coalesce(u.tubes, 0)::BIGINT AS copies_missing,
        coalesce(p.alone, 0)::BIGINT AS copies_alone, coalesce(f.tubes, 0)::BIGINT AS tubes_to_find,
        b.labels_used - greatest(coalesce(l.told_of, 0), least(b.labels_used, coalesce(l.registered, 0))) AS labels_off,
        c.copies - c.tubes AS copies_off
    FROM sites_in($scope_level, $scope_id) s
    JOIN town w ON w.town_code = s.town_code
    LEFT JOIN known.label_stock($as_of) b ON b.site_id = s.site_id
    LEFT JOIN ledger l ON l.site_id = s.site_id
    LEFT JOIN finding f ON f.site_id = s.site_id
    LEFT JOIN uncopied u ON u.site_id = s.site_id
    LEFT JOIN copied p ON p.site_id = s.site_id
    LEFT JOIN counted c ON c.site_id = s.site_id
)
SELECT
    *,
    tubes_to_find = 0 AND copies_missing = 0 AND copies_alone = 0 AND coalesce(labels_off, 0) = 0
    AND coalesce(copies_off, 0) = 0 AS is_even
FROM joined
ORDER BY site_id
