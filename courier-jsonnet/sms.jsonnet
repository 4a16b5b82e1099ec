// What Kratos posts for each SMS: what texts and routing need, and of the person nothing but the wanted language.
function(ctx)
  local field(object, name) = if std.isObject(object) && std.objectHas(object, name) then object[name];
  local pick(object, wanted) =
    if std.isObject(object) then { [name]: object[name] for name in std.objectFields(object) if wanted(name) } else {};
  local among(names) = function(name) std.member(names, name);
  local locale(object) =
    pick(object, function(name) std.member(['locale', 'lang', 'language'], name) && std.isString(object[name]));

  local isCredential(header) =
    [part for part in ['authorization', 'cookie', 'token', 'secret', 'key'] if std.findSubstr(part, std.asciiLower(header)) != []] != [];

  local data = field(ctx, 'template_data');
  local identity = field(data, 'identity');
  // As long as somebody registers, Kratos has the bare traits for an identity.
  local traits = if std.isObject(field(identity, 'traits')) then identity.traits else identity;
  local isCode(name) = std.endsWith(name, '_code') && std.isString(data[name]);
  local url = field(data, 'request_url');

  pick(ctx, among(['recipient', 'body', 'template_type', 'message_type'])) + {
    request_headers: pick(field(ctx, 'request_headers'), function(name) !isCredential(name)),
    template_data:
      pick(data, isCode)
      + pick(data, among(['expires_in_minutes', 'request_url_domain', 'changed_at', 'added_at']))
      + { [if std.isString(url) then 'request_url']: std.splitLimit(url, '?', 1)[0] }
      + { identity: { traits: locale(traits) }, transient_payload: locale(field(data, 'transient_payload')) },
  }
