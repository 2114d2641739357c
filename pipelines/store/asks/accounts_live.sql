-- what: the accounts of the scope's towns (Q28-Q33, Q69, Q75): the lab each is bound to, who keeps it and how he is reached,
--       how many sheets it was issued on, when its password must be changed, whether that is past, and when it was changed;
--       of_town and of_lab count accounts of the town (one, Q29) and labs of the account (one, Q33)
-- grain: account
SELECT
    a.account_id, a.town_code, t.name_zh, t.name_en, a.lab_id, l.name_zh AS lab_zh, l.name_en AS lab_en, a.keeper,
    a.keeper_phone, a.state, a.sheets, a.due_at, a.rotated_at, a.rotated_by,
    a.rotated_at IS NULL AND a.due_at < $as_of AS is_overdue, coalesce(a.rotated_at > a.due_at, false) AS is_late,
    count(*) OVER (PARTITION BY a.town_code)::BIGINT AS of_town, (l.lab_id IS NOT NULL)::BIGINT AS of_lab
FROM account_state($as_of) a
JOIN town t ON t.town_code = a.town_code
LEFT JOIN lab l ON l.lab_id = a.lab_id
WHERE a.town_code IN (SELECT town_code FROM sites_in($scope_level, $scope_id))
ORDER BY a.position
