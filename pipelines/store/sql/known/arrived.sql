-- what: up to which sequence the tube events are known: stored, or left out because they broke a rule
-- grain: one row
CREATE OR REPLACE MACRO known.arrived(as_of) AS TABLE
SELECT greatest(
    (SELECT coalesce(max(last_sequence), 0) FROM known.tube_total(as_of)),
    (SELECT coalesce(max(sequence), 0) FROM check_failure
     WHERE stored_at <= as_of AND (kind IS NULL OR kind = 'tube_events'))
)::BIGINT AS sequence;
