// Sessions over WebSockets: bytes of sensors, keys of browsers, and what is wrong with a message.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Listening, listeningTo, opened, refusal } from "./listening.ts";
import { asked, bookOf } from "./served-book.ts";
import { sensorFiles } from "./served-sensor.ts";

let listening: Listening;
beforeAll(async () => {
  listening = await listeningTo({ models: { book: await bookOf().files(), sensor: await sensorFiles() } });
});
afterAll(() => listening.close());

async function begun(model: string, init: RequestInit = {}, on = listening): Promise<string> {
  const { body } = await asked(on.server, "/v1/sessions", undefined, {
    ...{ method: "POST", body: JSON.stringify({ model }) },
    ...init,
    headers: { "content-type": "application/json", ...init.headers },
  });
  return (body as { id: string }).id;
}

test("floats are rows of the only input, and are answered with floats of the first output", async () => {
  const rows = [
    [0.5, -1],
    [0.25, 2],
    [-3, 0.125],
  ];
  const session = await begun("sensor");
  const socket = await opened(listening, `/v1/sessions/${session}/stream`);
  const said = [
    await socket.asked(Float32Array.from(rows[0])),
    await socket.asked(Float32Array.from(rows.slice(1).flat())),
  ].map((data) => Buffer.from(data as Buffer));
  const floats = Buffer.concat(said);
  const got = Array.from({ length: floats.length / 4 }, (_, at) => floats.readFloatLE(4 * at));
  const other = await begun("sensor");
  const { body } = await asked(listening.server, `/v1/sessions/${other}/feed`, { inputs: { x: rows } });
  const { outputs } = body as { outputs: { y: number[][] } };
  expect(got).toHaveLength(9);
  for (const [at, value] of outputs.y.flat().entries()) expect(got[at]).toBeCloseTo(value, 6);
  // A message that is no whole number of steps is not read in part.
  expect(await socket.asked(new Float32Array(3))).toMatchObject({
    error: { message: expect.stringMatching(/12 bytes, needed 8 for each step/), param: "inputs.x" },
  });
  expect(await socket.asked(new Uint8Array(0))).toMatchObject({ error: { param: "inputs.x" } });
  expect(await socket.asked("{}")).toMatchObject({ steps: 3 });
  socket.close();
});

test("what is wrong with a message is said, and the next one is read", async () => {
  const socket = await opened(listening, `/v1/sessions/${await begun("book")}/stream`);
  expect(await socket.asked("{")).toMatchObject({ error: { message: "the message is no JSON" } });
  expect(await socket.asked('{"text":"a"}')).toMatchObject({
    error: { type: "invalid_request_error", param: "text" },
  });
  expect(await socket.asked(new Float32Array(2))).toMatchObject({
    error: { message: expect.stringMatching(/binary, needed JSON/) },
  });
  expect(await socket.asked('{"prompt":"ab"}')).toMatchObject({ steps: 2 });
  socket.close();
});

test("browsers, which can set no headers, bring their key as a protocol, and are not answered with it", async () => {
  const key = "sk/with=signs";
  const guarded = await listeningTo({ models: { book: await bookOf().files() }, apiKeys: [key] });
  try {
    const session = await begun("book", { headers: { authorization: `Bearer ${key}` } }, guarded);
    const path = `/v1/sessions/${session}/stream`;
    expect(await refusal(guarded, path)).toBe(401);
    expect(await refusal(guarded, path, ["unrolled", "bearer.other"])).toBe(401);
    const { socket, asked: ask } = await opened(guarded, path, [
      "unrolled",
      `bearer.${encodeURIComponent(key)}`,
    ]);
    expect(socket.protocol).toBe("unrolled");
    expect(await ask('{"prompt":"a"}')).toMatchObject({ steps: 1 });
    // A server that ends says so.
    const closed = new Promise((resolve) => {
      socket.on("close", resolve);
    });
    guarded.close();
    expect(await closed).toBe(1001);
  } finally {
    guarded.close();
  }
});

test("a request that asks for no socket, or for a session that is not there, gets none", async () => {
  expect((await asked(listening.server, `/v1/sessions/${await begun("book")}/stream`)).status).toBe(426);
  expect(await refusal(listening, `/v1/sessions/${"sess_".padEnd(37, "0")}/stream`)).toBe(404);
});
