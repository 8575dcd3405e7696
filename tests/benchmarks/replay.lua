-- Makes wrk replay the requests of a file, each preceded by its length, in their order, and say in
-- one line of JSON what it saw. Microseconds throughout.

local requests, at = {}, 0

function init(args)
   local file = assert(io.open(args[1], "rb"))
   local length = file:read("*l")
   while length do
      table.insert(requests, file:read(tonumber(length)))
      length = file:read("*l")
   end
   file:close()
end

function request()
   at = at % #requests + 1
   return requests[at]
end

function done(summary, latency)
   local e = summary.errors
   print(string.format(
      '{"count": %d, "us": %d, "p50": %d, "p95": %d, "bytes": %d, "wrong": %d, "failed": %d}',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(95),
      summary.bytes, e.status, e.connect + e.read + e.write + e.timeout))
end
