// Sessions over HTTP: fed, read, forked, saved, restored, moved, ended; beside the library's own sessions.
import { openModel } from "unrolled";
import { createServer, type ModelServer, type SessionStore } from "unrolled/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asked, bookOf, clientOf, servedBook } from "./served-book.ts";
import { sensorFiles } from "./served-sensor.ts";

let server: ModelServer;
let model: Awaited<ReturnType<typeof servedBook>>["model"];
beforeAll(async () => {
  model = bookOf();
  server = await createServer({ models: { book: await model.files(), sensor: await sensorFiles() } });
});
afterAll(() => server.close());

type Session = {
  id: string;
  steps: number;
  saved: boolean;
  tokens: { token: string; probability: number }[];
};

async function begun(body: object, on = server): Promise<Session> {
  const answer = await asked(on, "/v1/sessions", { model: "book", ...body });
  expect(answer.status).toBe(201);
  return answer.body as Session;
}

async function done(path: string, body: object = {}, on = server): Promise<Session> {
  const answer = await asked(on, `/v1/sessions/${path}`, body);
  expect([200, 201], JSON.stringify(answer.body)).toContain(answer.status);
  return answer.body as Session;
}

/** The likeliest are those of the library's session. */
function expectPredicts({ tokens }: Session, text: string): void {
  const session = model.session();
  let logits: ArrayLike<number> = [];
  for (const id of model.tokenizer.encode(text)) logits = session.step({ ids: [id] }).logits.data;
  const weights = Array.from(logits, (logit, id) => ({
    token: model.tokenizer.token(id),
    weight: Math.exp(logit),
  }));
  const sum = weights.reduce((total, { weight }) => total + weight, 0);
  const likeliest = weights.toSorted((a, b) => b.weight - a.weight).slice(0, 10);
  expect(tokens.map(({ token }) => token)).toEqual(likeliest.map(({ token }) => token));
  for (const [at, { probability }] of tokens.entries())
    expect(probability).toBeCloseTo(likeliest[at].weight / sum, 6);
}

test("reads on from where it was, and says what comes next as the model does", async () => {
  const first = await begun({ prompt: "the " });
  expect(first.steps).toBe(4);
  const whole = await begun({ prompt: "the quick" });
  const second = await done(`${first.id}/feed`, { prompt: "quick" });
  expect(second.steps).toBe(9);
  expect(second.tokens).toEqual(whole.tokens);
  expectPredicts(whole, "the quick");
  const read = await asked(server, `/v1/sessions/${first.id}`);
  expect(read.body).toEqual(second);
});

test("a fork goes its own way", async () => {
  const { id } = await begun({ prompt: "fox" });
  const list = (await asked(server, `/v1/sessions/${id}/fork`, { count: 3 })).body as { data: Session[] };
  expect(list.data.map(({ steps }) => steps)).toEqual([3, 3, 3]);
  const [a, b] = list.data;
  const one = await done(`${a.id}/feed`, { prompt: " ju" });
  const other = await done(`${b.id}/feed`, { prompt: " la" });
  expect(one.tokens).toEqual((await begun({ prompt: "fox ju" })).tokens);
  expect(other.tokens).toEqual((await begun({ prompt: "fox la" })).tokens);
  expect((await asked(server, `/v1/sessions/${id}`)).body).toMatchObject({ steps: 3 });
});

test("goes back to what was saved, as often as it is asked", async () => {
  const { id, saved } = await begun({ prompt: "dog" });
  expect(saved).toBe(false);
  expect((await asked(server, `/v1/sessions/${id}/restore`, {})).status).toBe(409);
  const before = await done(`${id}/save`);
  for (const text of ["a", "bc"]) {
    await done(`${id}/feed`, { prompt: text });
    expect(await done(`${id}/restore`)).toEqual({ ...before, saved: true });
  }
});

test("a long prompt is read once and continued many times, as if it were read each time", async () => {
  const client = clientOf(server);
  const { id } = await begun({ prompt: "the quick brown" });
  const given = { model: "book", max_tokens: 10, seed: 3, n: 50 };
  const continued = (await client.completions.create({ ...given, session: id } as never)) as {
    choices: unknown;
    usage?: { prompt_tokens: number };
  };
  const whole = await client.completions.create({ ...given, prompt: "the quick brown" });
  expect(continued.choices).toEqual(whole.choices);
  expect(continued.usage?.prompt_tokens).toBe(0);
  const more = await client.completions.create({ ...given, prompt: " fox", session: id } as never);
  expect((more as unknown as typeof whole).choices).toEqual(
    (await client.completions.create({ ...given, prompt: "the quick brown fox" })).choices,
  );
  expect((await asked(server, `/v1/sessions/${id}`)).body).toMatchObject({ steps: 15 });
});

test("a state is bytes that another session goes on from", async () => {
  const { id } = await begun({ prompt: "over the" });
  const path = `/v1/sessions/${id}/state`;
  const state = new Uint8Array(await (await server.fetch(new Request(`http://server${path}`))).arrayBuffer());
  const other = await begun({});
  const put = (bytes: Uint8Array) =>
    asked(server, `/v1/sessions/${other.id}/state`, undefined, {
      ...{ method: "PUT", headers: { "content-type": "application/octet-stream" }, body: bytes as BodyInit },
    });
  expect(await put(state)).toMatchObject({ status: 200, body: { steps: 8 } });
  expect((await done(`${other.id}/feed`, { prompt: " l" })).tokens).toEqual(
    (await begun({ prompt: "over the l" })).tokens,
  );
  for (const broken of [new Uint8Array(), state.slice(0, -1), state.with(60, 1), state.slice(5)])
    expect((await put(broken)).status).toBe(400);
  expect((await asked(server, `/v1/sessions/${other.id}`)).body).toMatchObject({ steps: 10 });
});

test("steps of numbers give the outputs of the library's session", async () => {
  const sensor = await openModel(await sensorFiles());
  const alone = sensor.session();
  const rows = [
    [0.1, -0.2],
    [0.3, 0.5],
    [-1, 2],
  ];
  const expected = rows.map((x) => Array.from(alone.step({ x }).y.data));
  const { id } = await begun({ model: "sensor" });
  const near = (given: unknown, wanted: number[][]) => {
    const { outputs } = given as { outputs: { y: number[][] } };
    expect(outputs.y).toHaveLength(wanted.length);
    for (const [step, row] of outputs.y.entries())
      for (const [at, value] of row.entries()) expect(value).toBeCloseTo(wanted[step][at], 5);
  };
  near(await done(`${id}/feed`, { inputs: { x: rows.slice(0, 2) } }), expected.slice(0, 2));
  near(await done(`${id}/feed`, { inputs: { x: rows.slice(2) } }), expected.slice(2));
});

test("what is wrong is said by its name, and the session stays where it was", async () => {
  const { id } = await begun({ model: "sensor" });
  const book = await begun({ prompt: "a" });
  const cases: [string, unknown, number, string | null][] = [
    ["/v1/sessions", { model: "nobody" }, 404, "model"],
    ["/v1/sessions", { model: "book", condition: "x" }, 400, "condition"],
    ["/v1/sessions", { model: "book", prompt: [9999] }, 400, "prompt"],
    ["/v1/sessions/sess_1/feed", {}, 404, "session"],
    [`/v1/sessions/${"sess_".padEnd(37, "0")}/feed`, {}, 404, "session"],
    [`/v1/sessions/${id}/feed`, { inputs: { x: [[1]] } }, 400, "inputs.x"],
    [`/v1/sessions/${id}/feed`, { inputs: { x: [[1, "2"]] } }, 400, "inputs.x"],
    [`/v1/sessions/${id}/feed`, { inputs: { z: [[1, 2]] } }, 400, "inputs.z"],
    [`/v1/sessions/${id}/feed`, { inputs: {} }, 400, "inputs.x"],
    [`/v1/sessions/${book.id}/feed`, { inputs: { x: [[1, 2]] } }, 400, "inputs"],
    [`/v1/sessions/${book.id}/feed`, { text: "b" }, 400, "text"],
    [`/v1/sessions/${id}/fork`, { count: 0 }, 400, "count"],
    ["/v1/completions", { model: "sensor", session: id }, 400, "model"],
  ];
  for (const [path, body, status, param] of cases)
    expect(await asked(server, path, body), `${path} ${JSON.stringify(body)}`).toMatchObject({
      status,
      body: { error: { param } },
    });
  expect((await asked(server, `/v1/sessions/${id}`)).body).toMatchObject({ steps: 0 });
  expect((await asked(server, `/v1/sessions/${book.id}`)).body).toMatchObject({ steps: 1 });
});

test("ends when it is told to, and belongs to who has begun it", async () => {
  const { id } = await begun({});
  const gone = { method: "DELETE" };
  expect(await asked(server, `/v1/sessions/${id}`, undefined, gone)).toMatchObject({ status: 200 });
  expect((await asked(server, `/v1/sessions/${id}`)).status).toBe(404);
  const { server: guarded } = await servedBook({ apiKeys: ["one", "two"] });
  try {
    const as = (key: string) => ({ authorization: `Bearer ${key}`, "content-type": "application/json" });
    const post = { method: "POST", body: JSON.stringify({ model: "book" }), headers: as("one") };
    const { body } = await asked(guarded, "/v1/sessions", undefined, post);
    const path = `/v1/sessions/${(body as Session).id}`;
    expect((await asked(guarded, path, undefined, { headers: as("one") })).status).toBe(200);
    expect((await asked(guarded, path, undefined, { headers: as("two") })).status).toBe(404);
    expect((await asked(guarded, path, undefined, { headers: as("three") })).status).toBe(401);
  } finally {
    guarded.close();
  }
});

/** A store in memory, that counts what is in it. */
function memoryStore(isShared: boolean) {
  const kept = new Map<string, { version: number; bytes: Uint8Array }>();
  const store: SessionStore = {
    isShared,
    read: async (id) => kept.get(id),
    version: async (id) => kept.get(id)?.version,
    async write(id, session, before) {
      if ((kept.get(id)?.version ?? 0) !== before) return false;
      kept.set(id, session);
      return true;
    },
    async remove(id) {
      kept.delete(id);
    },
  };
  return { kept, store };
}

describe("sessions that are kept", () => {
  test("leave memory when they are idle, and come back as they were", async () => {
    const { kept, store } = memoryStore(false);
    const { server: own } = await servedBook({ sessions: { store, idleSeconds: 0.05 } });
    try {
      const { id, tokens } = await begun({ prompt: "jumps" }, own);
      await expect.poll(() => kept.has(id)).toBe(true);
      const back = await done(`${id}/feed`, { prompt: "" }, own);
      expect(back).toMatchObject({ steps: 5, tokens });
    } finally {
      own.close();
    }
  });

  test("make room for others, or where there is no place for them, others are refused", async () => {
    const { store } = memoryStore(false);
    const { server: kept } = await servedBook({ sessions: { store, maxSessions: 2 } });
    const { server: alone } = await servedBook({ sessions: { maxSessions: 2 } });
    try {
      const ids: string[] = [];
      for (const prompt of ["a", "ab", "abc"]) ids.push((await begun({ prompt }, kept)).id);
      for (const [at, id] of ids.entries())
        expect((await asked(kept, `/v1/sessions/${id}`)).body).toMatchObject({ steps: at + 1 });
      for (const prompt of ["a", "ab"]) await begun({ prompt }, alone);
      const refused = await asked(alone, "/v1/sessions", { model: "book" });
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "10"]);
    } finally {
      kept.close();
      alone.close();
    }
  });

  test("go on at any of the servers that share a store, and no change is lost", async () => {
    const { store } = memoryStore(true);
    const files = await model.files();
    const [one, other] = await Promise.all(
      [1, 2].map(() => createServer({ models: { book: files }, sessions: { store } })),
    );
    try {
      const { id } = await begun({ prompt: "t" }, one);
      for (const [at, letter] of [..."he quick"].entries())
        await done(`${id}/feed`, { prompt: letter }, at % 2 === 0 ? other : one);
      const whole = await begun({ prompt: "the quick" }, one);
      expect((await asked(other, `/v1/sessions/${id}`)).body).toMatchObject({
        steps: 9,
        tokens: whole.tokens,
      });
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          asked(at % 2 === 0 ? one : other, `/v1/sessions/${id}/feed`, { prompt: "a" }),
        ),
      );
      const fed = answers.filter(({ status }) => status === 200).length;
      expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
      expect((await asked(one, `/v1/sessions/${id}`)).body).toMatchObject({ steps: 9 + fed });
    } finally {
      one.close();
      other.close();
    }
  });
});
