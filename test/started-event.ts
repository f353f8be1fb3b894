// The first event of a training, as tests of views and logs show it.
import { DEFAULT_SETTINGS } from "../src/training/resolve-settings.ts";

export const started = {
  type: "start",
  task: "language",
  settings: DEFAULT_SETTINGS,
  backend: "native-avx512",
  backendReason: "best this processor has",
  parameters: 945_855,
  vocabularySize: 104,
  trainingTokens: 2_114_390,
  validationTokens: 234_933,
  stepsPerEpoch: 1033,
  totalSteps: 20_660,
  memoryBytes: 84_200_000,
  secondsPerEpoch: 61,
  threads: 2,
  unknownTokens: 0,
  resumedAt: null,
} as const;
