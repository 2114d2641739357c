-- what: what holds of each site's figures for each hour that anything was entered for, and how it came to be; first_at: when
--       the first entry was made
-- grain: site × hour
CREATE OR REPLACE MACRO input_newest(as_of) AS TABLE
SELECT
    site_id, hour_at, min(entered_at) AS first_at, max(version) AS version, arg_max(source, version) AS source,
    arg_max(kind, version) AS kind, arg_max(entered_by, version) AS entered_by,
    arg_max(entered_at, version) AS entered_at, arg_max(reason, version) AS reason,
    arg_max_null(persons, version) AS persons, arg_max_null(tubes, version) AS tubes,
    arg_max_null(third_copies, version) AS third_copies, arg_max_null(special_cases, version) AS special_cases,
    bool_or(kind = 'input_corrected') AS is_corrected
FROM input_entry(as_of)
GROUP BY site_id, hour_at;
