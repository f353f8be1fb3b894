// Sessions that outlive their server: in a folder, though it is killed, and in Redis, though one of two servers is.
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { findRedis } from "../../scripts/redis.mjs";
import { required } from "../required.ts";
import { BUILD_MS, build, SMALL, temporaryFolder, unrolled, writeText } from "./command.ts";
import { type Served, servingIn } from "./served.ts";

const folder = temporaryFolder();
const redis = findRedis();
const serving = (...parameters: string[]) => servingIn(folder.path, parameters);

beforeAll(async () => {
  build();
  writeText(join(folder.path, "text.txt"), 6000);
  const run = ["train", "text.txt", "--out", "book", "--steps", "3", ...SMALL];
  expect((await unrolled(run, folder.path)).code).toBe(0);
}, BUILD_MS);
afterAll(() => folder.remove());

type Session = { id: string; steps: number; tokens: unknown[] };

async function ask({ url }: Served, path: string, body?: object): Promise<Session> {
  const response = await fetch(new URL(path, url), {
    ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
    headers: { "content-type": "application/json" },
  });
  const answer = await response.json();
  expect(response.ok, JSON.stringify(answer)).toBe(true);
  return answer as Session;
}

const begin = (served: Served, prompt: string) => ask(served, "/v1/sessions", { model: "book", prompt });

async function killed({ child, end }: Served): Promise<void> {
  child.kill("SIGKILL");
  await end;
}

test("kill -9 and start again: what was saved is there, and nothing half", async () => {
  const first = await serving("book", "--sessions", "kept");
  const sessions: Session[] = [];
  for (let at = 0; at < 8; at++) sessions.push(await begin(first, "abc".repeat(at + 1)));
  for (const { id } of sessions.slice(0, 4)) await ask(first, `/v1/sessions/${id}/save`, {});
  // Killed while it saves again and again.
  const saving = sessions.slice(0, 4).map(async ({ id }) => {
    for (;;) await ask(first, `/v1/sessions/${id}/save`, {});
  });
  const ended = Promise.allSettled(saving);
  await ask(first, `/v1/sessions/${sessions[0].id}/feed`, { prompt: "x" });
  await killed(first);
  await ended;
  writeFileSync(join(folder.path, "kept", `${sessions[7].id}.session.half`), "half");
  const second = await serving("book", "--sessions", "kept");
  expect(readdirSync(join(folder.path, "kept")).filter((name) => name.endsWith(".half"))).toEqual([]);
  for (const [at, { id, steps, tokens }] of sessions.slice(1, 4).entries())
    expect(await ask(second, `/v1/sessions/${id}`), `${at}`).toMatchObject({ steps, tokens });
  expect([3, 4]).toContain((await ask(second, `/v1/sessions/${sessions[0].id}`)).steps);
  expect((await fetch(new URL(`/v1/sessions/${sessions[6].id}`, second.url))).status).toBe(404);
  const later = await begin(second, "later");
  second.child.kill("SIGTERM");
  expect(await second.end).toMatchObject({ code: 0 });
  const third = await serving("book", "--sessions", "kept");
  expect(await ask(third, `/v1/sessions/${later.id}`)).toMatchObject({ steps: 5, tokens: later.tokens });
  await killed(third);
});

test.skipIf(!required(redis !== undefined, "redis-server or valkey-server"))(
  "two servers share sessions in Redis, and one goes on where the other was killed",
  async () => {
    const { server, url } = await redisServer();
    try {
      const [one, other] = await Promise.all([1, 2].map(() => serving("book", "--sessions", url)));
      const { id } = await begin(one, "a");
      for (const [at, text] of ["b", "c", "d"].entries())
        await ask(at % 2 === 0 ? other : one, `/v1/sessions/${id}/feed`, { prompt: text });
      const whole = await begin(one, "abcd");
      await killed(one);
      expect(await ask(other, `/v1/sessions/${id}`)).toMatchObject({ steps: 4, tokens: whole.tokens });
      expect(await ask(other, `/v1/sessions/${id}/feed`, { prompt: "e" })).toMatchObject({ steps: 5 });
      await killed(other);
    } finally {
      server.kill("SIGKILL");
    }
    const result = await unrolled(["serve", "book", "--sessions", url, "--port", "0"], folder.path);
    expect([result.code, result.stderr]).toEqual([
      1,
      expect.stringMatching(/^error: redis:.* needed a Redis/),
    ]);
  },
);

test("keystrokes over a WebSocket are read as they come", async () => {
  const served = await serving("book");
  const { id } = await begin(served, "a");
  const socket = new WebSocket(new URL(`/v1/sessions/${id}/stream`, served.url.href.replace("http", "ws")));
  const answers: Session[] = [];
  socket.on("message", (text) => answers.push(JSON.parse(String(text))));
  await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
  for (const prompt of ["b", "c", "d"]) socket.send(JSON.stringify({ prompt, top: 3 }));
  socket.send("nothing");
  await expect.poll(() => answers.length).toBe(4);
  expect(answers.slice(0, 3).map(({ steps }) => steps)).toEqual([2, 3, 4]);
  expect(answers[3]).toMatchObject({ error: {} });
  expect(answers[2].tokens).toEqual((await begin(served, "abcd")).tokens.slice(0, 3));
  socket.close();
  const metrics = await (await fetch(new URL("/metrics", served.url))).text();
  expect(metrics).toMatch(/^unrolled_sessions 2$/m);
  expect(metrics).toMatch(/^unrolled_batch_streams_count\{model="book"\} \d+$/m);
  served.child.kill("SIGTERM");
  expect(await served.end).toMatchObject({ code: 0 });
});

/** A Redis server on a free port, that keeps nothing on a disk. */
async function redisServer(): Promise<{ readonly server: ChildProcess; readonly url: string }> {
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
  const server = spawn(
    redis!,
    ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
    {
      cwd: folder.path,
    },
  );
  await new Promise<void>((resolve) => {
    let said = "";
    server.stdout.on("data", (text) => {
      said += text;
      if (/ready to accept connections/i.test(said)) resolve();
    });
  });
  return { server, url: `redis://127.0.0.1:${port}` };
}
