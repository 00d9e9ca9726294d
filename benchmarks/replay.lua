-- Replays prepared requests from a file, round and round, and ends with one line of numbers for the harness.
-- The file holds, for each request, its length in decimal, a line feed, and its bytes exactly as they go on the wire.

local requests, count, at = {}, 0, 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local length = file:read("*n")
  while length do
    file:read(1)
    count = count + 1
    requests[count] = file:read(length)
    length = file:read("*n")
  end
  file:close()
end

function request()
  at = at % count + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "measured requests=%d microseconds=%d p50=%d p99=%d refused=%d broken=%d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
