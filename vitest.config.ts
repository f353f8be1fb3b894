import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: {
    alias: {
      "#platform": source("platform/node.ts"),
      "unrolled/inspect": source("inspect/index.ts"),
      unrolled: source("index.ts"),
    },
  },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.{ts,tsx}"],
    testTimeout: 60_000,
    // Below it a test is not listed by itself: many start processes, which takes a while on a busy machine.
    slowTestThreshold: 10_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
