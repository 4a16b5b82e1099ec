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

  Playwright: ({ to }) => `// test = base.extend(inboxFixtures) of kratos-sms-gateway/playwright
test("logs in", async ({ page, newPhone }) => {
  const phone = await newPhone("${to}");
  await page.getByRole("button", { name: "Send code" }).click();
  await page.getByLabel("Code").fill(await phone.code());
});`,

  Cypress: ({ to }) => `// with the tasks and commands of kratos-sms-gateway/cypress
cy.smsPhone("${to}").then((number) => {
  cy.contains("Send code").click();
  cy.smsCode(number).then((code) => cy.get("#code").type(code));
});`,

  "the command line": ({ to }) => `code=$(npx kratos-sms-gateway wait --to ${to} --timeout 20)`,
};

function waitUrl({ inboxUrl, to, template }: SnippetFacts): string {
  const query = new URLSearchParams({ to, template, timeout: "20s" });
  // A quote would end the string that the address stands in.
  return `${inboxUrl}/api/codes/wait?${String(query).replaceAll("'", "%27")}`;
}
