// Ranks of both kinds of MPI: every task, many ranks, deaths, sweeps, resuming.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureMpi } from "../../scripts/mpi.mjs";
import { build, finished, jsonLines, MAIN, temporaryFolder, unrolled, writeText } from "../cli/command.ts";
import { required } from "../required.ts";
import { TASKS, writeTaskFiles } from "../task-files.ts";
import { onRanks, startRanks } from "./mpirun.ts";

const FAULTY = fileURLToPath(new URL("./faulty-task.js", import.meta.url));
const folder = temporaryFolder();
const at = (...names: readonly string[]) => join(folder.path, ...names);
const kinds = (["open-mpi", "mpich"] as const).filter((kind) =>
  required(ensureMpi(kind) !== undefined, `${kind}'s mpirun`),
);
const LOOP = ["--steps", "4", "--sample-every", "0", "--threads", "1", "--batch-size", "8", "--json"];
const SMALL = ["--hidden-size", "8", "--embedding-size", "4", "--seq-length", "10"];
const TEXT = ["train", "text.txt", ...SMALL, ...LOOP];

beforeAll(() => {
  build();
  writeText(at("text.txt"), 3000);
  writeTaskFiles(folder.path);
});
afterAll(() => folder.remove());

const weightsIn = (name: string) => readFileSync(at(name, "model.safetensors"));

/** Trains as threads of one process. */
async function threadsOf(count: number, parameters: readonly string[], out: string): Promise<Buffer> {
  const { code, stderr } = await unrolled(
    [...parameters, "--threads", String(count), "--out", out],
    folder.path,
  );
  expect([stderr, code]).toEqual([expect.not.stringContaining("error"), 0]);
  return weightsIn(out);
}

describe.each(kinds)("%s", (kind) => {
  const ranks = (count: number, ...parameters: readonly string[]) =>
    onRanks(kind, count, parameters, folder.path);

  test.each([2, 4, 8])("%d ranks learn the bits of as many threads", async (count) => {
    const found = await ranks(count, ...TEXT, "--out", `${kind}-${count}`);
    expect([found.stderr, found.code]).toEqual([expect.not.stringContaining("error"), 0]);
    expect(weightsIn(`${kind}-${count}`)).toEqual(await threadsOf(count, TEXT, `${kind}-${count}-threads`));
  });

  test("two ranks of two threads learn the same bits twice", async () => {
    const parameters = [...TEXT, "--threads", "2"];
    for (const out of ["once", "twice"])
      expect((await ranks(2, ...parameters, "--out", `${kind}-${out}`)).code).toBe(0);
    expect(weightsIn(`${kind}-twice`)).toEqual(weightsIn(`${kind}-once`));
  });

  test("a run goes on with another number of ranks, and says so", async () => {
    const out = `${kind}-resumed`;
    expect((await ranks(2, ...TEXT, "--out", out)).code).toBe(0);
    const { code, stdout, stderr } = await ranks(4, "train", "--resume", out, "--steps", "8", "--json");
    expect([stderr, code]).toEqual([expect.stringContaining("2 ranks before, 4 now"), 0]);
    const steps = jsonLines(stdout).filter(({ type }) => type === "step");
    expect(steps.map(({ step }) => step)).toEqual([5, 6, 7, 8]);
    const alone = await unrolled(["train", "--resume", out, "--steps", "9", "--json"], folder.path);
    expect([alone.stderr, alone.code]).toEqual([expect.stringContaining("4 ranks before, 1 now"), 0]);
  });

  test("a rank that is killed ends all of them, and the run goes on from its last checkpoint", async () => {
    const out = `${kind}-killed`;
    const parameters = [...TEXT, "--steps", "100000", "--checkpoint-every", "5", "--out", out];
    const { child, ended } = startRanks(kind, 2, parameters, folder.path);
    await expect.poll(() => checkpointsIn(out).length).toBeGreaterThan(0);
    process.kill(await secondRank(child.pid!), "SIGKILL");
    const { code } = await ended;
    expect(code).not.toBe(0);
    const newest = checkpointsIn(out).at(-1)!;
    const steps = Number(/\d+/.exec(newest)![0]) + 2;
    const resumed = await ranks(2, "train", "--resume", out, "--steps", String(steps), "--json");
    expect([resumed.stderr, resumed.code]).toEqual([expect.not.stringContaining("damaged"), 0]);
  });

  test("where mpirun is told to end, the run saves what it has, though nobody reads what it says by then", async () => {
    const out = `${kind}-ended`;
    const parameters = [...TEXT, "--steps", "1000000", "--eval-every", "1000000", "--out", out];
    // Open MPI's waits for so long before it asks processes to end, and then again.
    const patience = { OMPI_MCA_odls_base_sigkill_timeout: "5" };
    const { child, ended } = startRanks(kind, 2, parameters, folder.path, patience);
    await expect.poll(() => stepsIn(out)).toBeGreaterThan(5);
    process.kill(child.pid!, "SIGTERM");
    await ended;
    expect(checkpointsIn(out)).toHaveLength(1);
  });

  test("an error of one rank is one line that names it", async () => {
    const { code, stderr } = await onRanks(
      kind,
      2,
      ["train", "--task", FAULTY, ...LOOP, "--out", `${kind}-faulty`],
      folder.path,
    );
    expect(code).not.toBe(0);
    const lines = stderr.split("\n").filter((line) => line.startsWith("error: "));
    expect(lines).toEqual([
      expect.stringMatching(/^error: rank 1 of 2 \(on .+\): the disk of this machine is broken$/),
    ]);
  });

  test("batches that are smaller than the number of ranks are refused in one line", async () => {
    const { code, stderr } = await ranks(4, ...TEXT, "--batch-size", "3", "--out", `${kind}-few`);
    expect(code).not.toBe(0);
    expect(stderr.split("\n").filter((line) => line.startsWith("error: "))).toEqual([
      "error: option '--batch-size' is 3, needed at least 4: a row of each batch for each of the ranks",
    ]);
  });

  test("a sweep shares its trials", async () => {
    writeFileSync(
      at("sweep.yaml"),
      "train: { files: [text.txt], steps: 2, hidden_size: 8, embedding_size: 4, seq_length: 10, sample_every: 0 }\nparameters: { learning_rate: [0.001, 0.002, 0.003] }\nsearch: grid\n",
    );
    const out = `${kind}-sweep`;
    const { code, stdout, stderr } = await ranks(
      2,
      "sweep",
      "--config",
      "sweep.yaml",
      "--out",
      out,
      "--json",
    );
    expect([stderr, code]).toEqual([expect.not.stringContaining("error"), 0]);
    expect(jsonLines(stdout).filter(({ type }) => type === "trial-end")).toHaveLength(3);
    expect(readFileSync(at(out, "results.csv"), "utf8").trimEnd().split("\n")).toHaveLength(4);
  });
});

describe.skipIf(!kinds.includes("open-mpi"))("every task", () => {
  test.each(Object.keys(TASKS))("%s: two ranks learn the bits of two threads", async (task) => {
    const parameters = ["train", ...TASKS[task], "--task", task, ...LOOP];
    const found = await onRanks("open-mpi", 2, [...parameters, "--out", `${task}-ranks`], folder.path);
    expect([found.stderr, found.code]).toEqual([expect.not.stringContaining("error"), 0]);
    expect(weightsIn(`${task}-ranks`)).toEqual(await threadsOf(2, parameters, `${task}-threads`));
  });

  test("gradients of half the bytes lead close by", async () => {
    for (const format of ["float32", "bfloat16"]) {
      const parameters = [...TEXT, "--gradient-format", format, "--out", format];
      expect((await onRanks("open-mpi", 2, parameters, folder.path)).code).toBe(0);
    }
    expect(weightsIn("bfloat16")).not.toEqual(weightsIn("float32"));
  });

  test("variables of a starter that is not there are refused in a line", async () => {
    const child = spawn(process.execPath, [MAIN, ...TEXT, "--out", "wrong"], {
      cwd: folder.path,
      env: { ...process.env, OMPI_COMM_WORLD_SIZE: "4", OMPI_COMM_WORLD_RANK: "0" },
    });
    const { code, stderr } = await finished(child);
    expect(code).toBe(1);
    expect(stderr).toContain("OMPI_COMM_WORLD_SIZE says that there are 4 processes, but Open MPI");
  });

  test("a library that is none, or of another MPI than the starter, is refused in a line", async () => {
    const refusal = async (library: string) => {
      const parameters = [...TEXT, "--out", "wrong"];
      const { stderr } = await onRanks("open-mpi", 2, parameters, folder.path, { UNROLLED_MPI: library });
      return stderr.split("\n").find((line) => line.startsWith("error: "));
    };
    expect(await refusal("libm.so.6")).toContain("libm.so.6 is no MPI library");
    expect(await refusal("/nowhere/libmpi.so")).toContain("no MPI library can be loaded");
    if (kinds.includes("mpich")) expect(await refusal("libmpich.so.12")).toContain("knows of 1");
  });
});

/** How many steps a run's log has. */
function stepsIn(out: string): number {
  try {
    return readFileSync(at(out, "log.jsonl"), "utf8").split('"type":"step"').length - 1;
  } catch {
    return 0;
  }
}

function checkpointsIn(out: string): string[] {
  try {
    return readdirSync(at(out, "checkpoints"))
      .filter((name) => name.endsWith(".safetensors"))
      .sort();
  } catch {
    return [];
  }
}

/** The process of rank 1 below a starter. */
async function secondRank(starter: number): Promise<number> {
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    try {
      const variables = readFileSync(`/proc/${name}/environ`, "utf8").split("\0");
      const isSecond = variables.includes("OMPI_COMM_WORLD_RANK=1") || variables.includes("PMI_RANK=1");
      if (isSecond && isBelow(Number(name), starter)) return Number(name);
    } catch {
      // It has ended meanwhile.
    }
  }
  throw new Error("rank 1 is not there");
}

function isBelow(pid: number, ancestor: number): boolean {
  for (let at = pid; at > 1; at = parentOf(at)) if (at === ancestor) return true;
  return false;
}

function parentOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "latin1");
  return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
}
