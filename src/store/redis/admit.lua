-- KEYS switched off; for each message: claim, windows...
-- ARGV switched off for; JSON of the messages, each [owner, lease, waited for, enforce, buckets]
-- Answers who is switched off, and for each message what became of it.

-- The claims of this call by their keys; they are kept when all that their messages took is written: an error in between leaves
-- no claim that could give back what was never taken.
local granted = {}

local function admit(claim_key, now, owner, lease, waited_for, enforce, buckets)
  if granted[claim_key] then return { 'in-flight', granted[claim_key].owner } end
  local claim = read_claim(claim_key)
  if claim and is_live(claim_key, claim, now) then
    if not claim.result then return { 'in-flight', claim.owner } end
    if not claim.released or claim.owner == waited_for then return { 'settled', claim.result } end
  end

  local full, taken = 0, {}
  for place, bucket in ipairs(buckets) do
    taken[place] = taken_of(bucket, now)
    if full == 0 and taken[place] + bucket.cost > bucket.max then full = place end
  end
  if enforce and full > 0 then return { 'limited', full, taken } end

  for place, bucket in ipairs(buckets) do
    take(bucket, now, bucket.cost, now)
    taken[place] = taken[place] + bucket.cost
  end
  granted[claim_key] = { owner = owner, lease = lease, over = claim ~= nil }
  return { 'granted', taken }
end

local now = now_ms()
local answers = {}
local key = 2
for _, message in ipairs(cjson.decode(ARGV[2])) do
  local owner, lease, waited_for, enforce, figures = unpack(message)
  local buckets = read_buckets(key + 1, figures)
  table.insert(answers, admit(KEYS[key], now, owner, lease, waited_for, enforce, buckets))
  key = key + 1 + #buckets
end
write_windows()
for claim_key, claim in pairs(granted) do
  if claim.over then
    -- A full server lets a removal through, and then all that the script does: the first write must be another.
    redis.call('HSET', claim_key, 'owner', claim.owner)
    redis.call('DEL', claim_key)
  end
  keep_claim(claim_key, now, claim.lease, 'owner', claim.owner, 'granted', whole(now))
end
-- Whoever is switched off stays so for as long as messages come.
local off = redis.call('SMEMBERS', KEYS[1])
if #off > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { off, answers }
