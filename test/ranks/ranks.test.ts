// Two processes that train together, as mpirun starts them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findMpi } from "../../scripts/mpi.mjs";
import { train } from "../../src/training/train.ts";
import { build, jsonLines, temporaryFolder, writeText } from "../cli/command.ts";
import { required } from "../required.ts";
import { onRanks } from "./mpirun.ts";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const hasMpi = required(findMpi("open-mpi") !== undefined, "Open MPI's mpirun");

beforeAll(() => {
  build();
  writeText(at("text.txt"), 1500);
});
afterAll(() => folder.remove());

test.skipIf(!hasMpi)("two ranks of one thread learn the bits of one process with two threads", async () => {
  const sizes = ["--hidden-size", "8", "--embedding-size", "4", "--seq-length", "10", "--batch-size", "3"];
  const loop = ["--steps", "4", "--sample-every", "0", "--threads", "1", "--dropout", "0.2"];
  const { code, stdout, stderr } = await onRanks(
    "open-mpi",
    2,
    ["train", "text.txt", "--out", "model", "--json", ...sizes, ...loop],
    folder.path,
  );
  expect(stderr).not.toContain("error");
  expect(code).toBe(0);
  // Rank 0 alone tells.
  const told = jsonLines(stdout);
  expect(told.filter(({ type }) => type === "start")).toMatchObject([{ ranks: 2, threads: 1 }]);
  expect(told.filter(({ type }) => type === "step")).toHaveLength(4);
  let weights: Uint8Array | undefined;
  const losses: number[] = [];
  const settings = {
    ...{ hiddenSize: 8, embeddingSize: 4, seqLength: 10, batchSize: 3, dropout: 0.2 },
    ...{ budget: { steps: 4 }, sampleEvery: 0, threads: 2 },
  } as const;
  for await (const event of train({ data: { text: readFileSync(at("text.txt"), "utf8") }, settings })) {
    if (event.type === "model") weights = event.files["model.safetensors"];
    if (event.type === "step") losses.push(event.lossNats);
  }
  expect(told.filter(({ type }) => type === "step").map(({ lossNats }) => lossNats)).toEqual(losses);
  expect(readFileSync(at("model/model.safetensors"))).toEqual(Buffer.from(weights!));
});
