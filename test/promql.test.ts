import { expect, it } from "vitest";
import { evaluatePromql } from "./helpers/promql-value.ts";

const FIRST =
  'a{p="x",k="good"} 10\nb{p="x"} 2\nb{p="y"} 0\nh_bucket{le="1"} 0\nh_bucket{le="2"} 0\nh_bucket{le="+Inf"} 0\n';
const LAST =
  'a{p="x",k="good"} 40\na{p="x",k="bad"} 10\na{p="y",k="good"} 5\nb{p="x"} 2\nb{p="y"} 0\nc 7\n' +
  'h_bucket{le="1"} 50\nh_bucket{le="2"} 100\nh_bucket{le="+Inf"} 100\n';
const SCRAPES = [
  { atMs: 0, text: FIRST },
  { atMs: 10_000, text: LAST },
];

it.each<[expression: string, value: Record<string, number>]>([
  ["c", { "": 7 }],
  ["nobody", {}],
  ["b == 2", { x: 2 }],
  ["c < 7", {}],
  ['a{k="good"}', { "x,good": 40, "y,good": 5 }],
  ['a{k!="good"}', { "x,bad": 10 }],
  ['a{k=~"ba.|worse"}', { "x,bad": 10 }],
  ['a{k!~"b.*"} > 5', { "x,good": 40 }],
  ["rate(a[5m])", { "x,good": 3, "x,bad": 1, "y,good": 0.5 }],
  ['delta(a{k="good"}[5m])', { "x,good": 30, "y,good": 5 }],
  ["sum(rate(a[5m])) > 4", { "": 4.5 }],
  ["sum by (p) (rate(a[5m]))", { x: 4, y: 0.5 }],
  ["max(b)", { "": 2 }],
  ['sum by (p) (rate(a{k="bad"}[5m])) / sum by (p) (rate(a[5m])) > 0.2', { x: 0.25 }],
  ["max by (p) (b) > 0 and on (p) sum by (p) (rate(a[5m])) > 0", { x: 2 }],
  ["sum(b) == 2 and sum(c) > 7", {}],
  ["histogram_quantile(0.5, sum by (le) (rate(h_bucket[5m])))", { "": 1 }],
  ["histogram_quantile(0.75, sum by (le) (rate(h_bucket[5m])))", { "": 1.5 }],
])("%s", (expression, value) => {
  const samples = evaluatePromql(expression, SCRAPES);
  const named = samples.map(({ labels, value }) => [Object.values(labels).join(), value]);
  expect(Object.fromEntries(named)).toEqual(value);
});

it.each(["c c", "sum(c", "c > > 1", "topk(1, c)"])("refuses what it cannot read: %s", (expression) => {
  expect(() => evaluatePromql(expression, SCRAPES)).toThrow();
});
