// `unrolled serve` while things change: a model's folder is written anew, and a thread that computes dies.
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BUILD_MS, build, SMALL, temporaryFolder, unrolled, writeText } from "./command.ts";
import { type Served, servingIn } from "./served.ts";

const folder = temporaryFolder();
const run = (...parameters: string[]) => unrolled(parameters, folder.path);
const CELL = fileURLToPath(new URL("../cells/ending-units.js", import.meta.url));
const place = (...names: string[]) => join(folder.path, ...names);

beforeAll(async () => {
  build();
  writeText(place("text.txt"), 6000);
  const train = (...more: string[]) => run("train", "text.txt", "--steps", "3", ...SMALL, ...more);
  for (const more of [
    ["--out", "book"],
    ["--out", "other", "--seed", "5"],
    ["--out", "own", "--cell", CELL],
  ]) {
    const { code, stderr } = await train(...more);
    expect(code, stderr).toBe(0);
  }
}, BUILD_MS);
afterAll(() => folder.remove());

async function ask({ url }: Served, path: string, body?: object) {
  const response = await fetch(new URL(path, url), {
    ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
    headers: { "content-type": "application/json" },
  });
  return { status: response.status, body: await response.json() };
}

async function written(served: Served, model: string): Promise<string> {
  const { status, body } = await ask(served, "/v1/completions", {
    ...{ model, prompt: "a", max_tokens: 40, seed: 1 },
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.choices[0].text;
}

async function generated(...parameters: string[]): Promise<string> {
  const { stdout } = await run(
    ...["generate", ...parameters, "--prompt", "a", "--max-new-tokens", "40", "--seed", "1"],
  );
  return stdout.replace(/\n$/, "");
}

async function ended({ child, end }: Served) {
  child.kill("SIGTERM");
  const { code, stderr } = await end;
  expect(code).toBe(0);
  return stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("a folder that changes is opened again, with its sessions; one that is broken leaves the model as it was", async () => {
  const served = await servingIn(folder.path, ["book"]);
  const [first, second] = [await generated("book"), await generated("other")];
  expect(second).not.toBe(first);
  expect(await written(served, "book")).toBe(first);
  const { body: session } = await ask(served, "/v1/sessions", { model: "book", prompt: "abc" });
  cpSync(place("other"), place("book"), { recursive: true });
  await expect.poll(() => written(served, "book"), { timeout: 60_000 }).toBe(second);
  const { body: now } = await ask(served, `/v1/sessions/${session.id}`);
  expect(now).toMatchObject({ id: session.id, steps: 3 });
  writeFileSync(place("book", "config.json"), "{");
  const messages = () => served.said().map(({ msg }) => msg);
  await expect.poll(messages, { timeout: 60_000 }).toContain("not reloaded; the model before goes on");
  expect(await written(served, "book")).toBe(second);
  expect((await ended(served)).map(({ msg }) => msg)).toContain("reloaded");
});

test("a model of one's own cell is served, and a thread that dies is started again", async () => {
  const refused = await run("serve", "own", "--port", "0");
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("give --cell")]);
  const served = await servingIn(folder.path, ["own", "--cell", CELL]);
  const text = await generated("own", "--cell", CELL);
  expect(await written(served, "own")).toBe(text);
  const { body: session } = await ask(served, "/v1/sessions", { model: "own", prompt: "abc" });
  writeFileSync(place("end-now"), "");
  const died = await ask(served, "/v1/completions", { model: "own", prompt: "a", max_tokens: 40 });
  expect(died).toMatchObject({ status: 503, body: { error: { type: "server_error" } } });
  rmSync(place("end-now"));
  // What comes meanwhile waits for the next thread.
  expect(await written(served, "own")).toBe(text);
  expect((await ask(served, "/ready")).status).toBe(200);
  // What was in its memory alone has gone with it.
  expect((await ask(served, `/v1/sessions/${session.id}`)).status).toBe(404);
  const mistakes = (await ended(served)).filter(({ msg }) => msg === "mistake");
  expect(mistakes.length).toBeGreaterThan(0);
});
