import { expect, it } from "vitest";
import { append, emptyLine, type InLine, unlink } from "../../src/values/line.ts";

interface Member extends InLine<Member> {
  name: string;
}

it("a line lets go of whoever leaves, and they of their neighbours", () => {
  const line = emptyLine<Member>();
  const [a, b, c] = ["a", "b", "c"].map((name): Member => ({ name, before: undefined, after: undefined }));
  if (!a || !b || !c) throw new Error("three are needed");
  for (const member of [a, b, c]) append(line, member);
  unlink(line, b);
  expect(line).toMatchObject({ size: 2, first: a, last: c });
  expect([a.after, c.before, b.before, b.after]).toEqual([c, a, undefined, undefined]);
});
