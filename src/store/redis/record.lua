-- KEYS record, ids of its number, ids of all; ARGV id, record, kept for, at most of one number, at most, records' prefix
keep_record(KEYS, now_ms(), ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6])
