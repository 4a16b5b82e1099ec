-- KEYS record, ids of its number, ids of all; ARGV id, record, kept for, at most of one number, at most, records' prefix
local now, kept = now_ms(), tonumber(ARGV[3])
redis.call('HSET', KEYS[1], 'record', ARGV[2], 'at', whole(now))
expire_after(KEYS[1], kept)
for place = 2, 3 do
  redis.call('RPUSH', KEYS[place], ARGV[1])
  expire_after(KEYS[place], kept)
end
redis.call('LTRIM', KEYS[2], -tonumber(ARGV[4]), -1)
for _ = 1, redis.call('LLEN', KEYS[3]) - tonumber(ARGV[5]) do
  redis.call('DEL', ARGV[6] .. redis.call('LPOP', KEYS[3]))
end
