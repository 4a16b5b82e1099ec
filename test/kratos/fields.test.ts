import { expect, test } from "vitest";
import { field, fieldsAt, isFields, textAt } from "../../src/kratos/fields.ts";

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "%s is no field unless the JSON holds it",
  (name) => {
    expect(field({}, name)).toBeUndefined();
    expect(fieldsAt({}, name)).toBeUndefined();
    expect(field(JSON.parse(`{"${name}": "own"}`), name)).toBe("own");
  },
);

test("an inherited field is none", () => {
  expect(field(Object.create({ recipient: "+4917667111638" }), "recipient")).toBeUndefined();
});

test("null, a list and text are no objects; a number and nothing are no text", () => {
  const fields = { none: null, list: [], text: "a", empty: "", number: 7, object: {} };
  expect(Object.keys(fields).filter((name) => fieldsAt(fields, name))).toEqual(["object"]);
  expect(Object.keys(fields).filter((name) => textAt(fields, name))).toEqual(["text"]);
  expect([null, [], "a", 7, undefined].some(isFields)).toBe(false);
});
