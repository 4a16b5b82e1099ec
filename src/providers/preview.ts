import type { Payload, Preview, PreviewedSms } from "../sms/payload.ts";
import { type Abort, SingleAbort } from "../values/abort.ts";
import type { Clock } from "../values/clock.ts";
import { Secret } from "../values/secret.ts";
import type { Provider, Sms } from "./provider.ts";
import { createProvider, type ProviderOptions } from "./registry.ts";
import type { NoAnswer, Transport, TransportRequest } from "./transport.ts";

/**
 * Previews by the accounts' own encoders on a transport that only writes down. They are given no real secret: not one
 * to leak, and none to look for in files, in the environment or on the network. Each is made when first asked for, and
 * again when its account has other options.
 */
export function createPreview(accounts: () => Readonly<Record<string, ProviderOptions>>, clock: Clock): Preview {
  const { transport, recorded } = createRecorder();
  // Lifetimes are counted from the moment the message came, whenever somebody looks at it.
  const effects = { transport, clock: { ...clock, wallMs: () => 0 } };
  const made = new Map<string, { options: ProviderOptions; making: Promise<Provider> }>();
  const make = (name: string, options: ProviderOptions) => {
    const known = made.get(name);
    if (known?.options === options) return known.making;
    void known?.making.then((provider) => provider.close?.(), ignored);
    const making = createProvider(name, withoutSecrets(options), effects);
    made.set(name, { options, making });
    return making;
  };
  return async (name, sms) => {
    const options = Object.hasOwn(accounts(), name) ? accounts()[name] : undefined;
    if (options === undefined) return undefined;
    const signal = new SingleAbort();
    await (await make(name, options)).send(asSent(sms), signal);
    return maskPayload(recorded(signal));
  };
}

/** Whoever asked for that preview was told. */
function ignored(): void {}

function asSent({ receivedAt, expiresAt, ...sms }: PreviewedSms): Sms {
  return { ...sms, attemptId: "preview", ...(expiresAt !== undefined && { expiresAt: expiresAt - receivedAt }) };
}

/** Stands for every secret; as long as what the vendors' libraries expect of one. */
const PLACEHOLDER = "preview-preview-preview-preview-preview-";

function withoutSecrets(options: ProviderOptions): ProviderOptions {
  const placeholder = new Secret(PLACEHOLDER);
  const masked = Object.entries(options).map(([key, value]) => [key, value instanceof Secret ? placeholder : value]);
  // Without keys of its own an account would ask AWS' default chain for some.
  const keys = options.type === "sns" ? { accessKeyId: "AKIAPREVIEW", secretAccessKey: placeholder } : {};
  return { ...Object.fromEntries(masked), ...keys };
}

/** A transport that opens no connection: it has nothing to open one with. An attempt is known by its signal. */
function createRecorder(): { transport: Transport; recorded(attempt: Abort): TransportRequest | undefined } {
  const requests = new WeakMap<Abort, TransportRequest>();
  const transport: Transport = {
    async request(request, signal) {
      requests.set(signal, request);
      return NOT_SENT;
    },
    close: async () => {},
  };
  return { transport, recorded: (attempt) => requests.get(attempt) };
}

const NOT_SENT: NoAnswer = { failed: "before", cause: "connect", code: "PREVIEW" };

function maskPayload(request: TransportRequest | undefined): Payload | undefined {
  if (!request) return undefined;
  const { method, origin, path, headers, body } = request;
  const shown = Object.entries(headers).map(([name, value]) => [name, maskHeader(name, String(value))]);
  return { method, url: origin + path, headers: Object.fromEntries(shown), body };
}

/** Of credentials only the scheme is shown, as in `Basic [masked]`. */
function maskHeader(name: string, value: string): string {
  if (/^(x-amz-security-token|cookie)$/i.test(name)) return "[masked]";
  return /^authorization$/i.test(name) ? value.replace(/ .*$/s, " [masked]") : value;
}
