-- what: the last step on record of every tube of the scope, by the register's own order of recording
-- grain: tube
CREATE OR REPLACE MACRO tube_state(as_of, scope_level, scope_id, lab) AS TABLE
SELECT
    e.barcode, arg_max(e.site_id, e.sequence) AS site_id, arg_max(e.lab_id, e.sequence) AS lab_id,
    arg_max(e.kind, e.sequence) AS kind, arg_max(e.happened_at, e.sequence) AS happened_at,
    arg_max(e.persons, e.sequence) AS persons
FROM tube_event e
SEMI JOIN sites_of(scope_level, scope_id, lab) s ON s.site_id = e.site_id
WHERE e.stored_at <= as_of
GROUP BY e.barcode;
