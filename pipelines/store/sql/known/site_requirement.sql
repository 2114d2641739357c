-- what: each check of each site one by one: its state, how many there are of how many it needs, and who overrode it why
-- grain: site × check
CREATE OR REPLACE MACRO known.site_requirement(as_of, speed) AS TABLE
WITH told AS (
    SELECT
        site_id, name_zh, name_en, town_code,
        unnest([
            {'check': 'trained', 'state': trained, 'measured': trained_measured, 'needed': trained_needed},
            {'check': 'phones', 'state': phones, 'measured': phones_measured, 'needed': phones_needed},
            {'check': 'power', 'state': power, 'measured': power_measured, 'needed': power_needed},
            {'check': 'labels', 'state': labels, 'measured': labels_measured, 'needed': labels_needed},
            {'check': 'networks', 'state': networks, 'measured': networks_measured, 'needed': networks_needed},
            {'check': 'standby', 'state': standby, 'measured': standby_measured, 'needed': standby_needed},
            {'check': 'sheets', 'state': sheets, 'measured': sheets_measured, 'needed': sheets_needed},
            {'check': 'layout', 'state': layout, 'measured': layout_measured, 'needed': layout_needed}
        ]) AS told
    FROM known.site_ready(as_of, speed)
)
SELECT
    t.site_id, t.name_zh, t.name_en, t.town_code, t.told."check" AS "check", t.told.state AS state,
    t.told.measured AS measured, t.told.needed AS needed, o.overridden_by, o.reason, o.overridden_at
FROM told t
LEFT JOIN gate_override(as_of) o ON o.site_id = t.site_id AND o."check" = t.told."check";
