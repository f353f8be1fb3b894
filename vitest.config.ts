import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { packageNames } from "./scripts/package-names.mjs";

/** Tests in the browser that `test/shared-browser.ts` connects to. */
const BROWSER = "test/**/*.browser.test.ts";
/** Files whose tests all take long, or need what few machines have; `npm run test:release` runs them. */
const RELEASE = "{src,test}/**/*.release.test.ts";

/** The library asks the platform for its workers. */
function withCompiledWorkers({ find, replacement }: ReturnType<typeof packageNames>[number]) {
  const isPlatform = find === "#platform" || find === "#task-worker";
  return {
    find,
    replacement: isPlatform
      ? fileURLToPath(new URL("test/compiled-workers.ts", import.meta.url))
      : replacement,
  };
}

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: { alias: packageNames("src", "node").map(withCompiledWorkers) },
  test: {
    // Tests wait for states. How long is to end those that will never pass, and no measure of speed: machines may be busy.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } },
    // Below it a test is not listed by itself: many start processes, which takes a while on a busy machine.
    slowTestThreshold: 10_000,
    setupFiles: ["test/without-colours.ts"],
    pool: "forks",
    maxWorkers: 2,
    // Files share the modules of their process: loading them anew for each would take as long as most tests.
    isolate: false,
    tags: [
      { name: "long", description: "Takes long, in a file of short ones; `npm run test:release` runs it." },
    ],
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          include: ["src/**/*.test.ts", "test/**/*.test.{ts,tsx}"],
          exclude: [BROWSER, RELEASE],
        },
      },
      {
        extends: true,
        test: { name: "browser", include: [BROWSER], globalSetup: ["test/shared-browser-setup.ts"] },
      },
      {
        extends: true,
        test: { name: "release", include: [RELEASE], globalSetup: ["test/shared-browser-setup.ts"] },
      },
    ],
  },
});
