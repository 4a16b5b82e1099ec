/** One line per figure: the median of each contender, and what it comes to beside the goal. */
export function printReport(results) {
  const names = Object.keys(results);
  const table = FIGURES.map(([label, figure, digits]) => [
    label,
    ...names.map((name) => medianOf(results[name].map((round) => round[figure])).toFixed(digits)),
  ]);
  const goals = GOALS.filter(([, ...contenders]) => contenders.slice(0, 2).every((name) => name in results));
  const rounds = results[names[0]].length;
  return `
medians of ${rounds} rounds

${align([["", ...names], ...table])}

beside each other, round by round

${align(goals.map((goal) => lineOf(goal, results)))}
`;
}

function lineOf([says, ours, theirs, figure, compare, isMet, goal], results) {
  const value = medianOf(results[ours].map((round, index) => compare(round[figure], results[theirs][index][figure])));
  return [isMet(value, goal) ? "ok  " : "MISS", says, value.toFixed(2), `${isMet === atLeast ? "≥" : "≤"} ${goal}`];
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
const atLeast = (value, goal) => value >= goal;
const atMost = (value, goal) => value <= goal;

/** What is said, whose figure beside whose, how the two compare, and where that shall be. */
const GOALS = [
  ["capacity per CPU second, of the bare hop's", "gateway", "bare", "perCpuSecond", ratio, atLeast, 0.4],
  ["capacity per CPU second, times the afternoon's", "gateway", "afternoon", "perCpuSecond", ratio, atLeast, 2.5],
  ["capacity at 50 ms and 512 in flight, of the bare hop's", "gateway", "bare", "perSecondAt512", ratio, atLeast, 0.5],
  ["p99 added at 500/s, ms", "gateway", "bare", "p99Ms", difference, atMost, 12],
  ["peak memory added, MB", "gateway", "bare", "megabytes", difference, atMost, 50],
  ["cold start, times the bare hop's", "gateway", "bare", "coldStartMs", ratio, atMost, 2.5],
  ["capacity with Redis, of the one with memory", "gateway+redis", "gateway", "perCpuSecond", ratio, atLeast, 0.7],
];

function medianOf(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function align(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row.map((cell, column) => (column < 1 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join("  "),
    )
    .join("\n");
}
