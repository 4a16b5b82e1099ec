import type { Configuration } from "../../../src/config/configuration.ts";
import { costOf } from "./bounds.ts";
import type { Ending } from "./play.ts";
import type { Who } from "./traffic.ts";

const PANELS: [who: Who, title: string, story: string][] = [
  ["block", "Attack: neighbouring numbers", "one rented range, dialled up in 20 minutes"],
  ["slow", "Attack: slowly, everywhere", "a number every few minutes in each of 50 countries"],
  ["honest", "People logging in", "with second and third codes asked for"],
];

const WIDTH = 960;
const PLOT = { left: 64, width: 600, height: 110 };
const FIRST_TOP = 118;
const PANEL_HEIGHT = 178;
const HEIGHT = FIRST_TOP + PANELS.length * PANEL_HEIGHT - 28;
const SIDE = PLOT.left + PLOT.width + 32;
const HOUR_MS = 3_600_000;
const BARS = 48;
const BAR_MS = (24 * HOUR_MS) / BARS;
/** What is there is seen, however little it is. */
const LEAST_HEIGHT = 2;

const STYLE = `
  .ground { fill: #ffffff } .ink { fill: #1b1f24 } .faint { fill: #57606a } .line { stroke: #d0d7de }
  .sent { fill: #0969da } .stripe { stroke: #bc4c00 } .band { fill: #fff1e5 }
  text { font: 13px system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif }
  .title { font-size: 22px; font-weight: 600 } .heading { font-size: 15px; font-weight: 600 } .figure { font-size: 24px; font-weight: 600 }
  .end { text-anchor: end } .middle { text-anchor: middle }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } .ink { fill: #e6edf3 } .faint { fill: #9da7b3 } .line { stroke: #30363d }
    .sent { fill: #58a6ff } .stripe { stroke: #f0883e } .band { fill: #3a2112 }
  }`;

/** One day of requests as an SVG: who asked, what was sent and what was stopped; the same for the same day. */
export function drawDay(configuration: Configuration, endings: readonly Ending[]): string {
  const panels = PANELS.map(([who, title, story], index) => {
    const own = endings.filter((ending) => ending.who === who);
    return panel(FIRST_TOP + index * PANEL_HEIGHT, title, story, own, configuration);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title desc">
<title id="title">One day of SMS pumping against the recommended limits</title>
<desc id="desc">Three bar charts over 24 hours. ${PANELS.map(([who, title]) => sentence(who, title, endings)).join(" ")}</desc>
<style>${STYLE}
</style>
<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="band" width="6" height="6"/><line class="stripe" y2="6" stroke-width="4"/></pattern></defs>
<rect class="ground" width="${WIDTH}" height="${HEIGHT}"/>
<text class="title ink" x="24" y="38">One day of SMS pumping</text>
<text class="faint" x="24" y="60">Messages that the sign-up form asked for, per half hour. Each chart has its own scale.</text>
<rect class="sent" x="${SIDE}" y="26" width="14" height="14"/><text class="ink" x="${SIDE + 22}" y="38">sent</text>
<rect fill="url(#stripes)" x="${SIDE}" y="48" width="14" height="14"/><text class="ink" x="${SIDE + 22}" y="60">suppressed by a limit</text>
${panels.join("\n")}
</svg>
`;
}

function panel(
  top: number,
  title: string,
  story: string,
  endings: readonly Ending[],
  configuration: Configuration,
): string {
  const bars = barsOf(endings);
  const most = roundUp(Math.max(...bars.map(({ sent, stopped }) => sent + stopped)));
  const base = top + PLOT.height;
  const right = PLOT.left + PLOT.width;
  const hours = [0, 4, 8, 12, 16, 20, 24].map((hour) => {
    const label = `${String(hour).padStart(2, "0")}:00`;
    return `<text class="faint middle" x="${PLOT.left + (hour / 24) * PLOT.width}" y="${base + 18}">${label}</text>`;
  });
  const levels = [most, most / 2, 0].map((level) => {
    const y = base - (level / most) * PLOT.height;
    const label = `<text class="faint end" x="${PLOT.left - 8}" y="${y + 4}">${grouped(level)}</text>`;
    return `<line class="line" x1="${PLOT.left}" x2="${right}" y1="${y}" y2="${y}"/>${label}`;
  });
  return [
    `<text class="heading ink" x="24" y="${top - 18}">${title}<tspan class="faint" font-size="13" font-weight="400" dx="10">${story}</tspan></text>`,
    ...levels,
    ...bars.flatMap((bar, index) => drawBar(bar, index, base, PLOT.height / most)),
    ...hours,
    ...figures(top, endings, configuration),
  ].join("\n");
}

interface Bar {
  sent: number;
  stopped: number;
}

function barsOf(endings: readonly Ending[]): Bar[] {
  const bars = Array.from({ length: BARS }, () => ({ sent: 0, stopped: 0 }));
  for (const { atMs, outcome } of endings) {
    const bar = bars[Math.floor(atMs / BAR_MS)];
    if (bar) bar[outcome === "sent" ? "sent" : "stopped"] += 1;
  }
  return bars;
}

function drawBar({ sent, stopped }: Bar, index: number, base: number, scale: number): string[] {
  const step = PLOT.width / BARS;
  const [x, width] = [round(PLOT.left + index * step + 1), round(step - 2)];
  const heightOf = (count: number) => (count === 0 ? 0 : round(Math.max(LEAST_HEIGHT, count * scale)));
  const sentHeight = heightOf(sent);
  const stoppedHeight = stopped === 0 ? 0 : round(Math.max(LEAST_HEIGHT, (sent + stopped) * scale - sentHeight));
  const rectangle = (paint: string, y: number, height: number) =>
    height === 0 ? [] : [`<rect ${paint} x="${x}" y="${round(y)}" width="${width}" height="${height}"/>`];
  return [
    ...rectangle('fill="url(#stripes)"', base - sentHeight - stoppedHeight, stoppedHeight),
    ...rectangle('class="sent"', base - sentHeight, sentHeight),
  ];
}

function figures(top: number, endings: readonly Ending[], configuration: Configuration): string[] {
  const sent = endings.filter(({ outcome }) => outcome === "sent").length;
  const asked = endings.map((ending): Ending => ({ ...ending, outcome: "sent" }));
  const money = [costOf(configuration, endings), costOf(configuration, asked)].map(
    (sum) => `$${grouped(Math.round(sum))}`,
  );
  return [
    `<text class="figure ink" x="${SIDE}" y="${top + 24}">${grouped(sent)} sent</text>`,
    `<text class="ink" x="${SIDE}" y="${top + 48}">of ${grouped(endings.length)} asked for (${share(sent, endings.length)})</text>`,
    `<text class="ink" x="${SIDE}" y="${top + 68}">${grouped(endings.length - sent)} suppressed</text>`,
    `<text class="ink" x="${SIDE}" y="${top + 88}">${money[0]} spent; ${money[1]} without limits</text>`,
  ];
}

function sentence(who: Who, title: string, endings: readonly Ending[]): string {
  const own = endings.filter((ending) => ending.who === who);
  const sent = own.filter(({ outcome }) => outcome === "sent").length;
  return `${title}: ${grouped(own.length)} messages asked for, ${grouped(sent)} sent, ${grouped(own.length - sent)} suppressed.`;
}

function share(part: number, whole: number): string {
  return `${((part / whole) * 100).toFixed(1)} %`;
}

/** Thousands apart, by our own hand: the same under every locale. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

function round(length: number): number {
  return Math.round(length * 100) / 100;
}

/** The next of 1, 2, 4, 6, 8 and their tens. */
function roundUp(count: number): number {
  const ten = 10 ** Math.floor(Math.log10(count));
  return ten * ([1, 2, 4, 6, 8].find((step) => step * ten >= count) ?? 10);
}
