/** A share as people write it, such as `12.5 %`. */
export function inPercent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
