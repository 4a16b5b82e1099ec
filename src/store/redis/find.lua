-- KEYS ids of a number; ARGV records' prefix, kept for, the one id (or empty: those of the number)
local ids = ARGV[3] ~= '' and { ARGV[3] } or redis.call('LRANGE', KEYS[1], 0, -1)
local now = now_ms()
local found = {}
for place = #ids, 1, -1 do
  local fields = redis.call('HMGET', ARGV[1] .. ids[place], 'record', 'repeats', 'at')
  if fields[1] and tonumber(fields[3]) > now - ARGV[2] then table.insert(found, { fields[1], fields[2] or '0' }) end
end
return found
