// Answers about the one network that is being trained. A question trains for a moment; others come in between.
import { zipSync } from "fflate";
import { UnrolledError } from "unrolled";
import type { Answers } from "./answers.ts";
import { engineDevice } from "./models.ts";
import { TrainingRun } from "./training-run.ts";

let run: TrainingRun | undefined;

function opened(): TrainingRun {
  if (!run)
    throw new UnrolledError("invalid-argument", { call: "training", problem: "nothing has been begun" });
  return run;
}

export const trainingAnswers: Answers<"trainOpen" | "trainAdvance" | "trainFiles" | "trainSave"> = {
  async trainOpen({ setup, text }) {
    const device = await engineDevice();
    run = undefined;
    run = new TrainingRun(device, setup, text);
    return { parameters: run.parameters };
  },

  trainAdvance: ({ milliseconds, mostSteps, sample }) => opened().advance(milliseconds, mostSteps, sample),

  async trainFiles() {
    return Object.entries(await opened().files()).map(([name, bytes]) => ({ name, bytes }));
  },

  async trainSave() {
    const files = await opened().files();
    return { name: "model.zip", bytes: zipSync({ model: files }) };
  },
};
