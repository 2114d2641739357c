-- what: every tube of the scope's sites with what it is between (Q65, Q83, Q84), the first that holds: lost and misrouted;
--       wrong_lab, a label of one lab under another's account (Q32); foreign, a step without a registration; in_transit,
--       bagged and not at a lab; in_hand, registered and not bagged; voided after its label was used; NULL for none.
--       is_overdue: without a step for two campaign hours, or no good day's kind at all
-- grain: tube
CREATE OR REPLACE MACRO tube_verdict(as_of, level, id) AS TABLE
WITH ledger AS MATERIALIZED (SELECT * FROM tube_ledger(as_of, level, id)),
known_to AS (SELECT max(last_at) AS moment FROM ledger),
judged AS (
    SELECT
        *,
        CASE
            WHEN last_kind IN ('lost', 'misrouted', 'voided') THEN last_kind
            WHEN label_lab_id <> own_lab_id THEN 'wrong_lab'
            WHEN NOT is_registered AND has_moved THEN 'foreign'
            WHEN is_received OR NOT is_registered THEN NULL
            WHEN is_bagged OR last_kind = 'dispatched' THEN 'in_transit'
            ELSE 'in_hand'
        END AS kind
    FROM ledger
)
SELECT
    j.*, j.kind NOT IN ('in_transit', 'in_hand') OR j.last_at < least(as_of, k.moment) - INTERVAL 2 HOUR AS is_overdue
FROM judged j
CROSS JOIN known_to k;
