-- A window is a string of slots, oldest first: "index:taken index:taken". A slot of length 0 is one exact moment.
-- Each is read once, however many messages of a call count in it, and written once, when all of them have.
local windows = {}

local function index_of(bucket, moment)
  return bucket.slot > 0 and math.floor(moment / bucket.slot) or moment
end

local function start_of(bucket, index)
  return bucket.slot > 0 and index * bucket.slot or index
end

-- The slots of which any part lies in the window; one from a future that the clock has left counts as taken now.
local function window_of(bucket, now)
  if windows[bucket.key] then return windows[bucket.key] end
  local current = index_of(bucket, now)
  local window = { bucket = bucket, slots = {}, changed = false }
  for index, taken in string.gmatch(redis.call('GET', bucket.key) or '', '(%d+):(%d+)') do
    index, taken = tonumber(index), tonumber(taken)
    if index > current then
      index, window.changed = current, true
    end
    if start_of(bucket, index) + bucket.slot > now - bucket.per then
      table.insert(window.slots, { index = index, taken = taken })
    end
  end
  windows[bucket.key] = window
  return window
end

local function taken_of(bucket, now)
  local sum = 0
  for _, slot in ipairs(window_of(bucket, now).slots) do
    sum = sum + slot.taken
  end
  return sum
end

-- Adds to the slot of a moment; a negative amount gives back.
local function take(bucket, moment, amount, now)
  local window = window_of(bucket, now)
  local index = index_of(bucket, moment)
  for place, slot in ipairs(window.slots) do
    if slot.index == index then
      slot.taken = slot.taken + amount
      if slot.taken <= 0 then table.remove(window.slots, place) end
      window.changed = true
      return
    end
  end
  if amount < 0 then return end
  table.insert(window.slots, { index = index, taken = amount })
  window.changed = true
end

local function write_window(key, window)
  local parts = {}
  for _, slot in ipairs(window.slots) do
    table.insert(parts, whole(slot.index) .. ':' .. whole(slot.taken))
  end
  if #parts == 0 then return redis.call('DEL', key) end
  local life = math.ceil(window.bucket.per + window.bucket.slot)
  redis.call('SET', key, table.concat(parts, ' '), 'PX', whole(life))
end

local function write_windows()
  for key, window in pairs(windows) do
    if window.changed then write_window(key, window) end
  end
end

-- Buckets stand in KEYS from first_key, and in the figures as [max, per, slot, cost].
local function read_buckets(first_key, figures)
  local buckets = {}
  for place, figure in ipairs(figures) do
    table.insert(buckets, {
      key = KEYS[first_key + place - 1],
      max = figure[1],
      per = figure[2],
      slot = figure[3],
      cost = figure[4],
    })
  end
  return buckets
end
