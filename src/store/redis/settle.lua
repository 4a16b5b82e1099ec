-- KEYS ids of all; for each end: record, ids of its number, claim, windows...
-- ARGV kept for, at most of one number, at most, records' prefix; for each end: owner, record (or empty), result, life, released, buckets as JSON
local kept, most_of_number, most, prefix = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local now = now_ms()
local key = 2
for argument = 5, #ARGV, 6 do
  local owner, record, result, life, released, figures = unpack(ARGV, argument, argument + 5)
  local buckets = read_buckets(key + 3, figures)
  if record ~= '' then
    keep_record({ KEYS[key], KEYS[key + 1], KEYS[1] }, now, owner, record, kept, most_of_number, most, prefix)
  end
  local claim = read_claim(KEYS[key + 2])
  if claim and claim.owner == owner then
    keep_claim(KEYS[key + 2], now, tonumber(life), 'result', result, 'released', released)
    -- A client may send again what was cut off before its answer came: what was given back is given back once.
    if not claim.result then
      for _, bucket in ipairs(buckets) do take(bucket, claim.granted, -bucket.cost, now) end
    end
  end
  key = key + 3 + #buckets
end
write_windows()
