-- what: every tube that is known of the scope's sites: which steps it ever took, by which its places in the chain are told
--       apart as sets, and the last one; label_lab_id: whose letters its label begins with (Q32), NULL for nobody's
-- grain: tube
CREATE OR REPLACE MACRO tube_ledger(as_of, level, id) AS TABLE
WITH stepped AS (
    SELECT
        barcode, bool_or(kind = 'registered') AS is_registered, bool_or(kind = 'bagged') AS is_bagged,
        bool_or(kind = 'received') AS is_received, bool_or(kind = 'resulted') AS is_resulted,
        min(happened_at) FILTER (WHERE kind = 'registered') AS registered_at,
        bool_or(kind NOT IN ('opened', 'suspended', 'resumed', 'voided')) AS has_moved, max(sequence) AS sequence
    FROM tube_event e
    SEMI JOIN sites_in(level, id) s ON s.site_id = e.site_id
    WHERE e.stored_at <= as_of
    GROUP BY barcode
)
SELECT
    t.* EXCLUDE (sequence), e.site_id, e.lab_id, e.kind AS last_kind, e.happened_at AS last_at, e.persons,
    e.short_reason, w.lab_id AS own_lab_id, l.lab_id AS label_lab_id
FROM stepped t
JOIN tube_event e ON e.sequence = t.sequence
JOIN site s ON s.site_id = e.site_id
JOIN town w ON w.town_code = s.town_code
LEFT JOIN lab l ON starts_with(t.barcode, l.barcode_prefix);
