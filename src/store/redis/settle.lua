-- KEYS claim, windows...; ARGV owner, result, life, released, buckets...
local claim = read_claim(KEYS[1])
if not claim or claim.owner ~= ARGV[1] then return end
local now = now_ms()
keep_claim(KEYS[1], now, tonumber(ARGV[3]), 'result', ARGV[2], 'released', ARGV[4])
for _, bucket in ipairs(read_buckets(2, 5)) do take(bucket, claim.granted, -bucket.cost, now) end
