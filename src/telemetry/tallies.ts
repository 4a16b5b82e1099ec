import { AggregatorRegistry, Counter, Histogram, type Registry } from "prom-client";
import { createSeries, type Labels } from "./series.ts";

// What every message counts is counted here and handed to prom-client when somebody asks for it:
// prom-client checks and joins the labels at each call.

interface Description<Name extends string> {
  name: string;
  help: string;
  labelNames: readonly Name[];
}

/** A counter; returns what adds one to it. */
export function addCounter<Name extends string>(
  registry: Registry,
  description: Description<Name>,
): (labels: Labels<Name>) => void {
  const series = createSeries(description.labelNames, () => ({ count: 0 }));
  new Counter({
    ...description,
    registers: [registry],
    collect() {
      // The counts are from the start on, and so were those of the last time.
      this.reset();
      for (const { labels, figures } of series.all) this.inc(labels, figures.count);
    },
  });
  return (labels) => {
    series.at(labels).count += 1;
  };
}

/** How many values are at most each bound but above the one before it, and what all of them add up to. */
interface Spread {
  buckets: { bound: number; count: number }[];
  sum: number;
}

/** A histogram, which only `render` shows; returns what adds a value to it. */
export function addHistogram<Name extends string>(
  registry: Registry,
  { buckets, ...description }: Description<Name> & { buckets: readonly number[] },
): (labels: Labels<Name>, value: number) => void {
  const series = createSeries<Name, Spread>(description.labelNames, () => ({
    buckets: [...buckets, Infinity].map((bound) => ({ bound, count: 0 })),
    sum: 0,
  }));
  class TalliedHistogram extends Histogram<Name> {
    override async get() {
      const own = await super.get();
      const values = series.all.flatMap(({ labels, figures }) => samplesOf(own.name, labels, figures));
      // One without labels is shown before its first value, too.
      return values.length === 0 ? own : { ...own, values };
    }
  }
  new TalliedHistogram({ ...description, buckets: [...buckets], registers: [registry] });
  return (labels, value) => {
    const spread = series.at(labels);
    const bucket = spread.buckets.find(({ bound }) => value <= bound);
    if (bucket) bucket.count += 1;
    spread.sum += value;
  };
}

function samplesOf<Name extends string>(name: string, labels: Labels<Name>, { buckets, sum }: Spread) {
  let count = 0;
  const upToEach = buckets.map((bucket) => {
    count += bucket.count;
    const le = bucket.bound === Infinity ? "+Inf" : bucket.bound;
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
  });
  return [
    ...upToEach,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

/** All metrics in the text format. */
export async function render(registry: Registry): Promise<string> {
  // Aggregated though it is but one registry: its own text is made of a histogram's insides, this one of what `get` says.
  // A metric that is to be omitted from aggregates, as some of prom-client's defaults are, would not be shown.
  return AggregatorRegistry.aggregate([await registry.getMetricsAsJSON()]).metrics();
}
