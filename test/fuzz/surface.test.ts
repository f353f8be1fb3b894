// The library's own surface against random calls; `npm run fuzz -- --only surface --minutes 10` goes on for longer.
import { expect, test } from "vitest";
import { loadAddon } from "../../src/kernels/native.ts";
import { entries } from "./surface/entries.ts";
import { fuzzedBackends, fuzzSurface } from "./surface/fuzz-surface.ts";
import * as surface from "./surface/public-names.ts";

const SEED = 7;
const CASES = 1_200;

/** What else is public, and where it is tried. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "readKeras readKerasArrays readTensorFlowJs readSafetensors readStoredSafetensors readShardedSafetensors":
    "readers, targets/",
  "readPyTorch readNpy readNpz readRTNeural": "readers, targets/",
  "readArpa readWav": "readers, targets/",
  readTable: "a reader, src/data/tables/read-table.test.ts",
  "readHtkFeatures readSphinxFeatures": "readers, test/audio/feature-files.test.ts",
  recogniserSession: "listens with whole models, src/tasks/transcribe/",
  "CtcBeamSearch ctcDecoder wordScorer hotWords nextTokenScorer textScorer TransducerBeamSearch transducerBeamSearch transducerDecoder beamSearch beamSearchEvents sampleSequences sampleSequencesEvents":
    "plain numbers and texts, src/decoding/",
  PyTorchObject: "made by a reader, test/pytorch-objects.test.ts",
  "networkOfStateDict networkOfBasicLSTM networkOfOnnx openModel GraphModel tokenizerFromJSON":
    "readers, targets/",
  "writeSafetensors writeOnnx writeKerasWeights stateDictOf": "made from whole models",
  "sequential networkOf": "made of configurations and whole modules, test/trace/",
  "networkFrom networkData languageModel languageModelOfNetwork carry clearState": "made from whole models",
  "trainTokenizer tokenizerTrainer generate generateEvents generateTokens evaluate evaluateConditioned evaluateDynamically":
    "read texts",
  "fit defineFit measure predictions findLearningRate progressLine logLine":
    "train and measure, test/fit.test.ts",
  "accuracy binaryAccuracy f1 spanF1 spansOf confusion auc meanAbsoluteError rootMeanSquareError perplexity editDistance editDistanceRate alignSequences alignmentText errorRate forecastErrorScale meanAbsoluteScaledError quantileError seasonalNaiveError symmetricPercentageError bootstrap pairedBootstrap sequenceAccuracy tokenAccuracy bleu chrf":
    "metrics, src/metrics/",
  "train resolveSettings DEFAULT_SETTINGS checkNetworkConfig": "read settings, which are plain data",
  "CELLS defineCell knowCell gateParameters defineTask batchOf":
    "describe cells and tasks, whose makers are trusted",
  "activationOption activationsOption flagOption listOption numberOption shareOption textOption wordOption":
    "describe options",
  "trace stateAfter continuation gradientsThroughTime attribution reach readWithGradientFlow runWithGradientFlow":
    "look into whole models, test/inspect.test.ts",
  "unitResponses respondingUnits excitingPassages textFeatures similarSpans nextTokens surprises GATE_NAMES explainStep orderUnits":
    "look into whole models, test/inspect.test.ts",
  AttentionDecoder: "made of a recurrence of one's own, test/attention-decoder.test.ts",
  "Scaler windows": "plain numbers, src/data/tables/",
  "traceNetwork traceEncoderDecoder outputGradients encoderDecoderParts": "take whole models, test/tasks/",
  createServer: "answers requests, test/server/",
  Team: "has threads, test/parallel/",
  importCell: "describes cells, test/own-cell.test.ts",
  trainingStep: "calls back, src/optimisers/training-step.test.ts",
  "Device Module Optimiser Generator UnrolledError": "reached by what is made of them",
};

test("each name of the surface is called, or has another place", () => {
  const called = new Set(entries.map(({ name }) => name.split(/[. ]/)[0]));
  const elsewhere = Object.keys(ELSEWHERE).flatMap((names) => names.split(" "));
  const missing = Object.keys(surface).filter((name) => !called.has(name) && !elsewhere.includes(name));
  expect(missing).toEqual([]);
  const unknown = [...called, ...elsewhere].filter((name) => !(name in surface) && name !== "Recurrent");
  expect(unknown).toEqual([]);
});

test("random calls end alike on two backends, in a result or an UnrolledError", async () => {
  const report = await fuzzSurface({ seed: SEED, cases: CASES, backends: fuzzedBackends(loadAddon()) });
  expect(report.failures).toEqual([]);
  expect(report.cases).toBe(CASES);
  expect(report.made).toBeGreaterThan(2 * CASES);
  expect(report.refused).toBeGreaterThan(CASES / 2);
});

test("a process that a call ends is seen, with the call", async () => {
  const { failures } = await fuzzSurface({
    seed: 1,
    cases: 1,
    backends: ["wasm", "wasm"],
    only: "endProcess",
  });
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatch(/^seed 1: wasm: endProcess\(\)[\s\S]*the process ended: SIGSEGV/);
});
