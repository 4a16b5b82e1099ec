-- A record is a hash: record, at (moment), repeats. Its id stands in a list of its number's and in one of all.
local function keep_record(keys, id, record, kept, most_of_number, most, prefix)
  local is_new = redis.call('HSET', keys[1], 'record', record, 'at', whole(now_ms())) > 0
  expire_after(keys[1], kept)
  if not is_new then return end
  for place = 2, 3 do
    redis.call('RPUSH', keys[place], id)
    expire_after(keys[place], kept)
  end
  redis.call('LTRIM', keys[2], -most_of_number, -1)
  for _ = 1, redis.call('LLEN', keys[3]) - most do
    redis.call('DEL', prefix .. redis.call('LPOP', keys[3]))
  end
end
