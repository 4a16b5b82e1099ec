/** What `/metrics` said at a moment. */
export interface Scrape {
  atMs: number;
  text: string;
}

/** One sample of a vector; a plain number has no labels. */
export interface Sample {
  labels: Record<string, string>;
  value: number;
}

/**
 * The value of an expression at the last scrape, for as much of PromQL as our alerts need. Ranges are all scrapes: rates
 * are per second between the first and the last, and a series that is not in the first began with zero.
 */
export function evaluatePromql(expression: string, scrapes: readonly Scrape[]): Sample[] {
  const tokens = expression.match(/"[^"]*"|[a-z_]\w*|[\d.]+[smhd]?|=~|!~|!=|==|[-+*/<>=(){}[\],]/gi) ?? [];
  const parser = createParser(tokens, scrapes);
  const value = parser.both();
  if (tokens.length > 0) throw new Error(`cannot read on at ${tokens.join(" ")}`);
  return value;
}

const COMPARISONS: Record<string, (a: number, b: number) => boolean> = {
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  "==": (a, b) => a === b,
};

const SUMS: Record<string, (values: number[]) => number> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
};

function createParser(tokens: string[], scrapes: readonly Scrape[]) {
  const take = (expected?: string): string => {
    const token = tokens.shift() ?? "";
    if (expected !== undefined && token !== expected) throw new Error(`${expected} instead of ${token}`);
    return token;
  };
  const takeIf = (token: string): boolean => tokens[0] === token && take() === token;

  function names(): string[] {
    const found: string[] = [];
    take("(");
    while (!takeIf(")")) if (!takeIf(",")) found.push(take());
    return found;
  }

  function both(): Sample[] {
    let left = compared();
    while (takeIf("and")) {
      const on = takeIf("on") ? names() : undefined;
      const right = compared().map(({ labels }) => keyOf(labels, on));
      left = left.filter(({ labels }) => right.includes(keyOf(labels, on)));
    }
    return left;
  }

  function compared(): Sample[] {
    const left = divided();
    const compare = COMPARISONS[tokens[0] ?? ""];
    if (!compare) return left;
    take();
    const bound = divided()[0]?.value ?? Number.NaN;
    return left.filter(({ value }) => compare(value, bound));
  }

  function divided(): Sample[] {
    let left = single();
    while (takeIf("/")) {
      const right = single();
      left = left.flatMap(({ labels, value }) => {
        const other = right.find((sample) => keyOf(sample.labels) === keyOf(labels));
        return other ? [{ labels, value: value / other.value }] : [];
      });
    }
    return left;
  }

  function single(): Sample[] {
    if (takeIf("(")) return closing(both());
    const word = take();
    if (/^\d/.test(word)) return [{ labels: {}, value: Number(word) }];
    const combine = SUMS[word];
    if (combine) return aggregated(combine);
    if (word === "rate" || word === "delta") return change(word === "rate");
    if (word === "histogram_quantile") {
      take("(");
      const rank = Number(take());
      take(",");
      return closing(quantiles(rank, both()));
    }
    return selected(word)(scrapes.at(-1));
  }

  function closing(samples: Sample[]): Sample[] {
    take(")");
    return samples;
  }

  function aggregated(combine: (values: number[]) => number): Sample[] {
    const by = takeIf("by") ? names() : [];
    take("(");
    return groupBy(closing(both()), by).map((samples) => ({
      labels: only(samples[0]?.labels ?? {}, by),
      value: combine(samples.map(({ value }) => value)),
    }));
  }

  function change(perSecond: boolean): Sample[] {
    take("(");
    const select = selected(take());
    take("[");
    while (!takeIf("]")) take();
    take(")");
    const [first, last] = [scrapes[0], scrapes.at(-1)];
    const seconds = perSecond ? ((last?.atMs ?? 0) - (first?.atMs ?? 0)) / 1_000 : 1;
    const before = new Map(select(first).map(({ labels, value }) => [keyOf(labels), value]));
    return select(last).map(({ labels, value }) => ({
      labels,
      value: (value - (before.get(keyOf(labels)) ?? 0)) / seconds,
    }));
  }

  function selected(name: string): (scrape: Scrape | undefined) => Sample[] {
    const fits: ((labels: Record<string, string>) => boolean)[] = [];
    if (takeIf("{")) {
      while (!takeIf("}")) {
        if (takeIf(",")) continue;
        const [label, operator, wanted] = [take(), take(), take().slice(1, -1)];
        const pattern = new RegExp(`^(?:${wanted})$`);
        const matches = (value: string) => (operator.includes("~") ? pattern.test(value) : value === wanted);
        fits.push((labels) => matches(labels[label] ?? "") === operator.startsWith("="));
      }
    }
    return (scrape) =>
      readSamples(scrape?.text ?? "", name).filter(({ labels }) => fits.every((matches) => matches(labels)));
  }

  return { both };
}

/** Linear between the bounds of the bucket in which the rank lies, as Prometheus has it. */
function quantiles(rank: number, buckets: Sample[]): Sample[] {
  const others = [...new Set(buckets.flatMap(({ labels }) => Object.keys(labels)))].filter((label) => label !== "le");
  return groupBy(buckets, others).flatMap((samples) => {
    const steps = samples
      .map(({ labels, value }) => ({ bound: labels["le"] === "+Inf" ? Infinity : Number(labels["le"]), value }))
      .sort((a, b) => a.bound - b.bound);
    const wanted = rank * (steps.at(-1)?.value ?? 0);
    const at = steps.findIndex(({ value }) => value >= wanted);
    const [below, step] = [steps[at - 1] ?? { bound: 0, value: 0 }, steps[at]];
    if (!step || wanted === 0) return [];
    const share = (wanted - below.value) / (step.value - below.value);
    const value = step.bound === Infinity ? below.bound : below.bound + (step.bound - below.bound) * share;
    return [{ labels: only(samples[0]?.labels ?? {}, others), value }];
  });
}

function readSamples(text: string, name: string): Sample[] {
  const lines = text.matchAll(new RegExp(`^${name}(?:\\{([^}]*)\\})? (\\S+)$`, "gm"));
  return [...lines].map(([, labels = "", value]) => ({
    labels: Object.fromEntries(
      [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = "", word = ""]) => [label, word]),
    ),
    value: Number(value),
  }));
}

function groupBy(samples: Sample[], names: string[]): Sample[][] {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = keyOf(sample.labels, names);
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  return [...groups.values()];
}

function only(labels: Record<string, string>, names: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
}

function keyOf(labels: Record<string, string>, names = Object.keys(labels)): string {
  return JSON.stringify(Object.entries(only(labels, names)).sort());
}
