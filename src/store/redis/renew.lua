-- KEYS claim; ARGV owner, lease
local claim = read_claim(KEYS[1])
if claim and claim.owner == ARGV[1] and not claim.result then keep_claim(KEYS[1], now_ms(), tonumber(ARGV[2])) end
