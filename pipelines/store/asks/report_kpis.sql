-- what: how accurate and how timely the reports are (Q88): of reports_due (their due time is past, frozen or not) how many
--       were signed, how many on time; delay_minutes: campaign minutes from the hour to the first signature, half of them at most;
--       freeze_s: campaign seconds from the hour to its freeze, half of them at most; correction_rate: corrected site
--       inputs by those entered; revised_share: reports revised after the due time by those due and frozen. Hours whose
--       due time was past before anything was stored (a start in the middle of the day) could be kept by nobody: they
--       are among reports_frozen and the inputs alone
-- grain: place of the scope (itself and what lies in it); shares NULL where nothing was due
WITH begun AS (SELECT min(stored_at) AS at FROM tick WHERE stored_at <= $as_of),
newest AS (
    SELECT r.* FROM report_in($as_of, $scope_level, $scope_id) r
    QUALIFY r.version = max(r.version) OVER (PARTITION BY r.report_id)
),
first_frozen AS (
    SELECT report_id, min(frozen_at) AS frozen_at FROM report_in($as_of, $scope_level, $scope_id) GROUP BY report_id
),
signed AS (SELECT report_id, min(signed_at) AS signed_at FROM report_signature($as_of) GROUP BY report_id),
hours AS (
    SELECT count(*) FILTER (WHERE i.due_at >= b.at AND i.due_at < $as_of)::BIGINT AS due
    FROM known.input_due($as_of) i CROSS JOIN begun b
),
due AS (
    SELECT
        n.*, f.frozen_at AS first_frozen_at, s.signed_at, n.hour_at + INTERVAL 15 MINUTE >= b.at AS is_counted,
        n.hour_at + INTERVAL 15 MINUTE >= b.at AND n.hour_at + INTERVAL 15 MINUTE < $as_of AS is_due,
        s.signed_at <= n.hour_at + INTERVAL 15 MINUTE AS is_on_time
    FROM newest n
    CROSS JOIN begun b
    JOIN first_frozen f ON f.report_id = n.report_id
    LEFT JOIN signed s ON s.report_id = n.report_id
)
SELECT
    d.scope_level, d.scope_id, coalesce(any_value(t.name_zh), any_value(s.name_zh), '') AS name_zh,
    coalesce(any_value(t.name_en), any_value(s.name_en), '') AS name_en,
    coalesce(any_value(t.town_code), any_value(s.town_code), '') AS town_code,
    count(*)::BIGINT AS reports_frozen, any_value(h.due) AS reports_due,
    count(d.signed_at) FILTER (WHERE d.is_counted)::BIGINT AS reports_signed,
    count(*) FILTER (WHERE d.is_counted AND d.is_on_time)::BIGINT AS reports_on_time,
    (any_value(h.due) - count(*) FILTER (WHERE d.is_due AND d.is_on_time))::BIGINT AS reports_late,
    count(*) FILTER (WHERE d.is_counted AND d.is_revised)::BIGINT AS reports_revised,
    count(*) FILTER (WHERE d.is_due AND d.is_revised) / nullif(count(*) FILTER (WHERE d.is_due), 0) AS revised_share,
    sum(d.corrections)::BIGINT AS inputs_corrected, sum(d.sites_entered)::BIGINT AS inputs_entered,
    sum(d.corrections) / nullif(sum(d.sites_entered), 0) AS correction_rate,
    median(epoch(d.signed_at - d.hour_at) / 60) FILTER (WHERE d.is_counted) AS delay_minutes,
    median(epoch(d.first_frozen_at - d.hour_at)) FILTER (WHERE d.is_counted) AS freeze_s
FROM due d
CROSS JOIN hours h
LEFT JOIN town t ON d.scope_level = 'town' AND t.town_code = d.scope_id
LEFT JOIN site s ON d.scope_level = 'site' AND s.site_id = d.scope_id
GROUP BY d.scope_level, d.scope_id
ORDER BY list_position(['district', 'town', 'site'], d.scope_level), d.scope_id
