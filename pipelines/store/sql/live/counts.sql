-- what: what each site counted last, from the hot table
-- grain: site
CREATE OR REPLACE MACRO live.counts(as_of) AS TABLE
SELECT site_id, sequence, observed_at, persons_registered, tubes_registered, persons_sampled, tubes_sampled, tubes_short FROM site_counts_now;
