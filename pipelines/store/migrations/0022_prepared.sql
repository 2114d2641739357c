-- what: what the store was prepared from when it was opened last: its macros, its campaign
-- grain: one of them
CREATE TABLE prepared (what VARCHAR, fingerprint VARCHAR);
