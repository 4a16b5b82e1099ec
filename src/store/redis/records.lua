-- A record is a hash: record, at (moment), repeats. Its id stands in a list of its number's and in one of all.
local function keep_record(keys, now, id, record, kept, most_of_number, most, prefix)
  local is_new = redis.call('HSET', keys[1], 'record', record, 'at', whole(now)) > 0
  expire_after(keys[1], kept)
  if not is_new then return end
  local of_number, of_all = redis.call('RPUSH', keys[2], id), redis.call('RPUSH', keys[3], id)
  expire_after(keys[2], kept)
  expire_after(keys[3], kept)
  if of_number > most_of_number then redis.call('LTRIM', keys[2], -most_of_number, -1) end
  for _ = 1, of_all - most do
    redis.call('DEL', prefix .. redis.call('LPOP', keys[3]))
  end
end
