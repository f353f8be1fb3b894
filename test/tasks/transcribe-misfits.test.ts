import { expect, test } from "vitest";
import { Generator, openModel } from "../../src/index.ts";
import type { TranscribeEvaluation } from "../../src/tasks/transcribe/transcribe-answers.ts";
import { QUICK, spoken, trained, utterances, WIDTH } from "./recognisers.ts";

const generator = new Generator(7);
const train = utterances(20, 5);
const quick = { ...QUICK, budget: { steps: 1 }, evalEvery: 0 };
const SILENT = { file: "silent.wav", text: "ab", frames: { width: WIDTH, values: new Float32Array(0) } };
const FOREIGN = { file: "foreign.wav", text: "axa", frames: spoken("aba", generator) };
const LONG = { file: "long.wav", text: "abcdeabcde", frames: spoken("a", generator) };

test("held-out recordings that cannot be written are named, count as wrong, and leave the loss as it is", async () => {
  const val = utterances(5, 6);
  const { end } = await trained({ train, val }, quick);
  const odd = await trained({ train, val: [...val, SILENT, FOREIGN, LONG] }, quick);
  expect(odd.notes).toEqual(
    [
      "have no frame",
      "have labels that no utterance to learn from has",
      "are longer than the steps of their sounds",
    ].map(
      (what, at) =>
        `1 of 8 held-out utterances ${what}; they count in the error rates, and not in the loss: ${[SILENT, FOREIGN, LONG][at].file}`,
    ),
  );
  const [plain, found] = [end, odd.end].map(({ evaluation }) => evaluation as Record<string, number>);
  expect(found.lossNats).toBeCloseTo(plain.lossNats, 5);
  expect([found.utterances, found.words]).toEqual([8, plain.words + 3]);
});

test("nothing is said of a loss that no held-out recording has", async () => {
  const { end } = await trained({ train, val: [FOREIGN] }, quick);
  expect(end.evaluation).not.toHaveProperty("lossNats");
  expect(end.evaluation).toMatchObject({ utterances: 1, words: 1 });
});

test("eval counts the words of a recording that is shorter than a frame", async () => {
  const { files } = await trained({ train, val: utterances(2, 6) }, quick);
  const model = await openModel(files, { task: "transcribe" });
  const found = (await model.evaluate({ train: [SILENT, train[0]] })) as TranscribeEvaluation;
  expect(found).toMatchObject({ utterances: 2, words: 1 + train[0].text.split(" ").length });
  expect(found.deletions).toBeGreaterThan(0);
});

test("what is neither a sound nor frames is refused by name", async () => {
  const { files } = await trained({ train, val: utterances(2, 6) }, quick);
  const model = await openModel(files, { task: "transcribe" });
  const inputs = ["some.wav", undefined, new Float32Array(9000), { width: WIDTH }];
  for (const [at, got] of ["a text", "undefined", "Float32Array", "Object"].entries())
    await expect(model.predict(inputs[at] as never)).rejects.toThrow(`predict: sound is ${got}, needed`);
});

test.each([
  [{ sampleRate: 8000 }, { got: "16000", needed: "8000, as the model to go on from has it" }],
  [{ style: "htk" }, { got: "kaldi", needed: "htk, as the model to go on from has it" }],
  [{ energy: false }, { got: "true", needed: "false, as the model to go on from has it" }],
  [{ normalize: "utterance" }, { got: "training", needed: "utterance, as the model to go on from has it" }],
  [{ tokenizer: "word" }, { got: "char", needed: "word, as the model to go on from has it" }],
])("what goes on from another recogniser has to hear and write as it does: %j", async (other, fields) => {
  const { files } = await trained({ train, val: utterances(2, 6) }, { ...quick, ...other });
  const going = trained({ train, val: utterances(2, 6) }, quick, { model: files });
  await expect(going).rejects.toMatchObject({
    code: "invalid-argument",
    fields: { subject: [{ option: Object.keys(other)[0] }], ...fields },
  });
});
