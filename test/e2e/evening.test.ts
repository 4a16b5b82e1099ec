import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { numberTag } from "../../src/sms/number-tag.ts";
import { createKeyed } from "../../src/values/keyed.ts";
import { Secret } from "../../src/values/secret.ts";
import { findCanaries } from "../helpers/canaries.ts";
import { readGuide } from "../helpers/guide.ts";
import { printReckoning, reckon } from "../helpers/ledger.ts";
import { poll } from "../helpers/program.ts";
import { evaluatePromql, type Scrape } from "../helpers/promql-value.ts";
import { type Flow, startFlow } from "../helpers/steady-flow.ts";
import { twilioDialect } from "../helpers/vendor-twilio.ts";
import { openReader, type Reader, VENDOR_SECRETS } from "./reader.ts";

const GUIDE = readFileSync("docs/guides/an-operators-evening.md", "utf8");
const EVERY_MS = 50;
const PERSON = { to: "+4915735990123", code: "482913" };
const FOREIGNER = { to: "+33612345678", code: "205817" };
const BY_HAND = { to: "+14155552671", code: "739154" };

/** The evening so far. */
interface Evening {
  reader: Reader;
  /** Begins when the gateway runs. */
  flow: Flow;
  apiKey: string;
  scrapes: Scrape[];
  /** All that was printed or could be read, for the search at the end. */
  heard: string[];
}

/** What happens in the world before and after the operator does what a section says. */
interface Scene {
  before?(evening: Evening): Promise<void>;
  after?(evening: Evening): Promise<void>;
}

const SCENES: Record<string, Scene> = {
  "What is there": {
    async after(evening) {
      evening.apiKey = fileOf(evening.reader, "kratos-key-1");
      evening.flow = startFlow({
        url: () => `http://127.0.0.1:${evening.reader.ports.PORT}`,
        apiKey: () => evening.apiKey,
        everyMs: EVERY_MS,
      });
    },
  },
  "18:40 Somebody got no code": {
    async before({ flow }) {
      for (const { to, code } of [PERSON, FOREIGNER]) await flow.post(to, code);
    },
    async after(evening) {
      await scrape(evening);
      await evening.flow.more(20);
      await scrape(evening);
      expect(firing(evening)).toEqual([]);
    },
  },
  "19:10 A vendor fails": {
    async before(evening) {
      evening.reader.vendors.twilio.replyWith(twilioDialect.refused(503));
      evening.scrapes = evening.scrapes.slice(-1);
      await poll("alerts", 20_000, async () => {
        await scrape(evening);
        return firing(evening).includes("SmsProviderDown") || undefined;
      });
      expect(firing(evening)).toEqual(["SmsProviderDown", "SmsProviderErrors", "SmsPossibleDuplicates"]);
    },
    async after({ reader, flow }) {
      const { twilio, plivo } = reader.vendors;
      await flow.settled();
      const [asked, taken] = [twilio.requests.length, plivo.accepted.length];
      await flow.more(20);
      expect(twilio.requests).toHaveLength(asked);
      expect(plivo.accepted.length).toBeGreaterThan(taken + 10);
    },
  },
  "20:00 It is well again": {
    async before({ reader }) {
      reader.vendors.twilio.replyWith();
    },
    async after({ reader, flow }) {
      const { twilio, plivo } = reader.vendors;
      const before = twilio.accepted.length;
      await poll("Twilio again", 30_000, async () => twilio.accepted.length > before + 5 || undefined);
      await flow.settled();
      const taken = plivo.accepted.length;
      await flow.more(20);
      expect(plivo.accepted).toHaveLength(taken);
    },
  },
  "20:30 A tenth of the traffic": {
    async after({ reader, flow }) {
      const { twilio, plivo } = reader.vendors;
      const [first, tenth] = [twilio.accepted.length, plivo.accepted.length];
      await flow.more(120);
      const [toFirst, toTenth] = [twilio.accepted.length - first, plivo.accepted.length - tenth];
      expect(toTenth).toBeGreaterThan(0);
      expect(toTenth).toBeLessThan(toFirst / 2);
    },
  },
  "20:45 And back": {
    async after({ reader, flow }) {
      await flow.settled();
      const before = reader.vendors.plivo.accepted.length;
      await flow.more(40);
      expect(reader.vendors.plivo.accepted).toHaveLength(before);
    },
  },
  "21:30 The old one goes": {
    async before(evening) {
      evening.apiKey = fileOf(evening.reader, "kratos-key-2");
      await evening.flow.more(10);
    },
  },
  "23:30 A restart": {
    async before(evening) {
      await scrape(evening);
    },
    async after({ flow }) {
      await flow.more(20);
    },
  },
};

it("an operator's evening goes as its guide says, and every message is sent once", async () => {
  const reader = await openReader("SIGTERM");
  onTestFinished(() => {
    evening.flow?.close();
    return reader.close();
  });
  const evening = { reader, apiKey: "", scrapes: [], heard: [] } as unknown as Evening;
  const secrets = [...Object.values(VENDOR_SECRETS)];
  const titles: string[] = [];
  for (const [title, markdown] of sectionsOf(GUIDE)) {
    titles.push(title);
    await SCENES[title]?.before?.(evening);
    evening.heard.push(await reader.follow(readGuide(markdown)));
    await SCENES[title]?.after?.(evening);
    for (const name of ["gateway-secret", "admin-key", "kratos-key-1", "kratos-key-2"])
      if (existsSync(join(reader.folder, name))) secrets.push(fileOf(reader, name));
  }
  expect(titles).toEqual(expect.arrayContaining(Object.keys(SCENES)));

  const { flow, heard, scrapes } = evening;
  await flow.end();
  await scrape(evening);
  for (const gateway of reader.gateways) expect(await gateway.stop()).toMatchObject({ exitCode: 0 });
  const keyed = createKeyed(new Secret(fileOf(reader, "gateway-secret")));
  const log = reader.gateways.map((gateway) => gateway.output()).join("");
  const reckoning = reckon({
    messages: flow.messages,
    accepted: {
      "twilio-main": reader.vendors.twilio.accepted,
      "plivo-main": reader.vendors.plivo.accepted,
      "sns-eu": reader.vendors.sns.accepted,
    },
    log,
    tag: (to) => numberTag(keyed, to as never),
    answerWithinMs: 8_000,
    standstillMs: 2_000,
  });
  expect(reckoning.broken).toEqual([]);
  expect(reckoning.twice).toEqual([]);
  expect(printReckoning(reckoning)).toBe(
    `sent ${flow.messages.length - 1} · duplicates ambiguous 0 unexplained 0 · lost 0 · suppressed 1 · failed 0`,
  );
  const answers = flow.messages.flatMap(({ posts }) => posts);
  expect(answers.filter(({ status = 200 }) => status !== 200)).toEqual([]);

  const everything = [
    log,
    ...heard,
    ...scrapes.slice(-2).map(({ text }) => text),
    ...answers.map(({ raw }) => raw ?? ""),
  ];
  const numbers = [PERSON, BY_HAND, ...flow.messages].map(({ to }) => to);
  const codes = [PERSON, FOREIGNER, BY_HAND, ...flow.messages].map(({ code }) => code);
  expect(findCanaries(everything.join("\n"), { codes, secrets: [...new Set([...secrets, ...numbers])] })).toEqual([]);
}, 240_000);

function sectionsOf(markdown: string): [title: string, markdown: string][] {
  const [, ...sections] = markdown.split(/^## /m);
  return sections.map((section) => [section.split("\n")[0] ?? "", section]);
}

function fileOf({ folder }: Reader, name: string): string {
  return readFileSync(join(folder, name), "utf8").trim();
}

async function scrape({ reader, scrapes }: Evening): Promise<void> {
  const text = await (await fetch(`http://127.0.0.1:${reader.ports.OPS_PORT}/metrics`)).text();
  scrapes.push({ atMs: performance.now(), text });
}

/** The alerts that fire when it stays like this for as long as they want. */
function firing({ scrapes }: Evening): string[] {
  const { groups } = parse(readFileSync("deploy/prometheus-alerts.yaml", "utf8")) as { groups: { rules: Rule[] }[] };
  const rules = groups.flatMap(({ rules }) => rules);
  return rules.filter(({ expr }) => evaluatePromql(expr, scrapes).length > 0).map(({ alert }) => alert);
}

interface Rule {
  alert: string;
  expr: string;
}
