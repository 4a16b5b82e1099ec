import { domainToASCII } from "node:url";

/** What is wrong with the host of an autofill line. */
export interface HostProblem {
  /** `advice`: some browsers understand it all the same. */
  level: "error" | "advice";
  says: string;
}

/** What hosts are written like that browsers do not understand; the first that fits is the problem. */
const PROBLEMS: readonly (HostProblem & { fits(host: string): boolean })[] = [
  {
    level: "error",
    says: "No host stands behind the @; Kratos writes it so when it does not know its own domain.",
    fits: (host) => host === "",
  },
  {
    level: "error",
    says: "A scheme stands before the host; it is always https and never written.",
    fits: (host) => /^[a-z][a-z\d+.-]*:\/\//i.test(host),
  },
  {
    level: "error",
    says: "No space stands between host and code, so that the code is read as part of the host.",
    fits: (host) => host.includes("#"),
  },
  { level: "error", says: "A path stands behind the host.", fits: (host) => /[/?\\]/.test(host) },
  { level: "error", says: "A port stands behind the host.", fits: (host) => /:\d*$/.test(host) },
  {
    level: "error",
    says: "The host has letters outside ASCII; browsers know it by its xn-- form.",
    fits: (host) => /[^\0-\x7f]/.test(host),
  },
  {
    level: "error",
    says: "What stands behind the @ is no host name.",
    fits: (host) => !/^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/i.test(host),
  },
  {
    level: "advice",
    says: "Some browsers compare the host letter by letter, and know it in lower case.",
    fits: hasCapitals,
  },
];

/** What is wrong with the host itself; undefined for a proper one. */
export function findHostProblem(host: string): HostProblem | undefined {
  const problem = PROBLEMS.find(({ fits }) => fits(host));
  return problem && { level: problem.level, says: problem.says };
}

function hasCapitals(host: string): boolean {
  return host !== host.toLowerCase();
}

/** The host as it should have been written, as far as that can be told; otherwise empty. */
export function properHost(host: string): string {
  const [, bare = ""] = /^(?:[a-z][a-z\d+.-]*:\/\/)?([^/?#\\:]*)/i.exec(host) ?? [];
  const proper = domainToASCII(bare.replace(/\.+$/, ""));
  return findHostProblem(proper) ? "" : proper;
}

/** Whether a host names the machine that asks: no phone finds anything there. */
export function isLocal(host: string): boolean {
  return /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+)$/.test(host);
}

/** Whether a host is a number; certificates, and so autofill, are for names. */
export function isAddress(host: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

/** How a browser at `page` takes a code for `host`; of what is a site it is guessed by the last two labels. */
export function compareHosts(host: string, page: string): "same" | "same-site" | "other" {
  if (host === page) return "same";
  if (isAddress(host) || isAddress(page)) return "other";
  return siteOf(host) === siteOf(page) ? "same-site" : "other";
}

function siteOf(host: string): string {
  return host.split(".").slice(-2).join(".");
}
