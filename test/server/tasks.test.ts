// Models of tasks over HTTP, many inputs at once, and the document that says what there is to ask.
import { type ModelFiles, openDevice, openModel } from "unrolled";
import { createServer, type ModelServer } from "unrolled/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { classifyTask } from "../../src/tasks/classify/classify-task.ts";
import { translateTask } from "../../src/tasks/translate/translate-task.ts";
import { resolveSettingsOf } from "../../src/training/resolve-settings.ts";
import { asked, bookOf } from "./served-book.ts";
import { sensorFiles } from "./served-sensor.ts";

let server: ModelServer;
let files: ModelFiles;
let pairs: ModelFiles;
/** Of what was computed together. */
const sizes: number[] = [];
beforeAll(async () => {
  const words = ["good", "fine", "bad", "poor"];
  const rows = Array.from({ length: 40 }, (_, at) => `${words[at % 4]},${at % 4 < 2 ? "yes" : "no"}`);
  const data = { train: [{ title: "moods.csv", text: `text,label\n${rows.join("\n")}\n` }] };
  const settings = resolveSettingsOf(classifyTask, { hiddenSize: 8 }) as never;
  const device = await openDevice();
  const prepared = await classifyTask.prepare({ data: data as never, settings, device, threads: 1 });
  const { model } = classifyTask.replica(device, prepared.options, 4);
  files = await prepared.files!(model, settings, undefined);
  pairs = await translatorFiles();
  server = await createServer({
    models: { moods: files, sensor: await sensorFiles(), book: await bookOf().files(), pairs },
    observer: { step: (model, size) => void (model === "moods" && sizes.push(size)) },
  });
});
afterAll(() => server?.close());

/** A translator with the weights that it was drawn with. */
async function translatorFiles(): Promise<ModelFiles> {
  const train = Array.from({ length: 20 }, (_, at) => ({ source: `${at} ab`, target: `ba ${at % 7}` }));
  const settings = resolveSettingsOf(translateTask, { hiddenSize: 8, embeddingSize: 4, tokenizer: "char" });
  const device = await openDevice();
  const given = { data: { train } as never, settings: settings as never, device, threads: 1 };
  const prepared = await translateTask.prepare(given);
  const { model } = translateTask.replica(device, prepared.options, 4);
  return prepared.files!(model, settings as never, undefined);
}

test("what writes texts tells them as it writes, input by input", async () => {
  const inputs = ["1 ab", { source: "4 a", beam: 1, minLength: 4, maxLength: 6 }];
  const body = JSON.stringify({ model: "pairs", inputs, stream: true });
  const post = { method: "POST", body, headers: { "content-type": "application/json" } };
  const response = await server.fetch(new Request("http://server/v1/translate", post));
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const events = (await response.text())
    .trimEnd()
    .split("\n\n")
    .map((line) => line.slice("data: ".length));
  expect(events.pop()).toBe("[DONE]");
  const { data, ...list } = JSON.parse(events.pop()!);
  expect(list).toEqual({ object: "list", model: "pairs" });
  const whole = await asked(server, "/v1/translate", { model: "pairs", inputs });
  expect(data.map(({ target }: { target: string }) => target)).toEqual(
    (whole.body as { data: { target: string }[] }).data.map(({ target }) => target),
  );
  const pieces = events.map((event) => JSON.parse(event) as { index: number; text: string });
  for (const [index, { target }] of data.entries()) {
    const own = pieces.filter((piece) => piece.index === index);
    expect(own.map(({ text }) => text).join("")).toBe(target);
    if (index === 1) expect(own.length).toBeGreaterThan(2);
  }
});

test("a stream that cannot be answered ends with the error", async () => {
  const body = JSON.stringify({ model: "pairs", inputs: ["1", "9".repeat(200)], stream: true });
  const post = { method: "POST", body, headers: { "content-type": "application/json" } };
  const text = await (await server.fetch(new Request("http://server/v1/translate", post))).text();
  const last = JSON.parse(text.trimEnd().split("\n\n").at(-1)!.slice("data: ".length));
  expect(last.error.message).toMatch(/input 1.* 200 tokens, needed at most 100/);
  expect(text).not.toContain("[DONE]");
});

test("each input is answered as predict does, in their order", async () => {
  const inputs = ["good", "bad", "something else", "good"];
  const { status, body } = await asked(server, "/v1/classify", { model: "moods", inputs });
  expect(status).toBe(200);
  const model = await openModel(files, { task: "classify" });
  const data = [];
  for (const input of inputs) data.push(await model.predict(input));
  expect(body).toEqual({ object: "list", model: "moods", data: JSON.parse(JSON.stringify(data)) });
});

test("inputs of many requests are answered together, and one that cannot be answered spoils no other", async () => {
  sizes.length = 0;
  const inputs = ["good", "bad", "something else", "poor and fine", "g"];
  const model = await openModel(files, { task: "classify" });
  const alone = await Promise.all(inputs.map((input) => model.predict(input)));
  const asks = inputs.flatMap((input) => Array.from({ length: 8 }, () => [input, input]));
  const wrong = { model: "moods", inputs: ["good", [[1]]] };
  const [refused, ...answers] = await Promise.all([
    asked(server, "/v1/classify", wrong),
    ...asks.map((own) => asked(server, "/v1/classify", { model: "moods", inputs: own })),
  ]);
  expect(refused).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringMatching(/input 1.* rows of numbers, needed a text/) } },
  });
  for (const [at, { body }] of answers.entries()) {
    const { data } = body as { data: typeof alone };
    const expected = alone[Math.floor(at / 8)];
    expect(data.map(({ label }) => label)).toEqual([expected.label, expected.label]);
    for (const [label, probability] of Object.entries(expected.probabilities))
      expect(data[0].probabilities[label]).toBeCloseTo(probability, 6);
  }
  expect(Math.max(...sizes)).toBeGreaterThan(16);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(2 * (asks.length + 1));
});

test("what is wrong is said by its name", async () => {
  const cases: [string, unknown, number, string | null][] = [
    ["/v1/classify", { model: "moods" }, 400, "inputs"],
    ["/v1/classify", { model: "moods", inputs: [] }, 400, "inputs"],
    ["/v1/classify", { model: "moods", inputs: ["good", 3] }, 400, "inputs.1"],
    ["/v1/classify", { model: "moods", inputs: [[[1], [1, 2]]] }, 400, "inputs.0"],
    ["/v1/classify", { model: "book", inputs: ["a"] }, 400, "model"],
    ["/v1/tag", { model: "moods", inputs: ["a"] }, 400, "model"],
    ["/v1/forecast", { model: "sensor", inputs: [[1, 2]] }, 400, "model"],
    ["/v1/translate", { model: "nobody", inputs: ["a"] }, 404, "model"],
    ["/v1/completions", { model: "moods" }, 400, "model"],
  ];
  for (const [path, given, status, param] of cases)
    expect(await asked(server, path, given), `${path} ${JSON.stringify(given)}`).toMatchObject({
      status,
      body: { error: { param } },
    });
  const form = new FormData();
  form.append("file", new File(["no sound"], "a.wav"));
  form.append("model", "moods");
  const post = { method: "POST", body: form };
  expect(await asked(server, "/v1/audio/transcriptions", undefined, post)).toMatchObject({
    status: 400,
    body: { error: { param: "model" } },
  });
});

test("the document of the interface has every address, with the schemas that check requests", async () => {
  const { body } = await asked(server, "/openapi.json");
  const { openapi, paths, components } = body as {
    openapi: string;
    paths: Record<string, object>;
    components: { schemas: Record<string, { properties: object }> };
  };
  expect(openapi).toBe("3.1.0");
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining([
      ...["/v1/models", "/v1/completions", "/v1/sessions", "/v1/sessions/{session}/feed", "/v1/classify"],
      ...["/v1/tag", "/v1/forecast", "/v1/translate", "/v1/audio/transcriptions", "/health", "/ready"],
    ]),
  );
  expect(Object.keys(components.schemas.CompletionRequest.properties)).toContain("max_tokens");
});

test("the page is there, and asks nobody else", async () => {
  const page = await server.fetch(new Request("http://server/"));
  expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
  const html = await page.text();
  expect(html).toContain("<title>Unrolled</title>");
  expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
});

test("bodies of any kind are answered, and never by a mistake of the server", async () => {
  const values = [null, 1, -1, "x", "", [], [1], {}, true, 1e308, [null], [[]], { a: 1 }, "\u{d800}"];
  const paths = ["completions", "sessions", "classify", "tag", "forecast", "translate"];
  const names = [
    "model",
    "prompt",
    "max_tokens",
    "n",
    "stop",
    "seed",
    "inputs",
    "temperature",
    "session",
    "top",
  ];
  let state = 1;
  const draw = (count: number) => {
    state = (state * 48271) % 2147483647;
    return state % count;
  };
  const models = ["book", "moods", "sensor"];
  for (let turn = 0; turn < 400; turn++) {
    const body = Object.fromEntries([
      ["model", models[draw(models.length)]],
      ...Array.from({ length: 1 + draw(3) }, () => [names[draw(names.length)], values[draw(values.length)]]),
    ]);
    const path = `/v1/${paths[draw(paths.length)]}`;
    const { status } = await asked(server, path, body);
    expect(status, `${path} ${JSON.stringify(body)}`).toBeLessThan(500);
  }
});
