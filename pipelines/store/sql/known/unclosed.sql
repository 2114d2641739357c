-- what: what stands between a scope and the end of its day (Q69-Q76, Q84, Q98), each with its next step: tubes that no lab
--       has, sheets not destroyed, passwords not changed, desks not closed or with uploads waiting, tickets not solved,
--       hours nobody reported, reports of towns and
--       the district nobody signed; and each feed that says nothing, since what nobody tells is not zero (a feed of inputs
--       hides nothing: an hour that neither it nor a person reported is open by itself). Passwords belong to towns, so a
--       site has none
-- grain: open item, named by kind and item_id
CREATE OR REPLACE MACRO known.unclosed(as_of, speed, level_of, id_of) AS TABLE
WITH own AS (SELECT * FROM sites_in(level_of, id_of)),
explained AS (
    SELECT DISTINCT target AS barcode FROM act
    WHERE kind IN ('tube_found', 'tube_explained') AND stored_at <= as_of
),
entered AS (SELECT DISTINCT site_id, hour_at FROM input_entry(as_of)),
signed AS (SELECT DISTINCT target AS report_id FROM act WHERE kind = 'report_signed' AND stored_at <= as_of),
item AS (
    SELECT
        'tubes' AS kind, t.barcode AS item_id, t.site_id, NULL AS town_code, t.kind AS state, t.happened_at AS since,
        CASE WHEN t.kind IN ('lost', 'misrouted') THEN 'search_tube'
             WHEN t.kind IN ('opened', 'suspended', 'resumed') THEN 'close_tube'
             WHEN t.kind = 'dispatched' THEN 'await_lab' ELSE 'send_tube' END AS next_step
    FROM tube_state(as_of, level_of, id_of, '') t
    ANTI JOIN explained e ON e.barcode = t.barcode
    WHERE t.kind NOT IN ('received', 'resulted', 'voided')
    UNION ALL
    SELECT
        'sheets', h.sheet_no, h.site_id, NULL, h.state, h.last_at,
        CASE h.state WHEN 'returned' THEN 'destroy_sheet' WHEN 'missing' THEN 'find_sheet' WHEN 'printed'
             THEN 'recall_sheet' ELSE 'return_sheet' END
    FROM sheet(as_of) h
    SEMI JOIN own o ON o.site_id = h.site_id
    WHERE h.state <> 'destroyed'
    UNION ALL
    SELECT 'passwords', a.account_id, NULL, a.town_code, CASE WHEN a.due_at < as_of THEN 'overdue' ELSE 'due' END,
        a.due_at, 'rotate_password'
    FROM account_state(as_of) a
    WHERE a.rotated_at IS NULL AND (level_of = 'district' OR (level_of = 'town' AND a.town_code = id_of))
    UNION ALL
    SELECT
        'devices', d.device_id, d.site_id, NULL, CASE WHEN d.queued_uploads > 0 THEN 'uploads_wait' ELSE 'session_open' END,
        d.since, CASE WHEN d.queued_uploads > 0 THEN 'upload' ELSE 'close_session' END
    FROM known.desk(as_of) d
    SEMI JOIN own o ON o.site_id = d.site_id
    WHERE d.queued_uploads > 0 OR d.session_state NOT IN ('', 'closed')
    UNION ALL
    SELECT 'tickets', t.ticket_id, t.site_id, t.town_code, t.level, t.opened_at, 'solve_ticket'
    FROM ticket_in(as_of, level_of, id_of) t
    WHERE t.state = 'open'
    UNION ALL
    SELECT
        'reports', o.site_id || '@' || strftime(h.hour_at, '%Y-%m-%dT%H:%MZ'), o.site_id, NULL, 'missing', h.due_at,
        'enter_report'
    FROM own o
    CROSS JOIN known.input_due(as_of) h
    ANTI JOIN entered e ON e.site_id = o.site_id AND e.hour_at = h.hour_at
    WHERE h.due_at < as_of
    UNION ALL
    SELECT
        'reports', r.report_id, NULL, CASE WHEN r.scope_level = 'town' THEN r.scope_id END, 'unsigned',
        min(r.frozen_at), 'sign_report'
    FROM report_version r
    ANTI JOIN signed g ON g.report_id = r.report_id
    WHERE r.stored_at <= as_of AND r.scope_level <> 'site'
      AND (level_of = 'district' OR (level_of = 'town' AND r.scope_level = 'town' AND r.scope_id = id_of))
    GROUP BY r.report_id, r.scope_level, r.scope_id
    UNION ALL
    SELECT f.what, 'feed:' || p.kind, NULL, NULL, 'unknown', p.observed_at, 'mend_source'
    FROM known.page_age(as_of, speed) p
    JOIN (VALUES ('tube_events', 'tubes'), ('steps', 'sheets'), ('desks', 'devices')) AS f(feed, what)
      ON f.feed = p.kind
    WHERE NOT p.is_fresh
)
SELECT
    i.kind, i.item_id, i.site_id, coalesce(i.town_code, s.town_code) AS town_code,
    coalesce(s.name_zh, w.name_zh) AS name_zh, coalesce(s.name_en, w.name_en) AS name_en, i.state, i.since, i.next_step,
    x.signed_by AS exception_by, x.reason AS exception_reason
FROM item i
LEFT JOIN site s ON s.site_id = i.site_id
LEFT JOIN town w ON i.site_id IS NULL AND w.town_code = i.town_code
LEFT JOIN exception_of(as_of) x ON x.item = i.kind || '/' || i.item_id;
