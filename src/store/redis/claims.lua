-- A claim is a hash: owner, granted (moment), until (moment), life (how long at most), and after its end result, released.
local function read_claim(key)
  local fields = redis.call('HMGET', key, 'owner', 'granted', 'until', 'life', 'result', 'released')
  if not fields[1] then return nil end
  return {
    owner = fields[1],
    granted = tonumber(fields[2]),
    ends = tonumber(fields[3]),
    life = tonumber(fields[4]),
    result = fields[5],
    released = fields[6] == '1',
  }
end

local function keep_claim(key, now, life, ...)
  redis.call('HSET', key, 'until', whole(now + life), 'life', whole(life), ...)
  expire_after(key, life)
end

-- After the clock went back a claim holds for its life from now on, not until a moment far away.
local function live_claim(key, now)
  local claim = read_claim(key)
  if not claim or claim.ends <= now then return nil end
  if claim.ends > now + claim.life then keep_claim(key, now, claim.life) end
  return claim
end
