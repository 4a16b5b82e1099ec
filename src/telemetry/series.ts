/** The values of a metric's labels by their names. */
export type Labels<Name extends string> = Readonly<Record<Name, string>>;

/** What is counted for each combination of label values. */
export interface Series<Name extends string, Figures> {
  /** The figures of these labels, begun if they are new. */
  at(labels: Labels<Name>): Figures;
  /** In the order in which they were begun. */
  all: readonly { labels: Labels<Name>; figures: Figures }[];
}

/** One label value after the other leads to the figures: joining them to one key costs more than all else about a count. */
interface Branch<Figures> {
  figures?: Figures;
  next: Map<string, Branch<Figures>>;
}

/** A series for each combination of label values, which must be bounded: none ever ends. */
export function createSeries<Name extends string, Figures>(
  labelNames: readonly Name[],
  begin: () => Figures,
): Series<Name, Figures> {
  const all: { labels: Labels<Name>; figures: Figures }[] = [];
  const root: Branch<Figures> = { next: new Map() };
  return {
    all,
    at(labels) {
      let branch = root;
      for (const name of labelNames) branch = follow(branch, labels[name]);
      if (branch.figures === undefined) {
        branch.figures = begin();
        all.push({ labels, figures: branch.figures });
      }
      return branch.figures;
    },
  };
}

function follow<Figures>({ next }: Branch<Figures>, value: string): Branch<Figures> {
  const known = next.get(value);
  if (known) return known;
  const branch: Branch<Figures> = { next: new Map() };
  next.set(value, branch);
  return branch;
}
