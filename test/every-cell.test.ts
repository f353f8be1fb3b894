// Every cell of the registry, with each of its options in turn, as a language model: trained on two threads, saved, opened, resumed to
// the same bits, streamed, exported and told of. A cell or an option that is added to the registry is tried here by itself.
import { type Device, openDevice, openModel, type PartialSettings, type TrainingEvent } from "unrolled";
import { writeOnnx } from "unrolled/formats/onnx";
import { languageModelOfNetwork } from "unrolled/network";
import { evaluateDynamically, type Option, resolveSettings } from "unrolled/training";
import { beforeAll, describe, expect, test } from "vitest";
import { cellName } from "../src/cli/screen/language-words.ts";
import { languageTask } from "../src/tasks/language/language-task.ts";
import { exportedNetwork } from "../src/tasks/language/model/exported-network.ts";
import { CELL_NAMES, type CellName, cellTable } from "../src/tasks/language/model/language-cell.ts";
import { runTraining } from "../src/training/run-training.ts";
import type { TrainingStart } from "../src/training/settings.ts";

const text = "the cat sat on the mat, and the dog sat by it. ".repeat(6);
const small: PartialSettings = {
  ...{ hiddenSize: 6, embeddingSize: 5, numLayers: 2, batchSize: 4, seqLength: 6, dropout: 0.1 },
  ...{ threads: 2, backend: "wasm", evalEvery: 2, sampleEvery: 0 },
  ...{ budget: { steps: 4 }, checkpointEvery: { steps: 2 } },
};

/** A value of an option other than the one that it has by itself. */
function anotherValue(option: Option): unknown {
  if (option.form === "flag") return !option.default;
  const tried =
    option.form === "list"
      ? [[...(option.default as readonly unknown[])].reverse()]
      : option.form === "words"
        ? (option.words ?? []).toReversed()
        : [0.25, 4];
  return tried.find((value) => value !== option.default && option.check(value) === undefined);
}

/** What a cell cannot have, though every other has it. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  "ugrnn gateClip": /gateClip is 0\.25, needed none: this cell has no bounds/,
};

const rows = CELL_NAMES.flatMap((cell) => [
  [cell, "as it is", {}] as const,
  ...Object.entries(cellTable(cell)).map(
    ([name, option]) => [cell, name, { [name]: anotherValue(option) }] as const,
  ),
]);
const isRefused = ([cell, name]: readonly [CellName, string, object]) => `${cell} ${name}` in REFUSED;

async function trained(settings: PartialSettings, start: TrainingStart = {}) {
  const events: TrainingEvent[] = [];
  const resolved = resolveSettings({ ...small, ...settings });
  for await (const event of runTraining(
    languageTask,
    { text },
    resolved,
    new AbortController().signal,
    start,
  ))
    events.push(event);
  const of = <Type extends TrainingEvent["type"]>(type: Type) =>
    events.filter((event): event is Extract<TrainingEvent, { type: Type }> => event.type === type);
  return { checkpoints: of("checkpoint"), files: of("model").at(-1)!.files };
}

let device: Device;
beforeAll(async () => {
  device = await openDevice({ backend: "wasm" });
});

describe.each(rows.filter((row) => !isRefused(row)))("%s, %s", (cell, name, options) => {
  test("is trained, resumed, opened, streamed and exported", async () => {
    const settings: PartialSettings = { cell, ...options };
    const { checkpoints, files } = await trained(settings);
    const resumed = await trained(settings, { checkpoint: checkpoints[0].file });
    expect(resumed.files["model.safetensors"]).toEqual(files["model.safetensors"]);

    const config = JSON.parse(new TextDecoder().decode(files["config.json"]));
    const key = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    expect(config).toMatchObject({
      ...{ format_version: 2, cell },
      ...Object.fromEntries(Object.values(options).map((value) => [key, value])),
    });

    const model = await openModel(files, { device, task: "language" });
    const ids = model.tokenizer.encode("the dog sat");
    const inputs = { ids: { shape: [1, ids.length], data: ids } };
    const { logits } = await model.run(inputs);
    const expected = Array.from(logits.data, Number);
    const width = model.config.vocabularySize;
    const session = model.session();
    for (const [t, id] of ids.entries()) {
      const step = session.step({ ids: { shape: [1], data: Int32Array.of(id) } });
      expectNear(`streamed after token ${t}`, step.logits.data, expected.slice(t * width, (t + 1) * width));
    }

    const network = await exportedNetwork(model);
    const graph = await openModel(writeOnnx(network), { device });
    const before = Object.fromEntries(
      graph.inputs
        .filter(({ kind }) => kind === "float")
        .map(({ name, axes }) => {
          const shape = (axes as readonly unknown[]).map((axis) => (axis === "B" ? 1 : Number(axis)));
          return [name, { shape, data: new Float32Array(shape.reduce((product, n) => product * n)) }];
        }),
    );
    expectNear("out of ONNX", (await graph.run({ ...inputs, ...before })).logits.data, expected);
    const again = languageModelOfNetwork(device, network, model.tokenizer);
    expectNear("of the network read back", (await again.run(inputs)).logits.data, expected);

    const { lossNats } = await evaluateDynamically(model, [text.slice(0, 90)]);
    expect(lossNats).toBeGreaterThan(0);
    const words = name === "as it is" ? "" : name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    expect(cellName(model.config)).toContain(words);
    expect(new TextDecoder().decode(files["README.md"])).toContain(words);
  });
});

test.each(rows.filter(isRefused))("%s, %s is refused by name", (cell, name, options) => {
  expect(() => resolveSettings({ ...small, cell, ...options })).toThrow(REFUSED[`${cell} ${name}`]);
});

/** Within a hundred-thousandth, of the number where it is large. */
function expectNear(what: string, found: ArrayLike<number | bigint>, expected: readonly number[]): void {
  expect(found.length, what).toBe(expected.length);
  for (const [index, value] of expected.entries())
    expect(Math.abs(Number(found[index]) - value), `${what}[${index}]`).toBeLessThan(
      1e-5 * Math.max(1, Math.abs(value)),
    );
}
