/** What a section of the configuration file may look like; the tests put each through the real loader. */
export const EXAMPLES: Record<string, string> = {
  mode: "mode: live",
  secret: 'secret: "${GATEWAY_SECRET}"',
  listen: "listen: { host: 0.0.0.0, port: 8080 }",
  ops: "ops: { host: 0.0.0.0, port: 8081 }",
  inbox: 'inbox: { host: 127.0.0.1, port: 8026, token: "${INBOX_TOKEN}", allowedHosts: [inbox.internal] }',
  auth: `auth:
  keys:                                      # the new one first; drop the old one when Kratos has the new
    - { id: kratos-2026-12, secret: "\${GATEWAY_API_KEY}" }
    - { id: kratos-2026-11, secretFile: /run/secrets/old-key }`,
  admin: `admin:
  keys:
    - { id: ops, secret: "\${ADMIN_API_KEY}" }`,
  providers: `providers:
  twilio-main:
    type: twilio
    accountSid: "\${TWILIO_ACCOUNT_SID}"
    authToken: "\${TWILIO_AUTH_TOKEN}"
    sender:
      default: { messagingServiceSid: MG0123456789abcdef0123456789abcdef }
      GB: { from: ACME }
  plivo-main:
    type: plivo
    authId: "\${PLIVO_AUTH_ID}"
    authToken: "\${PLIVO_AUTH_TOKEN}"
    sender: { default: { from: "+14155550101" } }
    prices: { US: 0.0077, default: 0.07 }
  sns-eu:
    type: sns
    region: eu-central-1
    sender: { default: { senderId: ACME }, US: { originationNumber: "+14155550102" } }`,
  routes: `routes:
  - name: recovery
    match: { template: [recovery_code_valid], country: [US, GB] }
    chain: [plivo-main, twilio-main]
  - name: default                            # nine numbers in ten to Twilio, each always to the same
    chain: [{ twilio-main: 90, plivo-main: 10 }, sns-eu]`,
  destinations: `destinations:
  countries: [US, DE, GB]
  denyTypes: [premium-rate, shared-cost]
  denyPrefixes: ["+1900"]
  exempt: ["+15005550006"]`,
  limits: `limits:
  perNumber: [{ max: 5, per: 10m }, { max: 10, per: 24h }]
  perBlock: { digits: 3, max: 20, per: 10m }
  perCountry: { US: { max: 1000, per: 1h }, default: { max: 10, per: 1h } }
  perClientIp: { header: True-Client-Ip, max: 20, per: 10m }
  total: { max: 600, per: 1m }`,
  spend: `spend:
  currency: USD
  prices: { US: 0.0083, default: 0.08 }
  total: { max: 500, per: 24h }
  perCountry: { default: { max: 5, per: 24h } }`,
  pumping: `pumping:
  sequentialNumbers: { distinct: 20, run: 8, onAlarm: suppress }
  countryBurst: { times: 6, atLeast: 30 }
  clientIp: { header: True-Client-Ip, distinct: 20 }`,
  failover: "failover: { answerWithin: 8s, attemptTimeout: 3s, onUnknown: next }",
  templates: "templates: { use: builtin }",
  store: `store:
  type: redis
  url: "\${REDIS_URL}"
  caFile: /etc/ssl/redis-ca.pem
  replicas: 3`,
  log: "log: { level: info }",
};
