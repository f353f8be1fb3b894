// A recogniser over HTTP, as OpenAI's client asks it, and over a WebSocket, as a microphone does.
import type { AddressInfo } from "node:net";
import OpenAI from "openai";
import { type ModelFiles, openModel } from "unrolled";
import { writeWav } from "unrolled/audio";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Listening, listeningTo, opened, refusal } from "./listening.ts";
import { asked, bookOf } from "./served-book.ts";
import { recogniserOfTones, TONES_HZ, tonesOf, wavOf } from "./spoken-tones.ts";

const TEXT = "ab ca";

let files: ModelFiles;
let listening: Listening;
let client: OpenAI;
beforeAll(async () => {
  files = await recogniserOfTones();
  listening = await listeningTo({ models: { tones: files, book: await bookOf().files() } });
  const { port } = listening.listener.address() as AddressInfo;
  client = new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: "none", maxRetries: 0 });
}, 120_000);
afterAll(() => listening?.close());

const fileOf = (text: string) => new File([wavOf(text) as Uint8Array<ArrayBuffer>], "tones.wav");

test("writes what a recording says, with the times of its words", async () => {
  const given = { model: "tones", file: fileOf(TEXT) };
  expect((await client.audio.transcriptions.create(given)).text).toBe(TEXT);
  expect(await client.audio.transcriptions.create({ ...given, response_format: "text" })).toBe(TEXT);
  const said = await client.audio.transcriptions.create({ ...given, response_format: "verbose_json" });
  const samples = tonesOf(TEXT).length;
  expect(said).toMatchObject({ task: "transcribe", text: TEXT });
  expect(said.duration).toBeCloseTo(samples / TONES_HZ, 6);
  const words = said.words!;
  expect(words.map(({ word }) => word)).toEqual(TEXT.split(" "));
  // A letter and a space are as long; the second word begins behind three of them.
  const letter = said.duration / TEXT.length;
  expect(words[0].start).toBeLessThan(letter);
  expect(words[0].end).toBeLessThanOrEqual(words[1].start);
  expect(Math.abs(words[1].start - 3 * letter)).toBeLessThan(letter);
  expect(words[1].end).toBeLessThanOrEqual(said.duration + letter);
  const model = await openModel(files, { task: "transcribe" });
  const alone = await model.predict({ sampleRateHz: TONES_HZ, channels: [tonesOf(TEXT)] });
  expect(words).toEqual(alone.words);
});

test("many recordings at once are each written as it is alone", async () => {
  const texts = ["a", "bc", "c ab", "bbb", "a c"];
  const all = await Promise.all(
    texts.map((text) => client.audio.transcriptions.create({ model: "tones", file: fileOf(text) })),
  );
  expect(all.map(({ text }) => text)).toEqual(texts);
});

test("says what is wrong with a file", async () => {
  const model = "tones";
  const samples = writeWav({ sampleRateHz: TONES_HZ, channels: [new Float32Array(8)] });
  const nothing = new File([samples as Uint8Array<ArrayBuffer>], "a.wav");
  await expect(
    client.audio.transcriptions.create({ model, file: new File(["no"], "a.wav") }),
  ).rejects.toMatchObject({ status: 400, param: "file" });
  expect((await client.audio.transcriptions.create({ model, file: nothing })).text).toBe("");
});

test("hears samples as they come, in either encoding, and says what it says of the whole", async () => {
  const samples = tonesOf(TEXT);
  for (const encoding of ["f32", "pcm16"]) {
    const socket = await opened(listening, `/v1/audio/stream?model=tones&encoding=${encoding}`);
    const bytes =
      encoding === "f32" ? samples : Int16Array.from(samples, (sample) => Math.round(sample * 32767));
    for (let turn = 0; turn < 2; turn++) {
      const texts: string[] = [];
      for (let at = 0; at < bytes.length; at += 400)
        texts.push(((await socket.asked(bytes.slice(at, at + 400))) as { text: string }).text);
      expect(TEXT.startsWith(texts[2])).toBe(true);
      expect(texts.at(-2)!.length).toBeGreaterThan(texts[2].length);
      const last = (await socket.asked(JSON.stringify({ end: true }))) as { text: string; words: object[] };
      expect(last.text).toBe(TEXT);
      expect(last.words).toHaveLength(2);
    }
    expect(await socket.asked(new Uint8Array(3))).toMatchObject({ error: { message: /3 bytes/ } });
    expect(await socket.asked("{}")).toMatchObject({ error: { param: "end" } });
    socket.close();
  }
  expect(await refusal(listening, "/v1/audio/stream?model=book")).toBe(400);
  expect(await refusal(listening, "/v1/audio/stream")).toBe(400);
  expect((await asked(listening.server, "/v1/audio/stream?model=tones")).status).toBe(426);
});
