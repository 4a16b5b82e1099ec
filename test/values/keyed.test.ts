import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKeyed } from "../../src/values/keyed.ts";
import { Secret } from "../../src/values/secret.ts";

describe("a keyed tag", () => {
  it("is the first 128 bits of HMAC-SHA-256, whatever the secret and however long the parts", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.nat(3_000).map((length) => "é".repeat(length)),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 150 }), fc.array(text), (secret, parts) => {
        const hmac = createHmac("sha256", secret).update(
          ["purpose", ...parts].map((part) => `${part.length}:${part}`).join(""),
        );
        expect(createKeyed(new Secret(secret)).tag("purpose", ...parts)).toBe(
          hmac.digest().toString("base64url", 0, 16),
        );
      }),
    );
  });

  it("stays the same when others are made in between", () => {
    const keyed = createKeyed(new Secret("a secret for tests"));
    const first = keyed.tag("number", "+4915735990123");
    keyed.tag("number", "x".repeat(5_000));
    expect(keyed.tag("number", "+4915735990123")).toBe(first);
  });
});

describe("a keyed fraction", () => {
  it("is made of the first 48 bits", () => {
    const keyed = createKeyed(new Secret("a secret for tests"));
    const bits = createHmac("sha256", "a secret for tests").update("5:share1:a").digest().readUIntBE(0, 6);
    expect(keyed.fraction("share", "a")).toBe((bits + 0.5) / 2 ** 48);
  });
});
