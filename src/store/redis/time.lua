-- Milliseconds since 1970 by the server's clock, the only one that all replicas share.
local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
