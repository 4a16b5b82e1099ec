// Asked when the right code is in and nothing is saved yet. transient_payload is what the app posted beside the form.
function(ctx)
  local payload = std.get(ctx.flow, 'transient_payload', {});
  { invite: if std.isObject(payload) then std.get(payload, 'invite') }
