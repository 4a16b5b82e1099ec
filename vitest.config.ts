import { defineConfig } from "vitest/config";

const shared = {
  environment: "node",
  restoreMocks: true,
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
} as const;

export default defineConfig({
  test: {
    globalSetup: ["test/setup/system-packages.ts"],
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/faults/**"],
          // One more than two cores: browsers, servers and time-outs are waited for.
          maxWorkers: 3,
          testTimeout: 15_000,
        },
      },
      {
        test: {
          ...shared,
          name: "faults",
          include: ["test/faults/**/*.test.ts"],
          // They wait for time-outs more than they compute.
          maxWorkers: 3,
          // After the others: what they measure belongs to the gateway, not to the machine.
          sequence: { groupOrder: 1 },
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          ...shared,
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          // They, too, wait for programs more than they compute; after the faults, which measure.
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
