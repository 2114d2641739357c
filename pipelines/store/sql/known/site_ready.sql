-- what: whether a site has what it must have, check by check: ok, short (some of it), missing, unknown (told by nobody, or
--       too long ago). trained: nobody of the lanes' staff on shift
--       untrained, on the register before anybody is there (Q38); phones: an Android phone with charge a desk (Q40); power: a socket, charger and cable a desk, and
--       current (Q41, Q42); labels: those left reach for the persons still planned (Q64); networks: two work (Q90);
--       standby: a desk of the city system ready where one is planned (Q95); sheets: one was issued for each lane (Q70); layout: sockets, fences, networks (Q56)
--       *_measured: how many there are, of *_needed; layout counts sockets, fences and networks together
-- grain: site, every one of them
CREATE OR REPLACE MACRO known.site_ready(as_of, speed) AS TABLE
WITH pages AS (
    SELECT kind, observed_at, is_fresh FROM known.page_age(as_of, speed) WHERE kind IN ('labels', 'people', 'steps', 'kit')
),
stock AS (
    SELECT
        s.site_id, l.labels_cut,
        l.labels_printed - l.labels_used - l.labels_void - l.labels_returned AS labels_left,
        ceil(greatest(0, s.planned_persons - coalesce(c.persons_registered, 0)) / CASE r.mode WHEN 'one' THEN 1.0 ELSE 10.0 END)
        AS labels_needed
    FROM site s
    CROSS JOIN round r
    JOIN pages a ON a.kind = 'labels' AND a.is_fresh
    JOIN known.label_stock(as_of) l ON l.site_id = s.site_id
    LEFT JOIN known.counts(as_of) c ON c.site_id = s.site_id
),
fresh_skills AS (
    SELECT
        k.site_id, CASE WHEN k.on_shift > 0 THEN k.on_shift ELSE k.registered END AS persons,
        CASE WHEN k.on_shift > 0 THEN k.untrained_on_shift ELSE k.untrained_registered END AS untrained
    FROM known.person_skills(as_of) k JOIN pages a ON a.kind = 'people' AND a.is_fresh
),
heard AS (SELECT observed_at IS NOT NULL AS is_heard FROM pages WHERE kind = 'steps'),
sheets AS (
    SELECT site_id, count(*) FILTER (WHERE state <> 'printed') AS issued
    FROM known.thing(as_of)
    WHERE machine = 'sheet'
    GROUP BY site_id
),
fresh_kit AS (
    SELECT k.* FROM known.kit(as_of) k JOIN pages a ON a.kind = 'kit' AND a.is_fresh
)
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code,
    CASE
        WHEN p.site_id IS NULL THEN 'unknown'
        WHEN p.persons = 0 OR p.untrained = p.persons THEN 'missing'
        WHEN p.untrained > 0 THEN 'short'
        ELSE 'ok'
    END AS trained,
    CASE
        WHEN k.site_id IS NULL THEN 'unknown'
        WHEN k.phones_android - k.phones_flat >= k.desks THEN 'ok'
        WHEN k.phones_android - k.phones_flat > 0 THEN 'short'
        ELSE 'missing'
    END AS phones,
    CASE
        WHEN k.site_id IS NULL THEN 'unknown'
        WHEN NOT k.is_power_on OR least(k.sockets, k.chargers, k.cables) = 0 THEN 'missing'
        WHEN least(k.sockets, k.chargers, k.cables) >= k.desks THEN 'ok'
        ELSE 'short'
    END AS power,
    CASE
        WHEN l.site_id IS NULL THEN 'unknown'
        WHEN l.labels_left >= l.labels_needed AND l.labels_cut > 0 THEN 'ok'
        WHEN l.labels_left <= 0 OR l.labels_cut = 0 THEN 'missing'
        ELSE 'short'
    END AS labels,
    CASE
        WHEN k.site_id IS NULL THEN 'unknown'
        WHEN k.networks_up >= 2 THEN 'ok'
        WHEN k.networks_up = 1 THEN 'short'
        ELSE 'missing'
    END AS networks,
    CASE
        WHEN NOT s.has_standby_desk THEN 'ok'
        WHEN k.site_id IS NULL THEN 'unknown'
        WHEN k.is_standby_ready THEN 'ok'
        WHEN k.standby_desks > 0 THEN 'short'
        ELSE 'missing'
    END AS standby,
    CASE
        WHEN NOT h.is_heard THEN 'unknown'
        WHEN e.issued >= s.lanes THEN 'ok'
        WHEN e.issued > 0 THEN 'short'
        ELSE 'missing'
    END AS sheets,
    CASE
        WHEN k.site_id IS NULL THEN 'unknown'
        WHEN k.is_laid_out THEN 'ok'
        WHEN k.fences > 0 OR k.sockets > 0 THEN 'short'
        ELSE 'missing'
    END AS layout,
    (p.persons - p.untrained)::DOUBLE AS trained_measured, p.persons::DOUBLE AS trained_needed,
    (k.phones_android - k.phones_flat)::DOUBLE AS phones_measured, k.desks::DOUBLE AS phones_needed,
    CASE WHEN k.is_power_on THEN least(k.sockets, k.chargers, k.cables) ELSE 0 * k.desks END::DOUBLE AS power_measured,
    k.desks::DOUBLE AS power_needed,
    l.labels_left::DOUBLE AS labels_measured, l.labels_needed::DOUBLE AS labels_needed,
    k.networks_up::DOUBLE AS networks_measured, 2.0::DOUBLE AS networks_needed,
    k.is_standby_ready::INT::DOUBLE AS standby_measured, s.has_standby_desk::INT::DOUBLE AS standby_needed,
    CASE WHEN h.is_heard THEN coalesce(e.issued, 0) END::DOUBLE AS sheets_measured, s.lanes::DOUBLE AS sheets_needed,
    (least(k.sockets, k.desks) + least(k.fences, k.fences_needed) + least(k.networks, 2))::DOUBLE AS layout_measured,
    (k.desks + k.fences_needed + 2)::DOUBLE AS layout_needed
FROM site s
CROSS JOIN heard h
LEFT JOIN sheets e ON e.site_id = s.site_id
LEFT JOIN fresh_skills p ON p.site_id = s.site_id
LEFT JOIN fresh_kit k ON k.site_id = s.site_id
LEFT JOIN stock l ON l.site_id = s.site_id;
