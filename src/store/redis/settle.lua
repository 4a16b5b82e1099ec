-- KEYS ids of all; for each end: record, ids of its number, claim, windows...
-- ARGV kept for, at most of one number, at most, records' prefix; JSON of the ends, each [owner, result, life, released, buckets];
-- for each end: record (or empty)
local kept, most_of_number, most, prefix = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local now = now_ms()
local key = 2
for place, ended in ipairs(cjson.decode(ARGV[5])) do
  local owner, result, life, released, figures = unpack(ended)
  local record = ARGV[5 + place]
  local buckets = read_buckets(key + 3, figures)
  if record ~= '' then
    keep_record({ KEYS[key], KEYS[key + 1], KEYS[1] }, now, owner, record, kept, most_of_number, most, prefix)
  end
  local claim = read_claim(KEYS[key + 2])
  if claim and claim.owner == owner then
    keep_claim(KEYS[key + 2], now, life, 'result', result, 'released', released and '1' or '0')
    -- A client may send again what was cut off before its answer came: what was given back is given back once.
    if not claim.result then
      for _, bucket in ipairs(buckets) do take(bucket, claim.granted, -bucket.cost, now) end
    end
  end
  key = key + 3 + #buckets
end
write_windows()
