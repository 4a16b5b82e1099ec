/** A point of the sequence; a list's cursor also knows how far back the list went. */
export interface Cursor {
  /** What `since` compares. */
  now: number;
  /** What `before` compares. */
  page: number;
}

/** The opaque spelling of a cursor. */
export function formatCursor(now: number, page = now): string {
  return page === now ? String(now) : `${now}-${page}`;
}

/** Reads a cursor; undefined for what is none. */
export function parseCursor(text: string): Cursor | undefined {
  const [, now, page] = /^(\d{1,16})(?:-(\d{1,16}))?$/.exec(text) ?? [];
  return now === undefined ? undefined : { now: Number(now), page: Number(page ?? now) };
}
