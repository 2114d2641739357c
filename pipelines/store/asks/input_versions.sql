-- what: everything that was entered for one site: who, when, through what, what he had seen, why; given_*: what this entry
--       says, the others what held from then on
-- grain: hour × version, the newest hour first
SELECT
    site_id, hour_at, version, base_version, source, kind, entered_by, entered_at, reason, given_persons, given_tubes,
    given_third_copies, given_special_cases, persons, tubes, third_copies, special_cases
FROM input_entry($as_of)
WHERE site_id = $site_id
ORDER BY hour_at DESC, version DESC
