import type { Presets } from "../preset.ts";

/** The named presets of forecasters; each was chosen on a validation part. */
export const FORECAST_PRESETS: Presets = {
  "hourly-load": {
    description: "one hourly series, a day ahead from two weeks before: 1 x 32 GRU beside a linear layer",
    settings: {
      horizon: 24,
      context: 336,
      scaling: "series",
      cell: "gru",
      hiddenSize: 32,
      dropout: 0.3,
      steps: 600,
      evalEvery: 100,
      learningRate: 0.0002,
      averageDecay: 0.99,
    },
    measured: {
      result: "a scaled squared error of 0.0490",
      seconds: 49,
      on: "ETTh1's oil temperature, held-out months, two shared threads of an AMD EPYC with AVX-512",
      command:
        "unrolled train train.csv --val val.csv --task forecast --target OT --preset hourly-load --out models/load",
    },
  },
  "m4-hourly": {
    description:
      "many hourly series, two days ahead from two weeks before, as logarithms, errors in their level: 1 x 64 GRU beside a linear layer",
    settings: {
      wide: "rows",
      season: 24,
      horizon: 48,
      context: 336,
      pastSeasons: 14,
      log: true,
      errors: "relative",
      cell: "gru",
      hiddenSize: 64,
      valFraction: 0.05,
      steps: 400,
      batchSize: 64,
      learningRate: 0.002,
      evalEvery: 0,
    },
    measured: {
      result: "sMAPE 10.34, MASE 1.100",
      seconds: 274,
      on: "the ends of M4's hourly series, one thread of a very busy AMD EPYC with AVX-512 (32 s of the processor)",
      command:
        "unrolled train Hourly-train.csv --task forecast --preset m4-hourly --threads 1 --out models/hourly",
    },
  },
  chorales: {
    description: "pieces as the keys that sound: 1 x 256 LSTM beside a linear layer",
    settings: {
      distribution: "bernoulli",
      hiddenSize: 256,
      dropout: 0.5,
      minutes: 4,
      batchSize: 8,
      learningRate: 0.003,
      averageDecay: 0.99,
      evalEvery: 100,
    },
    measured: {
      result: "8.28 nats a frame",
      seconds: 240,
      on: "the validation part of JSB chorales, two shared threads of an AMD EPYC with AVX-512",
      command: "unrolled train jsb-chorales-quarter.json --task forecast --preset chorales --out models/bach",
    },
  },
};
