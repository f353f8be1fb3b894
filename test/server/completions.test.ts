// `/v1/completions` as OpenAI's client uses it, beside the library's own `generate`.
import type OpenAI from "openai";
import { generate, generateEvents } from "unrolled/decode";
import type { ModelServer } from "unrolled/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asked, servedBook } from "./served-book.ts";

let server: ModelServer;
let client: OpenAI;
let model: Awaited<ReturnType<typeof servedBook>>["model"];
beforeAll(async () => {
  ({ server, client, model } = await servedBook());
});
afterAll(() => server.close());

async function generated(prompt: string, options: Parameters<typeof generate>[2]): Promise<string> {
  let text = "";
  for await (const piece of generate(model, prompt, options)) text += piece;
  return text;
}

test("the same seed gives the text of generate, alone and among many", async () => {
  const ask = (seed: number) =>
    client.completions.create({ model: "book", prompt: "the qu", max_tokens: 30, seed, temperature: 0.5 });
  const all = await Promise.all(Array.from({ length: 40 }, (_, seed) => ask(seed)));
  for (const [seed, { choices, usage }] of all.entries()) {
    expect(choices).toEqual([
      {
        index: 0,
        text: await generated("the qu", { seed, maxNewTokens: 30, temperature: 0.5 }),
        logprobs: null,
        finish_reason: "length",
      },
    ]);
    expect(usage).toEqual({ prompt_tokens: 6, completion_tokens: 30, total_tokens: 36 });
  }
});

test("n choices are the samples of generate, and each prompt has its own", async () => {
  const samples = new Map<number, string>();
  for await (const event of generateEvents(model, "fox", { seed: 4, numSamples: 6, maxNewTokens: 8 }))
    if (event.type === "end") samples.set(event.sample, event.text);
  const given = { model: "book", prompt: ["fox", "fox"], n: 3, seed: 4, max_tokens: 8 };
  const { choices } = await client.completions.create(given);
  expect(choices.map(({ index, text }) => [index, text])).toEqual([...samples]);
});

test("a stream has the same text in pieces, then the usage", async () => {
  const given = { model: "book", prompt: "dog", max_tokens: 25, seed: 9, n: 2 };
  const whole = await client.completions.create(given);
  const texts = ["", ""];
  const reasons: unknown[] = [];
  let usage: unknown;
  const stream = await client.completions.create({
    ...given,
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const piece of stream) {
    for (const { index, text, finish_reason } of piece.choices) {
      texts[index] += text;
      if (finish_reason !== null) reasons[index] = finish_reason;
    }
    if (piece.choices.length === 0) usage = piece.usage;
  }
  expect(texts).toEqual(whole.choices.map(({ text }) => text));
  expect(reasons).toEqual(["length", "length"]);
  expect(usage).toEqual({ prompt_tokens: 3, completion_tokens: 50, total_tokens: 53 });
});

test("ends before a stop string, which may come in parts", async () => {
  const text = await generated("a", { seed: 2, maxNewTokens: 40 });
  const stop = text.slice(10, 13);
  const end = text.indexOf(stop);
  const { choices } = await client.completions.create({
    model: "book",
    prompt: "a",
    max_tokens: 40,
    seed: 2,
    stop,
  });
  expect(choices).toMatchObject([{ text: text.slice(0, end), finish_reason: "stop" }]);
});

test("log probabilities are those of the model, of the prompt too with echo", async () => {
  const ids = model.tokenizer.encode("the fox");
  const { logits } = await model.run({ ids: { shape: [1, ids.length], data: ids } });
  const V = model.config.vocabularySize;
  const logProbability = (step: number, id: number) => {
    const row = Array.from({ length: V }, (_, v) => logits.data[step * V + v]);
    return row[id] - Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
  };
  const { choices } = await client.completions.create({
    ...{ model: "book", prompt: "the fox", max_tokens: 0, echo: true, logprobs: 3 },
  });
  const [{ text, logprobs, finish_reason }] = choices;
  expect([text, finish_reason]).toEqual(["the fox", "length"]);
  expect(logprobs?.tokens).toEqual([..."the fox"]);
  expect(logprobs?.text_offset).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(logprobs?.token_logprobs?.[0]).toBeNull();
  for (let at = 1; at < ids.length; at++) {
    expect(logprobs?.token_logprobs?.[at]).toBeCloseTo(logProbability(at - 1, ids[at]), 4);
    const top = logprobs?.top_logprobs?.[at] ?? {};
    const best = Array.from({ length: V }, (_, id) => logProbability(at - 1, id)).toSorted((a, b) => b - a);
    expect(Object.values(top).length).toBe(3);
    for (const [rank, value] of Object.values(top).entries()) expect(value).toBeCloseTo(best[rank], 4);
  }
});

test("token ids are a prompt, and an empty one is how texts begin", async () => {
  const ids = Array.from(model.tokenizer.encode("lazy"));
  const given = { model: "book", max_tokens: 12, seed: 3 };
  const text = async (prompt: string | number[]) =>
    (await client.completions.create({ ...given, prompt })).choices[0].text;
  expect(await text(ids)).toBe(await text("lazy"));
  expect(await text("")).toBe(await generated("", { seed: 3, maxNewTokens: 12 }));
});

test("greedy, top_k, top_p and min_p are those of generate", async () => {
  const given = { seed: 5, maxNewTokens: 20 };
  for (const [request, options] of [
    [{ temperature: 0 }, { temperature: 0 }],
    [{ top_k: 3 }, { topK: 3 }],
    [{ top_p: 0.5 }, { topP: 0.5 }],
    [{ min_p: 0.9 }, { minP: 0.9 }],
    [{ repetition_penalty: 1.5 }, { repetitionPenalty: 1.5 }],
  ] as const) {
    const body = { model: "book", prompt: "over", seed: 5, max_tokens: 20, ...request };
    expect((await asked(server, "/v1/completions", body)).body, JSON.stringify(request)).toMatchObject({
      choices: [{ text: await generated("over", { ...given, ...options }) }],
    });
  }
});

const WRONG: readonly (readonly [unknown, number, string | null, RegExp])[] = [
  [{}, 400, "model", /model/],
  [{ model: "nobody" }, 404, "model", /does not exist; there are: book/],
  [{ model: "book", max_tokens: -1 }, 400, "max_tokens", /max_tokens/],
  [{ model: "book", max_tokens: 1e9 }, 400, "max_tokens", /max_tokens/],
  [{ model: "book", max_tokens: 0 }, 400, "max_tokens", /echo/],
  [{ model: "book", temperature: "hot" }, 400, "temperature", /temperature/],
  [{ model: "book", top_p: 0 }, 400, "top_p", /top_p/],
  [{ model: "book", prompt: [1, 1000] }, 400, "prompt", /1000, needed token ids from 0 to/],
  [{ model: "book", prompt: { a: 1 } }, 400, "prompt", /texts/],
  [{ model: "book", n: 0 }, 400, "n", /n/],
  [{ model: "book", prompt: ["a", "b"], n: 1000 }, 400, "n", /2000 choices/],
  [{ model: "book", best_of: 3 }, 400, "best_of", /best_of/],
  [{ model: "book", frequency_penalty: 1 }, 400, "frequency_penalty", /not supported/],
  [{ model: "book", condition: "x" }, 400, "condition", /without a condition/],
  [{ model: "book", temprature: 1 }, 400, "temprature", /no such argument/],
  [[], 400, null, /./],
  ["book", 400, null, /./],
];

test.each(WRONG)("%j is refused with the argument's name", async (body, status, param, message) => {
  const answer = await asked(server, "/v1/completions", body);
  expect(answer).toMatchObject({ status, body: { error: { param } } });
  expect((answer.body as { error: { message: string } }).error.message).toMatch(message);
});

test("what is no JSON, too large, or nowhere is refused", async () => {
  const post = { method: "POST", headers: { "content-type": "application/json" } };
  expect(await asked(server, "/v1/completions", undefined, { ...post, body: "{" })).toMatchObject({
    status: 400,
    body: { error: { message: "the body is no JSON" } },
  });
  const form = { method: "POST", headers: { "content-type": "text/plain" }, body: "{}" };
  expect((await asked(server, "/v1/completions", undefined, form)).status).toBe(415);
  const { server: small } = await servedBook({ maxBodyBytes: 1000 });
  const large = { model: "book", prompt: "x".repeat(1000) };
  expect(await asked(small, "/v1/completions", large)).toMatchObject({ status: 413, body: { error: {} } });
  small.close();
  expect((await asked(server, "/v1/nothing")).status).toBe(404);
});

test("the models are listed, and each by itself", async () => {
  const { data } = await client.models.list();
  expect(data).toMatchObject([{ id: "book", object: "model", task: "language", streams: true }]);
  expect(await client.models.retrieve("book")).toEqual(data[0]);
  await expect(client.models.retrieve("nobody")).rejects.toThrow(/does not exist/);
});

test("it says that it runs, and that it takes work", async () => {
  expect(await asked(server, "/health")).toMatchObject({ status: 200, body: { status: "ok" } });
  expect(await asked(server, "/ready")).toMatchObject({ status: 200, body: { status: "ok" } });
});
