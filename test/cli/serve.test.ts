// `unrolled serve`: a process that answers until it is told to end, and ends what it has begun.
import { writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BUILD_MS, build, SMALL, temporaryFolder, unrolled, writeText } from "./command.ts";
import { type Served, servingIn } from "./served.ts";

const folder = temporaryFolder();
const run = (...parameters: string[]) => unrolled(parameters, folder.path);

beforeAll(async () => {
  build();
  writeText(join(folder.path, "text.txt"), 6000);
  writeFileSync(join(folder.path, "keys.txt"), "other\nright\n");
  const { code } = await run("train", "text.txt", "--out", "book", "--steps", "3", ...SMALL);
  expect(code).toBe(0);
}, BUILD_MS);
afterAll(() => folder.remove());

const serving = (...parameters: string[]) => servingIn(folder.path, parameters);

const clientOf = ({ url }: Served, apiKey = "none") =>
  new OpenAI({ baseURL: new URL("/v1", url).href, apiKey, maxRetries: 0 });

test("answers OpenAI's client at 127.0.0.1, and SIGTERM lets what has begun end", async () => {
  const served = await serving("book");
  expect(served.url.hostname).toBe("127.0.0.1");
  const client = clientOf(served);
  const given = { model: "book", prompt: "a", max_tokens: 2000, seed: 1 };
  const stream = await client.completions.create({ ...given, stream: true });
  let text = "";
  for await (const { choices } of stream) {
    if (text === "") served.child.kill("SIGTERM");
    text += choices[0].text;
  }
  expect(text).toHaveLength(2000);
  const { code, stderr } = await served.end;
  expect(code).toBe(0);
  const lines = stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining(["draining", "request"]));
  expect(lines.find(({ msg }) => msg === "request")).toMatchObject({
    ...{ method: "POST", route: "/v1/completions", status: 200, promptTokens: 1, completionTokens: 2000 },
  });
  const same = await run("generate", "book", "--prompt", "a", "--max-new-tokens", "2000", "--seed", "1");
  expect(same.stdout.replace(/\n$/, "")).toBe(text);
});

test("needs a key where keys are given, and another host's name is refused", async () => {
  const served = await serving("book", "--api-keys", "keys.txt");
  try {
    await expect(clientOf(served, "wrong").models.list()).rejects.toMatchObject({ status: 401 });
    expect((await clientOf(served, "right").models.list()).data).toHaveLength(1);
    expect((await fetch(new URL("/health", served.url))).status).toBe(200);
    const status = await new Promise((resolve, reject) => {
      const headers = { host: "somebody.example" };
      httpRequest(new URL("/health", served.url), { headers }, ({ statusCode }) => resolve(statusCode))
        .on("error", reject)
        .end();
    });
    expect(status).toBe(403);
  } finally {
    served.child.kill("SIGTERM");
    await served.end;
  }
});

test("says what is wrong with how it was called", async () => {
  for (const [parameters, code, line] of [
    [["nothing"], 1, /^error: nothing does not exist, needed a model's folder or file\n$/],
    [["book", "./book"], 2, /^error: two models are called book; NAME=PATH gives one another name\n$/],
    [["book", "--port", "70000"], 2, /65535/],
    [["book", "--api-keys", "missing.txt"], 1, /missing\.txt/],
    [["text.txt", "--threads", "1"], 1, /^error: .*text\.txt/],
    [["book", "--host", "203.0.113.7"], 1, /no address of this machine/],
  ] as const) {
    const result = await run("serve", ...parameters);
    expect([result.code, result.stderr]).toEqual([code, expect.stringMatching(line)]);
    expect(result.stderr.trim().split("\n")).toHaveLength(1);
  }
});
