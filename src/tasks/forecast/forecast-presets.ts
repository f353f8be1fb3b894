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
  },
  "m4-hourly": {
    description: "many hourly series, two days ahead from a week before: 1 x 64 GRU beside a linear layer",
    settings: {
      wide: "rows",
      season: 24,
      horizon: 48,
      context: 168,
      cell: "gru",
      hiddenSize: 64,
      valFraction: 0.05,
      minutes: 9,
      batchSize: 64,
      learningRate: 0.002,
      evalEvery: 500,
    },
  },
  chorales: {
    description: "pieces as the keys that sound: 1 x 200 LSTM beside a linear layer",
    settings: {
      distribution: "bernoulli",
      hiddenSize: 200,
      dropout: 0.5,
      minutes: 1.5,
      batchSize: 8,
      learningRate: 0.003,
      averageDecay: 0.99,
      evalEvery: 60,
    },
  },
};
