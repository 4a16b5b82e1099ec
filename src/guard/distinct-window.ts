/** How many distinct members each group had within the last `perMs`; in this process's memory, never elsewhere. */
export interface DistinctWindow<Member, Group> {
  /** Counts a member in its group, in which it counts once however often it comes; the group's count. */
  add(member: Member, group: Group, nowMs: number): number;
  /** Whether it came within the window, as of the last `add`. */
  has(member: Member): boolean;
}

/** Members that are kept; beyond, the one that came longest ago is forgotten, so counts can only fall short. */
const MAX_MEMBERS = 32_768;

/** An empty window; a member always belongs to the same group. */
export function createDistinctWindow<Member, Group>(
  perMs: number,
  maxMembers = MAX_MEMBERS,
): DistinctWindow<Member, Group> {
  // Whoever comes again moves to the end, so that the first one is the one to forget.
  const members = new Map<Member, { group: Group; atMs: number }>();
  const counts = new Map<Group, number>();

  function forget(member: Member, group: Group): void {
    const left = (counts.get(group) ?? 0) - 1;
    members.delete(member);
    if (left > 0) counts.set(group, left);
    else counts.delete(group);
  }

  function forgetOld(nowMs: number): void {
    for (const [member, { group, atMs }] of members) {
      if (atMs > nowMs - perMs && members.size <= maxMembers) return;
      forget(member, group);
    }
  }

  return {
    add(member, group, nowMs) {
      const known = members.delete(member);
      members.set(member, { group, atMs: nowMs });
      if (!known) counts.set(group, (counts.get(group) ?? 0) + 1);
      forgetOld(nowMs);
      return counts.get(group) ?? 0;
    },
    has: (member) => members.has(member),
  };
}
