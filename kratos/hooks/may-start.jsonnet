// Asked before a registration starts. No trait is known yet, only how the person came here.
function(ctx)
  local addresses = std.get(ctx.request_headers, 'True-Client-Ip', []);
  { clientIp: if addresses != [] then addresses[std.length(addresses) - 1] }
