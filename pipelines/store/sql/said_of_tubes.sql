-- what: what somebody last said of a tube that was missing (Q84): found, or explained, by whom, when and why; and by whom its
--       third copy was read by hand
-- grain: what was said × tube
CREATE OR REPLACE MACRO said_of_tubes(as_of) AS TABLE
SELECT
    target AS barcode, CASE kind WHEN 'tube_found' THEN 'found' ELSE 'explained' END AS word, actor AS said_by,
    happened_at AS said_at, reason AS said, scope_level, scope_id, sequence
FROM act
WHERE kind IN ('tube_found', 'tube_explained') AND stored_at <= as_of
UNION ALL
SELECT
    unnest(from_json(facts ->> '$.barcodes', '["VARCHAR"]')), 'copy_read', actor, happened_at, reason, scope_level,
    scope_id, sequence
FROM act
WHERE kind = 'third_copies_read' AND stored_at <= as_of;
