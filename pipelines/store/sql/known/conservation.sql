-- what: persons a site counted against the persons of its registered tubes up to the same sequence; a site whose
--       count is ahead of the events we hold is not judged yet. Both are cumulative: a tube that is voided, lost or
--       misrouted after its registration stays counted; voids are counted apart (district_totals.tubes_voided)
-- grain: site whose counts are known
CREATE OR REPLACE MACRO known.conservation(as_of) AS TABLE
WITH reached AS (SELECT sequence FROM known.arrived(as_of)),
counted AS (SELECT site_id, sequence, persons_registered FROM known.counts(as_of)),
later AS (
    SELECT e.site_id, sum(e.persons) AS persons
    FROM tube_event e JOIN counted c ON c.site_id = e.site_id AND e.sequence > c.sequence
    WHERE e.kind = 'registered' AND e.stored_at <= as_of
      AND e.sequence > (SELECT coalesce(min(sequence), 0) FROM counted)
    GROUP BY e.site_id
)
SELECT
    c.site_id, c.sequence <= r.sequence AS is_checked, c.persons_registered AS persons_counted,
    (coalesce(t.persons, 0) - coalesce(l.persons, 0))::BIGINT AS persons_in_tubes
FROM counted c
CROSS JOIN reached r
LEFT JOIN known.tube_total(as_of) t ON t.site_id = c.site_id AND t.kind = 'registered'
LEFT JOIN later l ON l.site_id = c.site_id;
