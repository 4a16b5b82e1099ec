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
local function is_live(key, claim, now)
  if claim.ends > now + claim.life then keep_claim(key, now, claim.life) end
  return claim.ends > now
end
