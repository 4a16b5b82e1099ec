import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse, stringify } from "yaml";
import { NOT_SENT_KINDS } from "../src/dispatch/error-kinds.ts";
import type { GatewayEvent } from "../src/sms/event.ts";
import { tellAll } from "../src/sms/listener.ts";
import type { OutcomeName, RefusalName } from "../src/sms/outcome.ts";
import type { UnknownKind } from "../src/sms/send-result.ts";
import { createMetrics } from "../src/telemetry/metrics.ts";
import { loginMessage } from "./helpers/messages.ts";
import { readPromql } from "./helpers/promql.ts";
import { startFromYaml } from "./helpers/running-app.ts";
import { sent, unknown } from "./helpers/scripted-provider.ts";

/** An alert as it stands in the file. */
interface Alert {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}

interface Panel {
  id: number;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string; legendFormat: string }[];
}

const RULES = "deploy/prometheus-alerts.yaml";
const { groups } = parse(readFileSync(RULES, "utf8")) as { groups: { rules: Alert[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);
const { panels } = JSON.parse(readFileSync("deploy/grafana-dashboard.json", "utf8")) as { panels: Panel[] };
const runbooks = readdirSync("docs/runbooks").map((name) => join("docs/runbooks", name));
const pages = runbooks.filter((path) => !path.endsWith("README.md"));

const shown = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => [title, expr.replaceAll("$__rate_interval", "5m")] as const),
);
const expressions = [...alerts.map(({ alert, expr }) => [alert, expr] as const), ...shown];

/** What Prometheus itself adds to every sample. */
const ADDED_LABELS = ["job", "instance"];
const OUTCOMES = [
  ...(["sent", "captured", "duplicate", "suppressed", "rejected", "ambiguous", "failed", "shed"] as OutcomeName[]),
  ...(["invalid", "unauthorized"] as RefusalName[]),
];
const UNKNOWN_KINDS: UnknownKind[] = ["unavailable", "timeout", "bad-response"];
const VALUES: Record<string, string[]> = {
  outcome: OUTCOMES,
  kind: ["sent", "captured", ...Object.keys(NOT_SENT_KINDS), ...UNKNOWN_KINDS],
  operation: ["admit", "renew", "settle", "record", "record-repeat", "find", "switch", "switched-off"],
  mode: ["memory", "redis"],
  quantile: ["0.5", "0.9", "0.99", "1"],
};

const attempts = [
  { provider: "a", attemptId: "1", startedAt: 0, result: unknown("timeout"), durationMs: 1 },
  { provider: "b", attemptId: "2", startedAt: 0, result: sent, durationMs: 1 },
];
const message = loginMessage();
const segments = { encoding: "GSM-7", count: 1, units: 1 } as never;

/** Something of every kind that is counted. */
const EVENTS: GatewayEvent[] = [
  ...attempts.map((attempt) => ({ type: "attempted", message, attempt }) as const),
  {
    type: "settled",
    message,
    tag: "aTag",
    decision: { passedOver: [], candidates: [], text: "", segments },
    outcome: { name: "sent", messageId: message.id, attempts },
    durationMs: 2,
  },
  { type: "limited", message, dimension: "number", enforced: true },
  { type: "counted", message, counts: [{ dimension: "spend", perMs: 1, fill: 1, max: 1, used: 1 }], enforced: true },
  {
    type: "pumping",
    state: "started",
    alarm: { rule: "country-burst", country: "LV", count: 30, perMs: 1, since: 0 },
  },
  { type: "authenticated", key: "kratos" },
  { type: "stored", operation: "admit", durationMs: 1 },
];

/** Metrics with a sample of each. */
async function render(): Promise<string> {
  const metrics = createMetrics({
    providers: () => new Map([["a", { breaker: "open", inFlight: 1 }]]),
    storeMode: "redis",
    droppedLines: () => 0,
    eventLoopDelay: () => new Map([[0.99, 1]]),
  });
  for (const event of EVENTS) tellAll(metrics.listeners)(event);
  return (await metrics.render()).text;
}

/** Each sample's name with its labels. */
function samplesIn(text: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, name = "", labels = ""] of text.matchAll(/^(\w+)(?:\{([^}]*)\})? \S+$/gm)) {
    const names = [...labels.matchAll(/(\w+)="/g)].map(([, label = ""]) => label);
    found.set(name, new Set([...(found.get(name) ?? []), ...names]));
  }
  return found;
}

const typesIn = (text: string) => [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name).sort();

describe("alerts and dashboard", () => {
  it("ask for metrics that a running gateway shows", async () => {
    const { urls } = await startFromYaml("mode: dev\nlisten: { port: 0 }\nops: { port: 0 }\ninbox: { port: 0 }\n");
    expect(typesIn(await (await fetch(`${urls.ops}/metrics`)).text())).toEqual(typesIn(await render()));
  });

  it.each(expressions)("%s: names metrics, labels and values that exist", async (_, expression) => {
    const samples = samplesIn(await render());
    const { metrics, labels, compared } = readPromql(expression);
    const known = metrics.flatMap((metric) => [...(samples.get(metric) ?? [])]).concat(ADDED_LABELS);
    expect(metrics.filter((metric) => metric !== "up" && !samples.has(metric))).toEqual([]);
    expect(labels.filter((label) => !known.includes(label))).toEqual([]);
    const wrong = compared.filter(({ label, value }) => value !== "" && VALUES[label]?.includes(value) === false);
    expect(wrong).toEqual([]);
  });

  it.each(["sum(rate(sms_messages_total[5m])", "5 > 3", 'sum(rate(sms_x{a="b"}[5m]))]'])(
    "would be found out: %s",
    async (expression) => {
      const samples = samplesIn(await render());
      const check = () => readPromql(expression).metrics.filter((metric) => !samples.has(metric));
      expect(() => expect(check()).toEqual([])).toThrow();
    },
  );

  it.skipIf(spawnSync("promtool", ["--version"]).error)("are PromQL for promtool, where it is on the PATH", () => {
    const folder = mkdtempSync(join(tmpdir(), "promql-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "dashboard.yaml");
    const rules = shown.map(([, expr], index) => ({ record: `panel:${index}`, expr }));
    writeFileSync(file, stringify({ groups: [{ name: "dashboard", rules }] }));
    expect(() => execFileSync("promtool", ["check", "rules", RULES, file], { stdio: "pipe" })).not.toThrow();
  });

  it("lay no panel over another one", () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});

describe("an alert", () => {
  it.each(alerts.map((alert) => [alert.alert, alert] as const))("%s has a page that names it", (name, alert) => {
    expect(alert.labels.severity).toMatch(/^(critical|warning)$/);
    expect(alert.annotations.summary).not.toBe("");
    expect(pages).toContain(alert.annotations.runbook);
    expect(readFileSync(alert.annotations.runbook, "utf8")).toContain(`\`${name}\``);
  });
});

describe("a runbook", () => {
  it.each(pages)("%s says what to ask, what to do and how to know that it is over, and is short", (path) => {
    const text = readFileSync(path, "utf8");
    expect(text.match(/^## .+$/gm)).toEqual(["## Ask", "## Do", "## Over"]);
    expect(text.split("\n").length).toBeLessThan(65);
    for (const [, name = ""] of text.matchAll(/`(Sms\w+)`/g)) expect(alerts.map(({ alert }) => alert)).toContain(name);
  });

  it.each(runbooks)("%s names commands, metrics and pages that exist", async (path) => {
    const text = readFileSync(path, "utf8");
    const run = readFileSync("src/cli/run.ts", "utf8");
    for (const [, command = ""] of text.matchAll(/kratos-sms-gateway ([a-z-]+)/g))
      expect(run).toMatch(new RegExp(`^ {2}"?${command}"?: \\{`, "m"));
    const known = [...samplesIn(await render()).keys()];
    for (const [name] of text.matchAll(/\bsms_\w+/g))
      expect(
        known.some((metric) => metric.startsWith(name)),
        name,
      ).toBe(true);
    for (const [, link = ""] of text.matchAll(/\]\((?!http)([^)#]+)\)/g))
      expect(existsSync(join("docs/runbooks", link)), link).toBe(true);
  });
});
