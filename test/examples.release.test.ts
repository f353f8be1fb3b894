// The example that learns from data which no clone has, to the accuracy that its first line promises.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { build } from "./cli/command.ts";
import { required } from "./required.ts";
import { runExample } from "./run-example.ts";

const names = fileURLToPath(new URL("../../shared/data/names-by-language", import.meta.url));

beforeAll(build);

test.runIf(required(existsSync(names), names))(
  "names: at least 0.78 of the held-out surnames are given the right language",
  async () => {
    const output = await runExample("names.ts", [names]);
    const [, percent, count] = /^([\d.]+) % of (\d+) held-out names\n$/.exec(output)!;
    expect(Number(count)).toBeGreaterThan(2000);
    expect(Number(percent)).toBeGreaterThanOrEqual(78);
  },
);
