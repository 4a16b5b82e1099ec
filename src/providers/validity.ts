/** How many whole seconds a text stays useful, within what the vendor takes; undefined when it never expires. */
export function validitySeconds(
  expiresAt: number | undefined,
  wallMs: number,
  range: { min: number; max: number },
): number | undefined {
  if (expiresAt === undefined) return undefined;
  return Math.min(range.max, Math.max(range.min, Math.floor((expiresAt - wallMs) / 1_000)));
}
