// A transducer's prediction network that begins as a language model of its labels.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Generator, ints, openDevice, trainTokenizer } from "unrolled";
import { afterAll, expect, test } from "vitest";
import { LayeredNetwork } from "../../src/networks/layered-network.ts";
import { valuesOf } from "../../src/options/option.ts";
import { modelFiles } from "../../src/tasks/language/folder/language-folder.ts";
import { TRANSCRIBE } from "../../src/tasks/transcribe/transcribe-description.ts";
import { newWeights } from "../../src/tasks/transcribe/transcribe-from.ts";
import { transcribeNetwork } from "../../src/tasks/transcribe/transcribe-network.ts";
import { TRANSCRIBE_OPTIONS } from "../../src/tasks/transcribe/transcribe-options.ts";
import { predictionWeights } from "../../src/tasks/transcribe/transcribe-predict-from.ts";
import { hearingOf, TranscribeReader } from "../../src/tasks/transcribe/transcribe-reading.ts";
import { searchOf } from "../../src/tasks/transcribe/transcribe-search.ts";
import { languageNetwork, modelWith } from "../language-parts.ts";

const device = await openDevice();
const folder = mkdtempSync(join(tmpdir(), "unrolled-"));
afterAll(() => rmSync(folder, { recursive: true }));

const text = "NO ON\nNOON\n";
const tokenizer = trainTokenizer({ kind: "char", text });
const language = languageNetwork(device, {
  ...{ cell: "lstm", nonlinearity: "tanh", vocabularySize: tokenizer.vocabularySize, embeddingSize: 3 },
  ...{ hiddenSize: 5, numLayers: 1, dropout: 0, tieWeights: false, tokenizer: "char" },
});
const files = await modelFiles(modelWith(language, tokenizer));
for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);

const settingsOf = (more: object) =>
  valuesOf("train", TRANSCRIBE_OPTIONS, {
    ...{ loss: "transducer", cell: "lstm", hiddenSize: 4, numLayers: 1, predictionSize: 5, jointSize: 0 },
    ...{ dropout: 0, predictFrom: folder, ...more },
  });
function parts(more: object = {}) {
  const settings = settingsOf(more);
  const reader = new TranscribeReader({
    ...{ hearing: hearingOf(settings), width: 2, moments: null, lowercase: true },
    normalize: "none",
    tokenizer: trainTokenizer({ kind: "char", text: "no z" }).toJSON(),
  });
  return { reader, network: transcribeNetwork(settings, { width: 2, classes: reader.classes }) };
}

test("it says after each label what the language model thinks after the same text", async () => {
  const { reader, network } = parts();
  const weights = await predictionWeights(await newWeights(device, network, 1), folder, reader);
  const model = new LayeredNetwork(device, network, { generator: new Generator(1) });
  model.loadStateDict(weights);
  const said = [reader.blank, ...reader.tokenizer.encode("noon no")];
  const layers = model.config.layers.filter(({ name }) => ["labelVectors", "prediction"].includes(name));
  const labels = new Map([["labels", { tensor: ints(device, said, [1, said.length]) }]]);
  const own = model.apply(layers, labels, {}).values.get("prediction")!.tensor.read();
  const ids = tokenizer.encode("\nNOON NO");
  const inside = language.config.layers.filter(({ name }) => name === "encoder" || name === "rnn");
  const reads = inside.map((layer) => (layer.name === "rnn" ? { ...layer, inputs: ["encoder"] } : layer));
  const tokens = new Map([["ids", { tensor: ints(device, ids, [ids.length, 1]) }]]);
  const wanted = language.apply(reads, tokens, {}).values.get("rnn")!.tensor.read();
  expect(own).toHaveLength(wanted.length);
  for (const [at, h] of own.entries()) expect(h).toBeCloseTo(wanted[at], 5);
});

test("texts are searched for with the same language model", async () => {
  const { reader } = parts();
  const { tokens } = reader;
  const words = { lexicon: null, hotWords: [], hotWordBonus: 10 };
  const said = { lm: folder, lmWeight: 0.7, wordBonus: 0, ...words, beam: null };
  const { scorers, beamWidth } = await searchOf(said, { tokens, isLowercase: false }, device);
  expect([scorers.length, beamWidth]).toEqual([1, 32]);
  await expect(searchOf({ ...said, lm: join(folder, "no.arpa") }, reader, device)).rejects.toThrow(
    /no\.arpa/,
  );
});

test("a language model of another size is refused by name, and CTC has no prediction network", async () => {
  const { reader, network } = parts({ predictionSize: 6 });
  await expect(predictionWeights(await newWeights(device, network, 1), folder, reader)).rejects.toThrow(
    /prediction\.\w+ is \[24.* in the language model .*needed one layer of as many units/,
  );
  const given = { predictFrom: folder, loss: "ctc" } as const;
  expect(() => TRANSCRIBE.settle(given, settingsOf(given))).toThrow(/loss transducer/);
});
