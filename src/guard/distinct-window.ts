import { append, emptyLine, type InLine, unlink } from "../values/line.ts";

/** How many distinct members each group had within the last `perMs`; in this process's memory, never elsewhere. */
export interface DistinctWindow<Member, Group> {
  /** Counts a member in its group, in which it counts once however often it comes; the group's count. */
  add(member: Member, group: Group, nowMs: number): number;
  /** Whether it came within the window, as of the last `add`. */
  has(member: Member): boolean;
}

/** Members that are kept; beyond, the one that came longest ago is forgotten, so counts can only fall short. */
const MAX_MEMBERS = 32_768;

/** A member's last coming, in the line of these. */
interface Seen<Member, Group> extends InLine<Seen<Member, Group>> {
  member: Member;
  group: Group;
  atMs: number;
}

/**
 * An empty window, in constant time for each member; a member always belongs to the same group.
 * The line is its own: to find the first key of a map, an engine walks over all that were deleted before it.
 */
export function createDistinctWindow<Member, Group>(
  perMs: number,
  maxMembers = MAX_MEMBERS,
): DistinctWindow<Member, Group> {
  const members = new Map<Member, Seen<Member, Group>>();
  const counts = new Map<Group, number>();
  const line = emptyLine<Seen<Member, Group>>();

  function forget(seen: Seen<Member, Group>): void {
    unlink(line, seen);
    members.delete(seen.member);
    const left = (counts.get(seen.group) ?? 0) - 1;
    if (left > 0) counts.set(seen.group, left);
    else counts.delete(seen.group);
  }

  function first(member: Member, group: Group, atMs: number): Seen<Member, Group> {
    const seen = { member, group, atMs, before: undefined, after: undefined };
    members.set(member, seen);
    counts.set(group, (counts.get(group) ?? 0) + 1);
    return seen;
  }

  return {
    add(member, group, nowMs) {
      const known = members.get(member);
      if (known) unlink(line, known);
      const seen = known ?? first(member, group, nowMs);
      seen.atMs = nowMs;
      append(line, seen);
      while (line.first && (line.first.atMs <= nowMs - perMs || members.size > maxMembers)) forget(line.first);
      return counts.get(group) ?? 0;
    },
    has: (member) => members.has(member),
  };
}
