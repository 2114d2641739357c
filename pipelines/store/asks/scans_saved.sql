-- what: how many labels the labs must scan for what is registered, and how many the other mode would take (Q24): mode
--       one has a label a person, mode two a label a tube. scans_saved is what mode two saves, or would save; expected
--       are mode two's scans for the whole plan: a tube for ten persons, and a tenth of what short tubes left open
-- grain: one row
WITH sites AS (SELECT * FROM sites_of($scope_level, $scope_id, $lab_id)),
plan AS (SELECT coalesce(sum(planned_persons), 0)::BIGINT AS persons FROM sites),
counted AS (
    SELECT
        coalesce(sum(persons_registered), 0)::BIGINT AS persons, coalesce(sum(tubes_registered), 0)::BIGINT AS tubes,
        coalesce(sum(tubes_short), 0)::BIGINT AS tubes_short
    FROM known.counts($as_of) c SEMI JOIN sites USING (site_id)
)
SELECT
    r.mode, c.persons AS persons_registered, c.tubes AS tubes_registered, c.tubes_short,
    (CASE r.mode WHEN 'one' THEN c.persons ELSE c.tubes END)::BIGINT AS scans_needed,
    c.persons AS scans_mode_one, c.tubes AS scans_mode_two, c.persons - c.tubes AS scans_saved,
    c.persons / nullif(c.tubes, 0) AS persons_per_scan,
    p.persons AS persons_planned,
    (ceil(p.persons / 10) + greatest(0, c.tubes - ceil(c.persons / 10)))::BIGINT AS scans_planned
FROM round r
CROSS JOIN plan p
CROSS JOIN counted c
