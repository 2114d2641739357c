-- what: what each gate has counted, from the history up to as_of
-- grain: site
CREATE OR REPLACE MACRO past.gate(as_of) AS TABLE
SELECT
    site_id, persons_screened, codes_prepared, screenshots, codes_generated, codes_unreadable, codes_refreshed, fevers,
    risk_travellers, vaccinated, turned_away, tested_separately, special_persons, special_captured, special_groups,
    special_queue_persons, special_wait_minutes, guides_busy, guides_free
FROM gate
SEMI JOIN (SELECT site_id, max(tick) AS tick FROM gate WHERE stored_at <= as_of GROUP BY site_id) AS newest USING (site_id, tick)
WHERE is_told;
