// Answers about the networks that are being trained. A question trains for a moment; others come in between.
import { zipSync } from "fflate";
import { UnrolledError } from "unrolled";
import type { Answers } from "./answers.ts";
import { engineDevice } from "./models.ts";
import type { RunName } from "./training-protocol.ts";
import { TrainingRun } from "./training-run.ts";

const runs = new Map<RunName, TrainingRun>();

function opened(name: RunName): TrainingRun {
  const run = runs.get(name);
  if (!run)
    throw new UnrolledError("invalid-argument", { call: "training", problem: "nothing has been begun" });
  return run;
}

export const trainingAnswers: Answers<"trainOpen" | "trainAdvance" | "trainFiles" | "trainSave"> = {
  async trainOpen({ run: name, setup, text }) {
    const device = await engineDevice(setup.task === "text" ? "core" : "all");
    runs.delete(name);
    const run = new TrainingRun(device, setup, text);
    runs.set(name, run);
    return { parameters: run.parameters };
  },

  trainAdvance: ({ run, milliseconds, mostSteps, sample }) =>
    opened(run).advance(milliseconds, mostSteps, sample),

  async trainFiles({ run }) {
    return Object.entries(await opened(run).files()).map(([name, bytes]) => ({ name, bytes }));
  },

  async trainSave({ run }) {
    const files = await opened(run).files();
    return { name: "model.zip", bytes: zipSync({ model: files }) };
  },
};
