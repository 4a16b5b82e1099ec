/** What the examples are about. */
export interface SnippetFacts {
  to: string;
  template: string;
  inboxUrl: string;
}

/** How tests get this number's next code, by tool. */
export function codeSnippets(facts: SnippetFacts): { tool: string; code: string }[] {
  return Object.entries(WRITERS).map(([tool, write]) => ({ tool, code: write(facts) }));
}

const WRITERS: Record<string, (facts: SnippetFacts) => string> = {
  curl: (facts) => `# before the action
cursor=$(curl -s ${facts.inboxUrl}/api/cursor | grep -o '[0-9-]*')
# after it: 200 with the code, or 204 when none came in time
curl '${waitUrl(facts)}&since='"$cursor"`,

  Playwright: (facts) => `const { cursor } = await (await request.get("${facts.inboxUrl}/api/cursor")).json();
await page.getByRole("button", { name: "Send code" }).click();
const answer = await request.get("${waitUrl(facts)}&since=" + cursor);
expect(answer.status()).toBe(200);
await page.getByLabel("Code").fill((await answer.json()).code);`,

  Cypress: (facts) => `cy.request("${facts.inboxUrl}/api/cursor").then(({ body: { cursor } }) => {
  cy.contains("button", "Send code").click();
  cy.request("${waitUrl(facts)}&since=" + cursor).then(({ body }) => {
    cy.get("input[name=code]").type(body.code);
  });
});`,

  "Command line": ({ to }) => `code=$(npx kratos-sms-gateway wait --to ${to} --timeout 20s)`,
};

function waitUrl({ inboxUrl, to, template }: SnippetFacts): string {
  const query = new URLSearchParams({ to, template, timeout: "20s" });
  // A quote would end the string that the address stands in.
  return `${inboxUrl}/api/codes/wait?${String(query).replaceAll("'", "%27")}`;
}
