-- what: the scope's accounts that are not one town's and one lab's (Q29, Q33), as the sites' own steps tell: their sheets
--       are in several towns (of_towns), another account has sheets in their town (of_accounts), or they are assigned to
--       a lab that is not the one their town's account is bound to (of_labs, both named in labs)
-- grain: account in breach
WITH own AS (SELECT DISTINCT town_code FROM sites_in($scope_level, $scope_id)),
used AS (
    SELECT DISTINCT t."by" AS account_id, s.town_code
    FROM thing_event t
    JOIN site s ON s.site_id = t.site_id
    WHERE t.machine = 'sheet' AND t.step IN ('print', 'issue') AND t."by" <> '' AND t.stored_at <= $as_of
),
crowded AS (SELECT town_code, count(*) AS accounts FROM used GROUP BY town_code),
bound AS (
    SELECT u.account_id, w.lab_id FROM used u JOIN town w ON w.town_code = u.town_code
    UNION
    SELECT thing_id AS account_id, facts ->> '$.lab_id' AS lab_id
    FROM thing_event
    WHERE machine = 'account' AND step = 'assign' AND stored_at <= $as_of
),
labs AS (
    SELECT account_id, count(lab_id) AS labs, string_agg(lab_id, ', ' ORDER BY lab_id) AS names
    FROM bound
    GROUP BY account_id
)
SELECT
    u.account_id, min(o.town_code) AS town_code, count(*)::BIGINT AS of_towns,
    max(c.accounts)::BIGINT AS of_accounts, max(l.labs)::BIGINT AS of_labs, max(l.names) AS labs
FROM used u
JOIN crowded c ON c.town_code = u.town_code
JOIN labs l ON l.account_id = u.account_id
LEFT JOIN own o ON o.town_code = u.town_code
GROUP BY u.account_id
HAVING count(o.town_code) > 0 AND (count(*) > 1 OR max(c.accounts) > 1 OR max(l.labs) > 1)
ORDER BY u.account_id
