-- what: of each site's staff of the lanes, how many are on shift, how many of them untrained (Q38), and how many could go
--       off line now (Q39, Q40)
-- grain: site with anybody on its register
CREATE OR REPLACE MACRO known.person_skills(as_of) AS TABLE
SELECT
    site_id, count(*) FILTER (WHERE is_of_lanes)::BIGINT AS registered,
    count(*) FILTER (WHERE is_of_lanes AND is_on_shift)::BIGINT AS on_shift,
    count(*) FILTER (WHERE is_of_lanes AND NOT is_trained_online)::BIGINT AS untrained_registered,
    count(*) FILTER (WHERE is_of_lanes AND is_on_shift AND NOT is_trained_online)::BIGINT AS untrained_on_shift,
    count(*) FILTER (WHERE is_of_lanes AND is_on_shift AND can_go_offline)::BIGINT AS can_go_offline
FROM known.person_here(as_of)
GROUP BY site_id;
