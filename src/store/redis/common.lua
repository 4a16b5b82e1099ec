-- Whether something has ended is read from its own moments; the expiry of keys only cleans up, a little later.
local CLEAN_UP_AFTER_MS = 60000

local function whole(number)
  return string.format('%.0f', number)
end

local function expire_after(key, ms)
  redis.call('PEXPIRE', key, whole(math.ceil(ms) + CLEAN_UP_AFTER_MS))
end
