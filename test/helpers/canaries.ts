/** What must never be seen outside: one-time codes, and anything longer (numbers, texts, keys). */
export interface Canaries {
  codes: string[];
  secrets: string[];
}

/** Which canaries an output holds, plain, URL-encoded, in base64 or reversed; each with its disguise. */
export function findCanaries(output: string, { codes, secrets }: Canaries): string[] {
  // Six digits inside of an identifier or behind a decimal point are chance.
  const tokens = new Set(output.match(/(?<![0-9A-Za-z.])\d{6}(?![0-9A-Za-z])/g));
  const shortHits = codes.flatMap((code) => [
    ...(tokens.has(code) ? [`${code} plain`] : []),
    ...(tokens.has(reverse(code)) ? [`${code} reversed`] : []),
    ...(output.includes(Buffer.from(code).toString("base64")) ? [`${code} in base64`] : []),
  ]);
  const lower = output.toLowerCase();
  const longHits = secrets.flatMap((secret) =>
    Object.entries(disguises(secret)).flatMap(([disguise, needles]) =>
      needles.some((needle) => output.includes(needle) || lower.includes(needle.toLowerCase()))
        ? [`${secret} ${disguise}`]
        : [],
    ),
  );
  return [...shortHits, ...longHits];
}

function disguises(secret: string): Record<string, string[]> {
  return {
    plain: [secret],
    "URL-encoded": [encodeURIComponent(secret), encodeURIComponent(secret).replaceAll("%20", "+")],
    reversed: [reverse(secret)],
    "in base64": base64At(secret).flatMap((text) => [text, text.replaceAll("+", "-").replaceAll("/", "_")]),
    "in hexadecimal": [Buffer.from(secret).toString("hex")],
  };
}

/** Base64 of the secret wherever it begins in a longer text: without the characters that its neighbours share. */
function base64At(secret: string): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.from("\0".repeat(shift) + secret)
      .toString("base64")
      .replaceAll("=", "");
    return encoded.slice(shift === 0 ? 0 : shift + 1, -2);
  });
}

function reverse(text: string): string {
  return [...text].reverse().join("");
}
