-- what: what each gate has counted, from the hot table
-- grain: site
CREATE OR REPLACE MACRO live.gate(as_of) AS TABLE
SELECT
    site_id, persons_screened, codes_prepared, screenshots, codes_generated, codes_unreadable, codes_refreshed, fevers,
    risk_travellers, vaccinated, turned_away, tested_separately, special_persons, special_captured, special_groups,
    special_queue_persons, special_wait_minutes, guides_busy, guides_free
FROM gate_now;
