-- KEYS record, ids of its number, ids of all, claim, windows...
-- ARGV id, record (or empty), kept for, at most of one number, at most, records' prefix, owner, result, life, released, buckets as JSON
local record = ARGV[2]
if record ~= '' then
  keep_record(KEYS, ARGV[1], record, tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6])
end
local claim = read_claim(KEYS[4])
if not claim or claim.owner ~= ARGV[7] then return end
local now = now_ms()
keep_claim(KEYS[4], now, tonumber(ARGV[9]), 'result', ARGV[8], 'released', ARGV[10])
for _, bucket in ipairs(read_buckets(5, ARGV[11])) do take(bucket, claim.granted, -bucket.cost, now) end
