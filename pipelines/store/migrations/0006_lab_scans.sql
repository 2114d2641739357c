-- what: the labels a lab has scanned and the reads that failed; buckets only for the steps that an ask reads
-- grain: columns; NULL where a lab told none; buckets of dispatched tubes go, their events stay
ALTER TABLE lab_counts ADD COLUMN scans BIGINT;
ALTER TABLE lab_counts ADD COLUMN scan_errors BIGINT;
ALTER TABLE lab_now ADD COLUMN scans BIGINT;
ALTER TABLE lab_now ADD COLUMN scan_errors BIGINT;
DELETE FROM tube_bucket_now WHERE kind NOT IN ('registered', 'sampled', 'received', 'resulted');
