-- what: what each site counted last, from the history up to as_of
-- grain: site
CREATE OR REPLACE MACRO past.counts(as_of) AS TABLE
SELECT site_id, sequence, observed_at, persons_registered, tubes_registered, persons_sampled, tubes_sampled, tubes_short FROM site_counts
SEMI JOIN (SELECT site_id, max(tick) AS tick FROM site_counts WHERE stored_at <= as_of GROUP BY site_id) AS newest
USING (site_id, tick);
