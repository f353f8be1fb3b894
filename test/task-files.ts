// Small files for each task, and what a call of `train` says of them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "fast-png";
import { Generator } from "../src/random/philox.ts";
import { wavFile } from "./audio/wav-file.ts";

const SIDE = 16;

/** Files of a task, with what a call says of it. */
export const TASKS: Readonly<Record<string, readonly string[]>> = {
  classify: ["kinds.csv", "--hidden-size", "8", "--dropout", "0.2"],
  tag: ["tags.jsonl", "--hidden-size", "8", "--dropout", "0.2"],
  forecast: ["series.csv", "--hidden-size", "8", "--horizon", "2", "--context", "6"],
  translate: ["pairs.from", "pairs.to", "--hidden-size", "8", "--tokenizer", "word"],
  caption: [
    "scenes/captions.jsonl",
    ...["--hidden-size", "8", "--image-width", String(SIDE), "--image-height", String(SIDE)],
  ],
  transcribe: ["sounds/sounds.csv", "--hidden-size", "8"],
};

/** Writes them into a folder. */
export function writeTaskFiles(folder: string): void {
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  const writeLines = (name: string, rows: readonly string[]) => write(name, `${rows.join("\n")}\n`);
  const words = ["red", "blue", "green", "left", "right", "above", "below"];
  const generator = new Generator(3);
  const word = () => words[generator.integer(words.length)];
  const sentences = Array.from({ length: 40 }, () => Array.from({ length: 3 + generator.integer(3) }, word));
  writeLines("kinds.csv", [
    "text,label",
    ...sentences.map((each) => `${each.join(" ")},${each.includes("red") ? "warm" : "cold"}`),
  ]);
  writeLines(
    "tags.jsonl",
    sentences.map((tokens) =>
      JSON.stringify({ tokens, tags: tokens.map((each) => (each < "l" ? "B" : "O")) }),
    ),
  );
  writeLines("series.csv", ["y", ...Array.from({ length: 80 }, (_, t) => String((t % 7) + t / 50))]);
  writeLines(
    "pairs.from",
    sentences.map((each) => each.join(" ")),
  );
  writeLines(
    "pairs.to",
    sentences.map((each) => [...each].reverse().join(" ")),
  );
  mkdirSync(join(folder, "scenes"));
  mkdirSync(join(folder, "sounds"));
  const scenes = sentences.slice(0, 24).map((each, index) => {
    const data = Uint8Array.from({ length: 3 * SIDE * SIDE }, () => generator.integer(256));
    write(`scenes/${index}.png`, encode({ width: SIDE, height: SIDE, data, channels: 3, depth: 8 }));
    return JSON.stringify({ image: `${index}.png`, text: each.join(" ") });
  });
  writeLines("scenes/captions.jsonl", scenes);
  const sounds = sentences.slice(0, 24).map((each, index) => {
    const samples = Array.from({ length: 2 * 6000 }, () => generator.integer(256));
    write(`sounds/${index}.wav`, wavFile({ rate: 8000, data: samples }));
    return `${index}.wav,${each.slice(0, 2).join(" ")}`;
  });
  writeLines("sounds/sounds.csv", ["path,text", ...sounds]);
}
