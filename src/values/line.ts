/** A member of a line, which knows its neighbours there. */
export interface InLine<Member> {
  before: Member | undefined;
  after: Member | undefined;
}

/** A queue that each member may leave from wherever it stands, in constant time. */
export interface Line<Member> {
  size: number;
  first: Member | undefined;
  last: Member | undefined;
}

/** A line that nobody stands in. */
export function emptyLine<Member>(): Line<Member> {
  return { size: 0, first: undefined, last: undefined };
}

/** Puts a member that stands in no line at the end of this one. */
export function append<Member extends InLine<Member>>(line: Line<Member>, member: Member): void {
  member.before = line.last;
  member.after = undefined;
  if (line.last) line.last.after = member;
  else line.first = member;
  line.last = member;
  line.size += 1;
}

/** Takes a member out of the line in which it stands; it keeps no neighbour, who would live as long as it does. */
export function unlink<Member extends InLine<Member>>(line: Line<Member>, member: Member): void {
  const { before, after } = member;
  member.before = undefined;
  member.after = undefined;
  if (before) before.after = after;
  else line.first = after;
  if (after) after.before = before;
  else line.last = before;
  line.size -= 1;
}
