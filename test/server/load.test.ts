// Many at once: what is refused, who waits for whom, who has gone, and what a new model does to what has begun.
import { createServer } from "unrolled/server";
import { expect, test } from "vitest";
import { asked, bookOf, clientOf, servedBook } from "./served-book.ts";

const LONG = { model: "book", prompt: "a", max_tokens: 4000, seed: 1 };

test("what is more than the queue holds is refused, with when to ask again; what has begun is done", async () => {
  const { server } = await servedBook({ maxQueue: 4 });
  try {
    const begun = Array.from({ length: 4 }, () =>
      asked(server, "/v1/completions", { ...LONG, max_tokens: 300 }),
    );
    const refused = await asked(server, "/v1/completions", LONG);
    expect(refused).toMatchObject({ status: 429, body: { error: { code: "server_busy" } } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    for (const answer of await Promise.all(begun)) expect(answer.status).toBe(200);
    expect((await asked(server, "/v1/completions", { ...LONG, max_tokens: 1 })).status).toBe(200);
  } finally {
    server.close();
  }
});

test("what takes too long is ended, and its place is free", async () => {
  const { server } = await servedBook({ timeoutSeconds: 0.05, maxTokens: 1e9, maxQueue: 1 });
  try {
    const given = { ...LONG, max_tokens: 1e9 };
    expect(await asked(server, "/v1/completions", given)).toMatchObject({
      status: 504,
      body: { error: { code: "deadline_exceeded" } },
    });
    expect((await asked(server, "/v1/completions", { ...LONG, max_tokens: 1 })).status).toBe(200);
  } finally {
    server.close();
  }
});

test("who has gone is computed for no more", async () => {
  let steps = 0;
  const { server } = await servedBook({
    ...{ maxTokens: 1e9, maxQueue: 2 },
    observer: {
      step: () => {
        steps += 1;
      },
    },
  });
  try {
    const client = clientOf(server);
    const stream = await client.completions.create({ ...LONG, max_tokens: 1e9, stream: true });
    for await (const _ of stream) break;
    stream.controller.abort();
    const abort = new AbortController();
    const whole = client.completions.create({ ...LONG, max_tokens: 1e9 }, { signal: abort.signal });
    const gone = expect(whole).rejects.toThrow();
    await expect.poll(() => steps).toBeGreaterThan(10);
    abort.abort();
    await gone;
    // Nothing steps once both are known to have gone.
    await expect
      .poll(async () => {
        const before = steps;
        await new Promise((resolve) => setTimeout(resolve, 100));
        return steps - before;
      })
      .toBe(0);
  } finally {
    server.close();
  }
});

test("clients have equal shares: one who asks for much keeps nobody waiting", async () => {
  const { server } = await servedBook({
    ...{ maxBatch: 4, maxTokens: 1e9, timeoutSeconds: 600 },
    client: (request) => request.headers.get("x-client") ?? "",
  });
  try {
    const abort = new AbortController();
    const ask = (client: string, body: object, signal?: AbortSignal) =>
      asked(server, "/v1/completions", undefined, {
        ...{ method: "POST", body: JSON.stringify(body) },
        ...{
          headers: { "content-type": "application/json", "x-client": client },
          ...(signal ? { signal } : {}),
        },
      });
    const greedy = ask("greedy", { ...LONG, max_tokens: 1e9, n: 64 }, abort.signal);
    const ended = greedy.catch(() => undefined);
    expect((await ask("modest", { ...LONG, max_tokens: 20 })).status).toBe(200);
    abort.abort();
    await ended;
  } finally {
    server.close();
  }
});

test("a model that is opened again answers from then on, and what has begun ends with the one before", async () => {
  const files = { ...(await bookOf(1).files()) };
  const server = await createServer({ models: { book: files } });
  const other = await createServer({ models: { book: await bookOf(2).files() } });
  try {
    const given = { ...LONG, max_tokens: 500 };
    const texts = (answers: { body: unknown }[]) =>
      answers.map(({ body }) => (body as { choices: { text: string }[] }).choices[0].text);
    const [first, second] = texts([
      await asked(server, "/v1/completions", given),
      await asked(other, "/v1/completions", given),
    ]);
    const session = (await asked(server, "/v1/sessions", { model: "book", prompt: "ab" })).body as {
      id: string;
    };
    const begun = asked(server, "/v1/completions", given);
    Object.assign(files, await bookOf(2).files());
    await server.reload("book");
    expect(texts([await begun])).toEqual([first]);
    expect(texts([await asked(server, "/v1/completions", given)])).toEqual([second]);
    expect((await asked(server, `/v1/sessions/${session.id}`)).body).toMatchObject({ steps: 2 });
    await expect(server.reload("nobody")).rejects.toThrow(/needed one of book/);
    Object.assign(files, { "config.json": new Uint8Array() });
    await expect(server.reload("book")).rejects.toThrow(/book/);
    expect(texts([await asked(server, "/v1/completions", given)])).toEqual([second]);
  } finally {
    server.close();
    other.close();
  }
});

test("drains: what comes is refused, what has begun is done", async () => {
  let steps = 0;
  const observer = {
    step: () => {
      steps += 1;
    },
  };
  const { server } = await servedBook({ observer });
  const begun = asked(server, "/v1/completions", { ...LONG, max_tokens: 3000 });
  await expect.poll(() => steps).toBeGreaterThan(0);
  const drained = server.drain();
  expect((await asked(server, "/v1/completions", LONG)).status).toBe(503);
  expect(await asked(server, "/ready")).toMatchObject({ status: 503, body: { status: "draining" } });
  expect((await asked(server, "/health")).status).toBe(200);
  expect((await begun).status).toBe(200);
  await drained;
  server.close();
});

test("pages of allowed origins may ask, others not", async () => {
  const { server } = await servedBook({ corsOrigins: ["https://shop.example"] });
  try {
    const from = async (origin: string) => {
      const headers = { origin, "access-control-request-method": "POST" };
      const request = new Request("http://server/v1/completions", { method: "OPTIONS", headers });
      return (await server.fetch(request)).headers.get("access-control-allow-origin");
    };
    expect(await from("https://shop.example")).toBe("https://shop.example");
    expect(await from("https://other.example")).toBeNull();
  } finally {
    server.close();
  }
});
