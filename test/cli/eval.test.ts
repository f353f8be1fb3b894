// `unrolled eval`: what it reads, and how texts are taken together.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
const run = (...parameters: string[]) => unrolledHere(parameters, folder.path);
const inFolder = (...path: string[]) => join(folder.path, ...path);

beforeAll(async () => {
  build();
  writeText(inFolder("text.txt"), 12_000);
  writeText(inFolder("held-out.txt"), 1_500);
  expect((await run("train", "text.txt", "--out", "models/a", "--steps", "30", ...SMALL)).code).toBe(0);
}, BUILD_MS);
afterAll(() => folder.remove());

describe("eval", () => {
  it("reads what training reads: folders, patterns, gzip, JSON lines and standard input, each file a stream of its own", async () => {
    const text = readFileSync(inFolder("held-out.txt"), "utf8");
    const halves = [text.slice(0, 700), text.slice(700)];
    mkdirSync(inFolder("parts"));
    for (const [index, half] of halves.entries()) writeFileSync(inFolder(`parts/${index}.txt`), half);
    writeFileSync(inFolder("packed.txt.gz"), gzipSync(text));
    writeFileSync(inFolder("lines.jsonl"), JSON.stringify({ body: { text } }));
    const found = async (...parameters: string[]) => {
      const { code, stdout, stderr } = await run(
        "eval",
        "models/a",
        ...parameters,
        "--json",
        "--cache",
        "cache",
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return jsonLines(stdout)[0];
    };
    const whole = await found("held-out.txt");
    expect(await found("packed.txt.gz")).toEqual(whole);
    expect(await found("lines.jsonl", "--field", "body.text")).toEqual(whole);
    expect(await found("packed.txt.gz", "--dynamic")).toEqual(await found("held-out.txt", "--dynamic"));

    const apart = await found("parts/0.txt", "parts/1.txt");
    expect(apart).toMatchObject({ tokens: 1498, characters: 1498 });
    expect(await found("parts")).toEqual(apart);
    expect(await found("parts/*.txt")).toEqual(apart);
    expect(apart.lossNats).not.toBe(whole.lossNats);
    // Every file begins from zero, and so the losses of two are those of each.
    const [one, two] = [await found("parts/0.txt"), await found("parts/1.txt")];
    const sum = (of: typeof one) => (of.lossNats as number) * (of.tokens as number);
    expect(sum(apart)).toBeCloseTo(sum(one) + sum(two), 6);

    const child = started(["eval", "models/a", "-", "--json", "--cache", "cache"], folder.path);
    const end = finished(child);
    child.stdin!.end(text);
    expect(jsonLines((await end).stdout)[0]).toEqual(whole);
    expect(existsSync(inFolder("cache/corpora"))).toBe(true);

    const vain = await run("eval", "models/a", "held-out.txt", "--field", "body", "--cache", "cache");
    expect(vain).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('field is "body", but no path ends in'),
    });
  });

  it("ends each document of JSON lines with the token for it, where the vocabulary has one", async () => {
    const documents = ["abab", "ab", "ababab"];
    writeFileSync(
      inFolder("many.jsonl"),
      documents
        .map((text) => JSON.stringify({ text }))
        .join("\n")
        .concat("\n")
        .repeat(60),
    );
    writeFileSync(inFolder("few.jsonl"), documents.map((text) => JSON.stringify({ text })).join("\n"));
    await run("train", "many.jsonl", "--out", "ends", "--steps", "3", ...SMALL);
    const [found] = jsonLines((await run("eval", "ends", "few.jsonl", "--json")).stdout);
    // Twelve characters and three ends, the first token given.
    expect(found).toMatchObject({ tokens: 14, characters: 11, unknownTokens: 0 });
  });
});
