import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { startGatewayProcess } from "../helpers/gateway-process.ts";

describe("the README", () => {
  it("shows commands that send a code and await it, as they stand there", async () => {
    const gateway = await startGatewayProcess();
    onTestFinished(async () => void (await gateway.stop()));
    const blocks = [...readFileSync("README.md", "utf8").matchAll(/```sh\n([\s\S]*?)```/g)].map(
      ([, block]) => block ?? "",
    );
    const block = blocks.find((candidate) => candidate.includes("/api/codes/wait")) ?? "";
    const script = block
      .replaceAll("http://127.0.0.1:8026", gateway.inboxUrl)
      .replaceAll("http://127.0.0.1:8080", gateway.gatewayUrl);
    expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toContain('"code":"482913","to":"+4915735990123"');
  });
});
