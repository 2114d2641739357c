-- what: entries made without having seen another one that says something else (case 61); both are kept, the later one
--       holds. It is settled by any entry that has seen the later one
-- grain: site × hour × version × the version that was not seen
CREATE OR REPLACE MACRO input_unseen(as_of) AS TABLE
WITH entry AS (SELECT * FROM input_entry(as_of)),
seen AS (SELECT site_id, hour_at, max(base_version) AS seen_version FROM entry GROUP BY site_id, hour_at)
SELECT v.site_id, v.hour_at, v.version, u.version AS unseen_version
FROM entry v
JOIN entry u ON u.site_id = v.site_id AND u.hour_at = v.hour_at AND u.version < v.version AND u.version > v.base_version
JOIN seen s ON s.site_id = v.site_id AND s.hour_at = v.hour_at
WHERE s.seen_version < v.version
  AND (
      v.given_persons <> u.given_persons OR v.given_tubes <> u.given_tubes OR v.given_third_copies <> u.given_third_copies
      OR v.given_special_cases <> u.given_special_cases
  );
