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
    const [, accuracy] = / accuracy ([\d.]+) {2}f1 [\d.]+\n$/.exec(output)!;
    expect(Number(accuracy)).toBeGreaterThanOrEqual(0.78);
  },
);

const data = fileURLToPath(new URL("../../shared/data/", import.meta.url));
const onData = (path: string) => test.runIf(required(existsSync(data + path), data + path));

onData("names-by-language")("conditioned names: each language has names of its own", async () => {
  const output = await runExample("conditioned-names.ts", [`${data}names-by-language`]);
  const [, nats, without] = /^([\d.]+) nats a letter, ([\d.]+) without the language$/m.exec(output)!;
  expect(Number(nats)).toBeLessThan(Number(without) - 0.1);
  expect(output.trimEnd().split("\n")).toHaveLength(1 + 18);
});

onData("sst2")("sentiment: at least 0.76 of the test sentences are told apart", async () => {
  const output = await runExample("sentiment.ts", [`${data}sst2`, "_binary_sent.csv", "12"]);
  const [, percent] = /test: ([\d.]+) % of 1821 sentences\n$/.exec(output)!;
  expect(Number(percent)).toBeGreaterThanOrEqual(76);
});

onData("jsb-chorales")(
  "chorales: below 9.2 nats a frame, near what the literature has of an LSTM",
  async () => {
    const output = await runExample("chorales.ts", [`${data}jsb-chorales/jsb-chorales-quarter.json`, "60"]);
    const [, nats] = /test: ([\d.]+) nats a frame\n$/.exec(output)!;
    expect(Number(nats)).toBeLessThan(9.2);
  },
);
