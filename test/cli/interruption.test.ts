// Ctrl-C: the best model so far is kept, and the exit code says that it was one.
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  BUILD_MS,
  build,
  finished,
  jsonLines,
  SMALL,
  started,
  temporaryFolder,
  unrolledHere,
  writeText,
} from "./command.ts";

const folder = temporaryFolder();
beforeAll(() => {
  build();
  writeText(join(folder.path, "text.txt"), 12_000);
}, BUILD_MS);
afterAll(() => folder.remove());

const long = (out: string, ...parameters: string[]) =>
  started(
    ["train", "text.txt", "--out", out, "--json", "--minutes", "5", ...SMALL, ...parameters],
    folder.path,
  );

/** Waits until stdout has a line of this type. */
function until(child: ReturnType<typeof started>, type: string): Promise<void> {
  let seen = "";
  return new Promise((resolve, reject) => {
    child.on("close", () => reject(new Error(`ended before it wrote ${type}`)));
    child.stdout!.on("data", (text: string) => {
      seen += text;
      if (seen.includes(`"type":"${type}"`)) resolve();
    });
  });
}

it.each(["SIGINT", "SIGTERM"] as const)(
  "%s keeps the best model so far and ends with 130",
  async (signal) => {
    const child = long(signal, "--eval-every", "20");
    const end = finished(child);
    await until(child, "saved");
    child.kill(signal);
    const { code, stdout, stderr } = await end;
    expect(code).toBe(130);
    expect(stderr).toMatch(/^Stopping: /m);
    const events = jsonLines(stdout);
    expect(events.at(-1)).toMatchObject({ type: "end", reason: "aborted", path: signal });
    const best = Math.min(
      ...events.filter(({ type }) => type === "eval").map(({ lossNats }) => lossNats as number),
    );
    expect(events.at(-1)!.lossNats).toBe(best);
    const info = await unrolledHere(["info", signal, "--json"], folder.path);
    expect(jsonLines(info.stdout)[0]).toMatchObject({ evaluation: { lossNats: best } });
    expect(readdirSync(folder.path).filter((name) => name.startsWith("."))).toEqual([]);
  },
);

it("keeps what there is when nothing has been measured yet", async () => {
  const child = long("early", "--eval-every", "0");
  const end = finished(child);
  await until(child, "step");
  child.kill("SIGINT");
  expect((await end).code).toBe(130);
  expect((await unrolledHere(["info", "early"], folder.path)).code).toBe(0);
});

it("quits at once at the second Ctrl-C", async () => {
  // A model and a held-out text so large that measuring takes a while.
  writeText(join(folder.path, "long.txt"), 3_000_000);
  const child = long("second", "--eval-every", "0", "--val", "long.txt", "--hidden-size", "1024");
  const end = finished(child);
  await until(child, "step");
  child.kill("SIGINT");
  const checkpoints = join(folder.path, "second", "checkpoints");
  await expect.poll(() => checkpointsIn(checkpoints)).toBe(1);
  // Pressed until it counts: what comes right after the first one is taken for its echo.
  const pressing = setInterval(() => child.kill("SIGINT"), 100);
  const [code] = await once(child, "exit");
  clearInterval(pressing);
  expect(code).toBe(130);
  expect((await end).stdout).not.toContain('"type":"end"');
  // What had been learned by the first Ctrl-C is there to go on from; a model is not.
  expect(checkpointsIn(checkpoints)).toBe(1);
  expect(existsSync(join(folder.path, "second", "config.json"))).toBe(false);
});

/** Whole ones. */
function checkpointsIn(path: string): number {
  if (!existsSync(path)) return 0;
  return readdirSync(path).filter((name) => name.endsWith(".safetensors")).length;
}

it("generate ends with 130", async () => {
  const child = started(["generate", "SIGINT", "--max-new-tokens", "100000000"], folder.path);
  const end = finished(child);
  await once(child.stdout!, "data");
  child.kill("SIGINT");
  expect(await end).toMatchObject({ code: 130, stderr: "" });
});
