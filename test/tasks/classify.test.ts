import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ModelFiles } from "../../src/index.ts";
import { openModel } from "../../src/index.ts";
import { trainNear } from "./train-near.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "classify-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Texts whose class is the word they end in, so that what stands before tells nothing. */
function textTable(rows: number): string {
  const words = ["red", "green", "blue"];
  const lines = Array.from({ length: rows }, (_, row) => {
    const label = words[row % 3];
    return `"a ""quoted"" word,\nand ${words[Math.floor(row / 3) % 3]} ${words[Math.floor(row / 9) % 3]} ${label}",${label}`;
  });
  return `sentence,label\n${lines.join("\n")}\n`;
}

async function trained(data: object, settings: object) {
  const events: ({ type: string } & Record<string, unknown>)[] = [];
  for await (const event of trainNear({ task: "classify", data: data as never, settings: settings as never }))
    events.push(event as { type: string } & Record<string, unknown>);
  const last = (type: string) => events.filter((event) => event.type === type).at(-1)!;
  return { start: last("start"), end: last("end"), files: last("model").files as ModelFiles, events };
}

describe("texts of a table", () => {
  it("are learned, measured beside baselines, and answered for", async () => {
    const path = join(folder, "colours.csv");
    writeFileSync(path, textTable(240));
    const { start, end, files } = await trained(
      { train: [path], test: [{ title: "test.csv", text: textTable(30) }] },
      { threads: 1, budget: { epochs: 12 }, dropout: 0, wordDropout: 0, hiddenSize: 24, learningRate: 0.01 },
    );
    expect(start).toMatchObject({
      classes: 3,
      trainingExamples: 216,
      validationExamples: 24,
      columns: { text: "sentence", label: "label" },
    });
    expect(start.baselines).toMatchObject({ majority: { accuracy: expect.closeTo(1 / 3, 5) } });
    expect(end).toMatchObject({
      evaluation: { accuracy: 1 },
      test: { examples: 30, accuracy: 1, baselines: { majority: { accuracy: expect.closeTo(1 / 3, 5) } } },
    });
    const model = await openModel(files, { task: "classify" });
    const answer = await model.predict("and red red green");
    const look = await model.look("and red red green");
    expect(look).toMatchObject({ names: model.madeBy && Object.keys(answer.probabilities), answer });
    expect(look.pieces.join("").replace(/\s+/g, " ").trim()).toBe("and red red green");
    const K = look.names.length;
    // After the last step it says what it says of the whole, and after each what it says of the text that ends there.
    const beginning = await model.predict("and red");
    for (const [at, name] of look.names.entries()) {
      expect(look.said[3 * K + at]).toBeCloseTo(answer.probabilities[name], 6);
      expect(look.said[1 * K + at]).toBeCloseTo(beginning.probabilities[name], 5);
    }
    expect(look.words[3]).toBe(answer.label);
    expect(answer.label).toBe("green");
    expect(answer.probabilities.green).toBeGreaterThan(0.9);
    const sum = Object.values(answer.probabilities).reduce((total, each) => total + each, 0);
    expect(sum).toBeCloseTo(1, 12);
  });

  it.each(["max", "mean", "attention"])("are pooled over their steps: %s", async (pooling) => {
    const { end } = await trained(
      { train: [{ title: "colours.csv", text: textTable(60) }] },
      { threads: 1, pooling, hiddenSize: 8, budget: { steps: 2 } },
    );
    expect(end).toMatchObject({ steps: 2, evaluation: { examples: 6 } });
  });

  it("give an error that names line, column and the nearest name", async () => {
    const from = (text: string, settings = {}) =>
      trained({ train: [{ title: "data.csv", text }] }, { threads: 1, ...settings });
    await expect(from("a,label\nx,1\ny\n")).rejects.toThrow("data.csv, line 3 has 1 cell, the first line 2");
    await expect(from("sentence,label\nx,1\n", { text: "sentense" })).rejects.toThrow(
      'text is "sentense", needed a column of data.csv: sentence, label; did you mean sentence?',
    );
    await expect(from("text,label\nx y,1\nz w,\n")).rejects.toThrow(
      "line 3, column label is empty, needed a label",
    );
    await expect(from("text,label\nx y,1\nz w,1\n")).rejects.toThrow('all examples have the label "1"');
  });
});

describe("windows of series", () => {
  const recording = (kind: "still" | "shaken", seed: number) => {
    const rows = Array.from({ length: 40 }, (_, t) => {
      const x = kind === "still" ? 0.1 * Math.sin(seed + t) : Math.sin(seed + 2.5 * t);
      return `${x.toFixed(3)},${(seed % 3) + 0.01 * t},${kind}`;
    });
    return { title: `${kind}-${seed}.csv`, text: `ax,ay,activity\n${rows.join("\n")}\n` };
  };

  it("are cut behind the split, so that no recording stands in two parts", async () => {
    const train = Array.from({ length: 20 }, (_, seed) =>
      recording(seed % 2 === 0 ? "still" : "shaken", seed),
    );
    const { start, end, files } = await trained(
      { train },
      {
        features: ["ax", "ay"],
        label: "activity",
        window: 16,
        stride: 8,
        threads: 1,
        valFraction: 0.2,
        dropout: 0,
        learningRate: 0.01,
        budget: { epochs: 40 },
      },
    );
    // Four windows of 16 steps in 40.
    expect(start).toMatchObject({ trainingExamples: 16 * 4, validationExamples: 4 * 4 });
    expect(end).toMatchObject({ evaluation: { accuracy: 1 } });
    const model = await openModel(files, { task: "classify" });
    const shaken = Array.from({ length: 16 }, (_, t) => [Math.sin(2.5 * t), 1]);
    expect((await model.predict(shaken)).label).toBe("shaken");
  });
});
