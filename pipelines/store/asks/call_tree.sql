-- what: whom each level calls about a ticket (Q21, Q79, Q80): the contacts of the scope's town and of those above it, from
--       the town to the vendor
-- grain: contact
SELECT c.contact_id, c.level, c.town_code, c.name_zh, c.name_en, c.phone
FROM contact c
WHERE c.town_code IS NULL OR c.town_code IN (SELECT town_code FROM sites_in($scope_level, $scope_id))
ORDER BY list_position(['site', 'town', 'district', 'vendor'], c.level), c.position
