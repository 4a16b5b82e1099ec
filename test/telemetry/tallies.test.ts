import { Counter, Histogram, Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { createSeries } from "../../src/telemetry/series.ts";
import { addCounter, addHistogram, render } from "../../src/telemetry/tallies.ts";

const COUNTER = { name: "sent_total", help: "What\nwas sent.", labelNames: ["kind", "country"] } as const;
const HISTOGRAM = { name: "took_seconds", help: "How long it took.", labelNames: ["provider"], buckets: [0.1, 1, 5] };

type CountedLabels = { kind: string; country: string };

describe("a counter shows what prom-client's own shows", () => {
  const counted = (...pairs: [kind: string, country: string][]) => pairs.map(([kind, country]) => ({ kind, country }));

  it.each<[sentence: string, events: CountedLabels[]]>([
    ["before anything is counted", []],
    ["once each is counted", counted(["a", "DE"], ["b", "DE"], ["a", "DE"])],
    ["in the order of the first of each", counted(["a", "DE"], ["b", "DE"], ["a", "LV"], ["b", "DE"])],
    ["with values that are empty", counted(["", ""], ["a", ""], ["", "a"])],
    ["with values that must be escaped", counted(['"', "\n"], ["\\", '\\"\n'], ["\\n", "ü"])],
    ["with values that are one another's ends", counted(["a", "b,c"], ["a,b", "c"], ["a:", "b"], ["a", ":b"])],
    ["with values that every object has", counted(["constructor", "__proto__"], ["toString", "1"])],
    ["with labels that come in another order", [{ country: "DE", kind: "a" }, ...counted(["a", "DE"])]],
  ])("%s", async (_, events) => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const count = addCounter(ours, COUNTER);
    const counter = new Counter({ ...COUNTER, registers: [theirs] });
    for (const labels of events) {
      count(labels);
      counter.inc(labels);
    }
    expect(await render(ours)).toBe(await theirs.metrics());
  });
});

describe("a histogram shows what prom-client's own shows", () => {
  it.each<[sentence: string, events: [provider: string, value: number][]]>([
    ["before anything is measured", []],
    ["at, below and above its bounds", [0.1, 0.1001, 0, 1, 5, 5.1, 1e9].map((value) => ["a", value])],
    ["with a sum that no number holds exactly", [0.1, 0.2].map((value) => ["a", value])],
    ["in the order of the first of each", ["b", "a", "b"].map((provider) => [provider, 1])],
    ["with values that must be escaped", ['"', "\n", "\\"].map((provider) => [provider, 1])],
  ])("%s", async (_, events) => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const observe = addHistogram(ours, HISTOGRAM);
    const histogram = new Histogram({ ...HISTOGRAM, registers: [theirs] });
    for (const [provider, value] of events) {
      observe({ provider }, value);
      histogram.observe({ provider }, value);
    }
    expect(await render(ours)).toBe(await theirs.metrics());
  });

  it.each<[sentence: string, values: number[]]>([
    ["without labels from the start on", []],
    ["without labels", [0.5, 7]],
  ])("%s", async (_, values) => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const observe = addHistogram(ours, { ...HISTOGRAM, labelNames: [] });
    const histogram = new Histogram({ ...HISTOGRAM, labelNames: [], registers: [theirs] });
    for (const value of values) {
      observe({}, value);
      histogram.observe(value);
    }
    expect(await render(ours)).toBe(await theirs.metrics());
  });
});

describe("what was counted", () => {
  it("is not counted again by who asks, and goes on from there", async () => {
    const registry = new Registry();
    const count = addCounter(registry, COUNTER);
    const observe = addHistogram(registry, HISTOGRAM);
    const countOnce = () => {
      count({ kind: "a", country: "DE" });
      observe({ provider: "a" }, 1);
    };
    countOnce();
    const first = await render(registry);
    expect(await Promise.all([render(registry), render(registry)])).toEqual([first, first]);
    countOnce();
    expect(await render(registry)).toContain('sent_total{kind="a",country="DE"} 2');
    expect(await render(registry)).toContain('took_seconds_bucket{le="1",provider="a"} 2');
  });

  it("begins at nothing in another registry", async () => {
    addCounter(new Registry(), COUNTER)({ kind: "a", country: "DE" });
    const registry = new Registry();
    addCounter(registry, COUNTER)({ kind: "a", country: "DE" });
    expect(await render(registry)).toContain('sent_total{kind="a",country="DE"} 1');
  });
});

describe("a series", () => {
  it("is one for each combination of values, whatever is in them", () => {
    const { at, all } = createSeries(["from", "to"], () => ({}));
    const first = at({ from: "a,to:b", to: "c" });
    expect(at({ from: "a", to: "b,to:c" })).not.toBe(first);
    expect(at({ to: "c", from: "a,to:b" })).toBe(first);
    expect(all).toHaveLength(2);
  });
});
