-- KEYS claim, switched off, windows...; ARGV owner, lease, waited for, enforce, switched off for, buckets as JSON
local owner, lease, waited_for, enforce = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4] == '1'
local now = now_ms()

local claim = live_claim(KEYS[1], now)
if claim and not claim.result then return { 'in-flight', claim.owner } end
if claim and (not claim.released or claim.owner == waited_for) then return { 'settled', claim.result } end

local buckets = read_buckets(3, ARGV[6])
local full, taken = 0, {}
for place, bucket in ipairs(buckets) do
  local window = read_window(bucket, now)
  if window.stepped then write_window(bucket, window) end
  if full == 0 and window.taken + bucket.cost > bucket.max then full = place end
  taken[place] = window.taken
end
if enforce and full > 0 then return { 'limited', full, taken } end

for place, bucket in ipairs(buckets) do
  take(bucket, now, bucket.cost, now)
  taken[place] = taken[place] + bucket.cost
end
redis.call('DEL', KEYS[1])
keep_claim(KEYS[1], now, lease, 'owner', owner, 'granted', whole(now))
-- Whoever is switched off stays so for as long as messages come.
local off = redis.call('SMEMBERS', KEYS[2])
if #off > 0 then redis.call('PEXPIRE', KEYS[2], ARGV[5]) end
return { 'granted', off, taken }
