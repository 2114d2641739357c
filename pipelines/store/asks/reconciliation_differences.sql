-- what: the tubes by which two counts differ, each named with its last step on record, when that was and for how many campaign
--       minutes (Q84); kinds as in tubes_differing: lost, misrouted, wrong_lab, foreign, in_transit, in_hand, voided,
--       copy_missing, copy_alone; label_lab_id: whose label it is. word: found or explained, by whom, when, why; '' is
--       open. $kind: one kind, whole; '' for all that somebody must see to: overdue and not only in a good day's hands
-- grain: tube × kind, the gravest kind first, each the longest without a step first
WITH said AS (
    SELECT w.* FROM said_of_tubes($as_of) w
    WHERE w.word IN ('found', 'explained')
    QUALIFY w.sequence = max(w.sequence) OVER (PARTITION BY w.barcode)
),
found AS (
    SELECT d.* FROM tubes_differing($as_of, $scope_level, $scope_id) d
    WHERE d.kind = $kind OR ($kind = '' AND d.is_overdue AND d.kind <> 'voided')
)
SELECT
    f.barcode, f.kind, f.site_id, s.name_zh, s.name_en, s.town_code, f.lab_id, l.lab_id AS label_lab_id, f.persons,
    f.last_kind, f.last_at, f.age_minutes, f.is_overdue, coalesce(w.word, '') AS word, w.said_by, w.said_at, w.said
FROM found f
JOIN site s ON s.site_id = f.site_id
LEFT JOIN lab l ON starts_with(f.barcode, l.barcode_prefix)
LEFT JOIN said w ON w.barcode = f.barcode AND (
    w.scope_level = 'district' OR w.scope_id = s.site_id OR w.scope_id = s.town_code
)
ORDER BY
    list_position([
        'lost', 'misrouted', 'wrong_lab', 'foreign', 'in_transit', 'in_hand', 'copy_missing', 'copy_alone', 'voided'
    ], f.kind), f.last_at NULLS FIRST, f.barcode
