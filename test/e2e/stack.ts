import { createInboxClient, createPhone } from "../../src/client/client.ts";
import { type GatewayProcess, startGatewayProcess } from "../helpers/gateway-process.ts";
import { type CodeHook, createKratosClient, type KratosClient } from "../helpers/kratos-client.ts";
import {
  type KratosServer,
  type KratosServerOptions,
  kratosBinary,
  kratosVersion,
  startKratos,
} from "../helpers/kratos-server.ts";

/** A real Kratos that sends its SMS through a real gateway in dev mode, and an app that uses it. */
export interface Stack {
  gateway: GatewayProcess;
  kratos: KratosServer;
  app: KratosClient;
  /** Call it before asking for a code: the hook waits in the inbox for the first one that comes from now on. */
  nextCode(phone: string): Promise<CodeHook>;
  stop(): Promise<void>;
}

/** What differs from the configuration that the repository ships. */
export interface StackOptions {
  /** Where Kratos posts instead of straight to the gateway, given the gateway's URL. */
  via?(gatewayUrl: string): Promise<string>;
  kratosOverrides?: Record<string, unknown>;
  /** Files of kratos/ over kratos.yml, and the environment over both. */
  kratos?: Pick<KratosServerOptions, "overlays" | "env">;
}

/** Keeps Kratos from asking api.pwnedpasswords.com about each new password: no test leaves this machine. */
export const WITHOUT_BREACH_LIST = { SELFSERVICE_METHODS_PASSWORD_CONFIG_HAVEIBEENPWNED_ENABLED: "false" };

const version = await kratosVersion();

/** Whether there is no Kratos to test with. */
export const kratosMissing = version === undefined;

/** The end of a suite's name: says in every report why the suite was skipped. */
export const unlessRun = kratosMissing ? " (NOT RUN: no Kratos here)" : "";

/** Says once, in one line, why these tests did not run and what to do about it. */
export function explainMissingKratos(): void {
  if (!kratosMissing) return;
  console.warn(
    `e2e tests NOT RUN: there is no Kratos ("${kratosBinary}" does not start). ` +
      "Put kratos v26.2.0 on the PATH or set KRATOS_BIN=/path/to/kratos, then: npm run test:e2e",
  );
}

/** Starts both, gateway first. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const gateway = await startGatewayProcess();
  try {
    const courierUrl = `${(await options.via?.(gateway.gatewayUrl)) ?? gateway.gatewayUrl}/courier/sms`;
    const kratos = await startKratos({ courierUrl, overrides: options.kratosOverrides ?? {}, ...options.kratos });
    return {
      gateway,
      kratos,
      app: createKratosClient(kratos.publicUrl),
      nextCode: (phone) => nextCode(gateway.inboxUrl, phone),
      stop: async () => {
        await kratos.stop().finally(() => gateway.stop());
      },
    };
  } catch (error) {
    await gateway.stop();
    throw error;
  }
}

/** What Kratos' admin API tells of a message; the body stands there because these tests run it with `--dev`. */
export interface QueuedMessage {
  type: "email" | "sms";
  template_type: string;
  status: string;
  send_count: number;
  body: string;
}

/** The messages that Kratos has queued for one recipient, newest first. */
export async function messagesTo({ adminUrl }: KratosServer, recipient: string): Promise<QueuedMessage[]> {
  const answer = await fetch(`${adminUrl}/admin/courier/messages?${new URLSearchParams({ recipient })}`);
  return (await answer.json()) as QueuedMessage[];
}

async function nextCode(inboxUrl: string, number: string): Promise<CodeHook> {
  const phone = await createPhone(createInboxClient({ url: inboxUrl }), number);
  return () => phone.code();
}
