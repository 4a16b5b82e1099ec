import { isIP } from "node:net";
import { type Fields, field } from "./fields.ts";

/**
 * The address of the person's browser from the header that the operator named; of a list the last one, which the nearest
 * proxy wrote, since the browser itself may have sent the others. Of IPv6 the /64, which is what one household has.
 */
export function readClientIp(headers: Fields, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const key = Object.keys(headers).find((header) => header.toLowerCase() === name.toLowerCase());
  const value = key === undefined ? undefined : [field(headers, key)].flat().at(-1);
  const address = typeof value === "string" ? (value.split(",").at(-1)?.trim() ?? "") : "";
  if (isIP(address) === 4) return address;
  return isIP(address) === 6 ? `${prefixOf(address)}::/64` : undefined;
}

function prefixOf(address: string): string {
  const [head = "", tail] = address.toLowerCase().split("%")[0]?.split("::") ?? [];
  const groups = (part: string) => part.split(":").filter(Boolean);
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(Math.max(0, missing)).fill("0"), ...groups(tail ?? "")];
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
