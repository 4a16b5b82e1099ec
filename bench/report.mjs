/** One line per figure: the median of each contender, and what it comes to beside the goal. */
export function printReport(results) {
  const names = Object.keys(results);
  const median = (name, figure) => {
    const sorted = results[name].map((round) => round[figure]).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  };
  const table = [
    ["", ...names],
    ...FIGURES.map(([label, figure, digits]) => [label, ...names.map((name) => median(name, figure).toFixed(digits))]),
  ];
  const goals = GOALS.filter(({ of }) => of.every((name) => name in results)).map(({ says, of, figure, by, goal }) => {
    const value = medianOf(results[of[0]].map((round, index) => by(round[figure], results[of[1]][index][figure])));
    const isMet = goal.least === undefined ? value <= goal.most : value >= goal.least;
    return [
      isMet ? "ok  " : "MISS",
      says,
      value.toFixed(2),
      goal.least === undefined ? `≤ ${goal.most}` : `≥ ${goal.least}`,
    ];
  });
  const rounds = results[names[0]].length;
  return `\nmedians of ${rounds} rounds\n\n${align(table)}\n\nbeside each other, round by round\n\n${align(goals)}\n`;
}

const FIGURES = [
  ["messages per CPU second", "perCpuSecond", 0],
  ["at 500/s: p50, ms", "p50Ms", 1],
  ["at 500/s: p99, ms", "p99Ms", 1],
  ["messages/s, vendor 50 ms, 512 in flight", "perSecondAt512", 0],
  ["peak memory, MB", "megabytes", 0],
  ["cold start to the first message, ms", "coldStartMs", 0],
];

const ratio = (ours, theirs) => ours / theirs;
const difference = (ours, theirs) => ours - theirs;

const GOALS = [
  {
    says: "capacity per CPU second, of the bare hop's",
    of: ["gateway", "bare"],
    figure: "perCpuSecond",
    by: ratio,
    goal: { least: 0.4 },
  },
  {
    says: "capacity per CPU second, times the afternoon's",
    of: ["gateway", "afternoon"],
    figure: "perCpuSecond",
    by: ratio,
    goal: { least: 2.5 },
  },
  {
    says: "capacity at 50 ms and 512 in flight, of the bare hop's",
    of: ["gateway", "bare"],
    figure: "perSecondAt512",
    by: ratio,
    goal: { least: 0.5 },
  },
  { says: "p99 added at 500/s, ms", of: ["gateway", "bare"], figure: "p99Ms", by: difference, goal: { most: 12 } },
  { says: "peak memory added, MB", of: ["gateway", "bare"], figure: "megabytes", by: difference, goal: { most: 50 } },
  {
    says: "cold start, times the bare hop's",
    of: ["gateway", "bare"],
    figure: "coldStartMs",
    by: ratio,
    goal: { most: 2.5 },
  },
  {
    says: "capacity with Redis, of the one with memory",
    of: ["gateway+redis", "gateway"],
    figure: "perCpuSecond",
    by: ratio,
    goal: { least: 0.7 },
  },
];

function medianOf(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function align(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row.map((cell, column) => (column < 1 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join("  "),
    )
    .join("\n");
}
