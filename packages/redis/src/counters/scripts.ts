import { Script } from '../connection/script.ts'

/**
 * The generic cell rate algorithm (ITU-T I.371) for several rates of one key: for each, the time at which its next call
 * would be due if calls came evenly. A call takes its turn at the earliest moment at which every rate has room, unless
 * that is later than it would wait. What is no such list of times, or has no end, is none of ours. Times are in
 * milliseconds, to the microsecond.
 */
export const take: Script = new Script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local cost, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local due = {}
local held = redis.pcall('GET', KEYS[1])
if type(held) == 'string' and redis.call('PTTL', KEYS[1]) > 0 then
  for one in string.gmatch(held, '%S+') do due[#due + 1] = tonumber(one) or 0 end
end
local at, never = now, false
for rate = 1, #ARGV / 2 - 1 do
  local every, burst = tonumber(ARGV[2 * rate + 1]), tonumber(ARGV[2 * rate + 2])
  local over = cost - burst
  if over > 1e-6 then never = true end
  local from = (due[rate] or 0) + over * every
  if from > at and from - now > math.max(every * 1e-6, 0.001) then at = from end
end
if not never and at - now <= most then
  local last = now
  for rate = 1, #ARGV / 2 - 1 do
    due[rate] = math.max(due[rate] or 0, at) + cost * tonumber(ARGV[2 * rate + 1])
    last = math.max(last, due[rate])
  end
  local texts = {}
  for rate = 1, #ARGV / 2 - 1 do texts[rate] = string.format('%.3f', due[rate]) end
  if last > now then redis.call('SET', KEYS[1], table.concat(texts, ' '), 'PX', math.ceil(last - now) + 1) end
end
local answer = {never and 'never' or string.format('%.3f', at - now)}
for rate = 1, #ARGV / 2 - 1 do answer[rate + 1] = string.format('%.3f', (due[rate] or now) - now) end
return answer
`)

// The slots of a key are a sorted set, by when each is free again. Below 0 in it stands who has waited for longest of
// those who asked in vain: by since when, named after until when it is known to wait.
const tidied = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then redis.call('DEL', KEYS[1]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, now)
local function keep(lease)
  if redis.call('PTTL', KEYS[1]) < tonumber(lease) then redis.call('PEXPIRE', KEYS[1], lease) end
end
`

/** Whoever has not asked again for 100 ms, five times as long as that may take, does not wait any more. */
export const occupy: Script = new Script(`
${tidied}
local by, since = ARGV[4], now - ARGV[5]
local first = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(0', 'WITHSCORES')
local till, who
if first[1] then till, who = string.match(first[1], '^(%d+) (.*)$') end
if not till or tonumber(till) <= now then
  if first[1] then redis.call('ZREM', KEYS[1], first[1]) end
  who = nil
end
local isFirst = not who or who == by or since < -tonumber(first[2])
local slots = redis.call('ZCARD', KEYS[1]) - (who and 1 or 0)
local isFree = slots < tonumber(ARGV[3]) and (isFirst or slots + 1 < tonumber(ARGV[3]))
if who and (who == by or (isFirst and not isFree)) then redis.call('ZREM', KEYS[1], first[1]) end
if isFree then
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
elseif isFirst then
  redis.call('ZADD', KEYS[1], -since, string.format('%.0f %s', now + 100, by))
end
keep(ARGV[2])
return isFree and 1 or 0
`)

export const renew: Script = new Script(`
${tidied}
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
keep(ARGV[2])
return 1
`)

export const release: Script = new Script(`return redis.call('ZREM', KEYS[1], ARGV[1])`)
