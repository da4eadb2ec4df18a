#include "lib/ledger/redis_scripts.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/digest.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::ledger {
namespace {

// The ring of remembered outcomes is larger than any batch (redis_codec.h). It
// is kept for half a day at least, as long as a lost reply may be asked for. A
// request counts as known for its week, though it stands until a compaction.
static_assert(kRequestMemory == absl::Microseconds(604'800'000'000));
constexpr char kCommit[] = R"lua(
local tag, a = KEYS[1], ARGV
local head_key, state = tag .. ':head', tag .. ':state'
local head = redis.call('HMGET', head_key, 'store', 'revision', 'recorded',
                        'chain', 'mixed')
if head[1] ~= a[1] then return {'STORE'} end
local writer, slot = tag .. ':writer:' .. a[2], 's' .. (a[4] % 1024)
local known = redis.call('HMGET', writer, 'epoch', slot)
if known[1] ~= a[3] then return {'EPOCH'} end
if known[2] then
  local sequence, revision, recorded =
      string.match(known[2], '^(%d+) (%d+) (%-?%d+)$')
  if sequence == a[4] then return {'OK', revision, recorded, '0'} end
end
if a[9] ~= '' then
  local earlier = redis.call('HGET', tag .. ':requests', a[9])
  if earlier then
    local revision, recorded, digest =
        string.match(earlier, '^(%d+) (%-?%d+) (.*)$')
    if tonumber(recorded) >= tonumber(a[5]) - 604800000000 then
      if digest ~= a[10] then return {'REUSED'} end
      return {'OK', revision, recorded, '1'}
    end
  end
end
if a[11] ~= '' then
  local lease = redis.call('HGET', tag .. ':leases', a[11]) or ''
  local token = string.match(lease, '^(%-?%d+) %-?%d+ %-?%d+ .+$')
  if token ~= a[12] then return {'LEASE'} end
end
local n, before = tonumber(a[13]), {}
for i = 0, n - 1 do
  local at = 14 + i * 5
  local current = redis.call('HGET', state, a[at]) or '0'
  if a[at + 2] ~= '' and a[at + 2] ~= current then
    return {'MISMATCH', a[at], a[at + 2], current}
  end
  before[i] = current
end
local checks = 14 + n * 5
for i = 0, a[checks] - 1 do
  local at = checks + 1 + i * 2
  local current = redis.call('HGET', state, a[at]) or '0'
  if a[at + 1] ~= current then
    return {'MISMATCH', a[at], a[at + 1], current}
  end
end
local first, recorded, mixed = head[2] == '0', a[5], '1'
if a[6] ~= '' then
  if head[5] == '1' then return {'MIXED'} end
  if not first and tonumber(a[6]) < tonumber(head[3]) then
    return {'BACKWARDS'}
  end
  if tonumber(a[6]) > tonumber(a[5]) then return {'FUTURE'} end
  recorded, mixed = a[6], head[5]
elseif not first and tonumber(head[3]) > tonumber(recorded) then
  recorded = head[3]
end
local revision = string.format('%.0f', head[2] + 1)
local padded = string.format('%016.0f', head[2] + 1)
local chain = redis.sha1hex(head[4] .. '\n' .. revision .. '\n' .. recorded ..
                            '\n' .. a[7])
local log = tag .. ':log'
redis.call('XADD', log, revision .. '-0', 'n', n, 't', recorded, 'c', chain,
           'd', a[7], 'm', a[8], 'k', a[14], 'w', a[15] .. before[0])
for i = 1, n - 1 do
  local at = 14 + i * 5
  redis.call('XADD', log, revision .. '-' .. i, 'k', a[at], 'w',
             a[at + 1] .. before[i])
end
local history, index = tag .. ':history', tag .. ':index'
for i = 0, n - 1 do
  local at = 14 + i * 5
  local field = a[at] .. '\0' .. padded
  redis.call('HSET', history, field,
             a[at + 1] .. recorded .. ' ' .. a[at + 3] .. a[at + 4])
  redis.call('ZADD', index, 0, field)
  if a[at + 1] == 'p' then
    redis.call('HSET', state, a[at], revision)
  else
    redis.call('HDEL', state, a[at])
  end
end
redis.call('ZADD', tag .. ':times', recorded, padded)
if a[9] ~= '' then
  redis.call('HSET', tag .. ':requests', a[9],
             revision .. ' ' .. recorded .. ' ' .. a[10])
end
redis.call('HSET', head_key, 'revision', revision, 'recorded', recorded,
           'chain', chain, 'mixed', mixed)
redis.call('HSET', writer, slot, a[4] .. ' ' .. revision .. ' ' .. recorded)
if redis.call('TTL', writer) < 43200 then
  redis.call('EXPIRE', writer, 86400)
end
return {'OK', revision, recorded, '0'}
)lua";

constexpr char kOpen[] = R"lua(
local head = KEYS[1] .. ':head'
if redis.call('EXISTS', head) == 0 then
  if redis.call('EXISTS', KEYS[1] .. ':restoring') == 1 then
    return {'RESTORING'}
  end
  redis.call('HSET', head, 'store', ARGV[1], 'format', '1', 'revision', '0',
             'recorded', '0', 'chain', string.rep('0', 40), 'mixed', '0')
end
local found = redis.call('HMGET', head, 'store', 'format')
return {'OK', found[1], found[2]}
)lua";

constexpr char kBeginRestore[] = R"lua(
local tag = KEYS[1]
if redis.call('EXISTS', tag .. ':head') == 1 then return {'EXISTS'} end
redis.call('SET', tag .. ':restoring', '1')
for _, part in ipairs({'log', 'compacted', 'state', 'history', 'index',
                       'times', 'requests', 'leases', 'erasures'}) do
  redis.call('UNLINK', tag .. ':' .. part)
end
return {'OK'}
)lua";

constexpr char kReadLog[] = R"lua(
local tag, last = KEYS[1], '-18446744073709551615'
local head = redis.call('HMGET', tag .. ':head', 'revision', 'recorded',
                        'chain')
local compacted = redis.call('HGET', tag .. ':compacted', 'through') or '0'
if tonumber(ARGV[1]) < tonumber(compacted) then
  return {'COMPACTED', compacted}
end
if tonumber(ARGV[1]) > tonumber(head[1] or '0') then
  return {'AHEAD', head[1]}
end
local log = tag .. ':log'
local entries = redis.call('XRANGE', log, '(' .. ARGV[1] .. last,
                           (head[1] or '0') .. last, 'COUNT', ARGV[2])
if #entries > 0 and tonumber(entries[1][2][2]) > #entries then
  local first = string.match(entries[1][1], '^(%d+)-')
  entries = redis.call('XRANGE', log, first .. '-0', first .. last)
end
return {'OK', head[1], head[2], head[3], entries}
)lua";

// Before each script below but the last. Freeing memory must not need memory,
// nor may a lease lapse for want of it.
constexpr char kChange[] = R"lua(#!lua flags=allow-oom
local tag = KEYS[1]
if redis.call('HGET', tag .. ':head', 'store') ~= ARGV[1] then
  return {'STORE'}
end
)lua";

constexpr char kCompact[] = R"lua(
local head = redis.call('HGET', tag .. ':head', 'revision')
local compacted = redis.call('HGET', tag .. ':compacted', 'through') or '0'
if tonumber(ARGV[2]) > tonumber(head) then return {'AHEAD', head} end
if tonumber(ARGV[2]) <= tonumber(compacted) then return {'OK'} end
local id = ARGV[2] .. '-0'
local entry = redis.call('XRANGE', tag .. ':log', id, id)[1]
if not entry then return {'LOST'} end
redis.call('HSET', tag .. ':compacted', 'through', ARGV[2], 'chain',
           entry[2][6])
redis.call('XTRIM', tag .. ':log', 'MINID',
           string.format('%.0f', ARGV[2] + 1) .. '-0')
return {'OK'}
)lua";

constexpr char kForget[] = R"lua(
local requests = tag .. ':requests'
for i = 2, #ARGV, 2 do
  if redis.call('HGET', requests, ARGV[i]) == ARGV[i + 1] then
    redis.call('HDEL', requests, ARGV[i])
  end
end
return {'OK'}
)lua";

// The record names every revision, as redis_codec.h has it: whoever carries it
// out again must not take what was written since.
constexpr char kErase[] = R"lua(
local record, key, fields = ARGV[2], ARGV[3], {}
local history = tag .. ':history'
for i = 4, #ARGV do
  fields[i - 3] = key .. '\0' .. string.format('%016.0f', ARGV[i])
end
if #ARGV == 3 then
  fields = redis.call('ZRANGEBYLEX', tag .. ':index', '[' .. key .. '\0',
                      '(' .. key .. '\1')
  if #fields == 0 then return {'MISSING', '0'} end
end
for _, field in ipairs(fields) do
  local revision = tonumber(string.sub(field, -16))
  if redis.call('HEXISTS', history, field) == 0 then
    return {'MISSING', string.format('%.0f', revision)}
  end
  record = record .. struct.pack('<i8', revision)
end
for _, field in ipairs(fields) do
  local version = redis.call('HGET', history, field)
  if string.sub(version, 1, 1) == 'p' then
    local digest = string.find(version, ' ', 1, true) + 32
    redis.call('HSET', history, field, 'e' .. string.sub(version, 2, digest))
  end
end
redis.call('ZADD', tag .. ':erasures', 'NX',
           redis.call('ZCARD', tag .. ':erasures') + 1, record)
return {'OK'}
)lua";

constexpr char kSwapLease[] = R"lua(
local leases = tag .. ':leases'
local stored = redis.call('HGET', leases, ARGV[2]) or '0 0 0 '
local token, beat = string.match(stored, '^(%-?%d+) (%-?%d+) ')
if token ~= ARGV[3] or beat ~= ARGV[4] then return {'LEASE'} end
redis.call('HSET', leases, ARGV[2], ARGV[5])
return {'OK'}
)lua";

constexpr char kPosition[] = R"lua(
local tag = KEYS[1]
local head = redis.call('HMGET', tag .. ':head', 'store', 'revision')
local compacted = redis.call('HMGET', tag .. ':compacted', 'through', 'chain')
local id, chain = ARGV[1] .. '-0', ''
local entry = redis.call('XRANGE', tag .. ':log', id, id)[1]
if entry then chain = entry[2][6] end
return {head[1] or '', head[2] or '0', compacted[1] or '0',
        compacted[2] or string.rep('0', 40), chain}
)lua";

}  // namespace

RedisScript::RedisScript(std::string source)
    : text(std::move(source)), sha(base::Sha1Hex(text)) {}

const RedisScript& CommitScript() {
  static const RedisScript script(kCommit);
  return script;
}

const RedisScript& OpenScript() {
  static const RedisScript script(kOpen);
  return script;
}

const RedisScript& BeginRestoreScript() {
  static const RedisScript script(kBeginRestore);
  return script;
}

const RedisScript& ReadLogScript() {
  static const RedisScript script(kReadLog);
  return script;
}

const RedisScript& CompactScript() {
  static const RedisScript script(absl::StrCat(kChange, kCompact));
  return script;
}

const RedisScript& ForgetScript() {
  static const RedisScript script(absl::StrCat(kChange, kForget));
  return script;
}

const RedisScript& EraseScript() {
  static const RedisScript script(absl::StrCat(kChange, kErase));
  return script;
}

const RedisScript& SwapLeaseScript() {
  static const RedisScript script(absl::StrCat(kChange, kSwapLease));
  return script;
}

const RedisScript& PositionScript() {
  static const RedisScript script(kPosition);
  return script;
}

}  // namespace lagesbild::ledger
