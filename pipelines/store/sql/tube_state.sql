-- what: the last step on record of every tube of the scope, by the register's own order of recording
-- grain: tube
CREATE OR REPLACE MACRO tube_state(as_of, scope_level, scope_id, lab) AS TABLE
WITH newest AS (
    SELECT max(e.sequence) AS sequence
    FROM tube_event e
    SEMI JOIN sites_of(scope_level, scope_id, lab) s ON s.site_id = e.site_id
    WHERE e.stored_at <= as_of
    GROUP BY e.barcode
)
SELECT barcode, site_id, lab_id, kind, happened_at, persons
FROM tube_event
SEMI JOIN newest USING (sequence);
