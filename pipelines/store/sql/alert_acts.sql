-- what: what people last did about each alert: who acknowledged it, when and with which note, and until when it is silent
--       (NULL when the silence was lifted); a silence says its length in the fact minutes
-- grain: alert about which anybody did anything
CREATE OR REPLACE MACRO alert_acts(as_of) AS TABLE
SELECT
    target AS alert_id,
    arg_max(actor, sequence) FILTER (WHERE kind = 'alert_acknowledged') AS acknowledged_by,
    arg_max(happened_at, sequence) FILTER (WHERE kind = 'alert_acknowledged') AS acknowledged_at,
    arg_max(reason, sequence) FILTER (WHERE kind = 'alert_acknowledged') AS note,
    arg_max_null(
        CASE WHEN kind = 'alert_silenced'
            THEN happened_at + to_microseconds((try_cast((facts ->> '$.minutes') AS DOUBLE) * 60e6)::BIGINT) END,
        sequence
    ) FILTER (WHERE kind IN ('alert_silenced', 'silence_lifted')) AS silenced_until
FROM act
WHERE kind IN ('alert_acknowledged', 'alert_silenced', 'silence_lifted') AND stored_at <= as_of
GROUP BY target;
