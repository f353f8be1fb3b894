// Answers about the one network that is being trained. A question trains for a moment; others come in between.
import { zipSync } from "fflate";
import { loadModel, UnrolledError } from "unrolled";
import type { Answers } from "./answers.ts";
import { engineDevice, setModel } from "./models.ts";
import { TrainingRun } from "./training-run.ts";

let run: TrainingRun | undefined;

function opened(): TrainingRun {
  if (!run) throw new UnrolledError("invalid-argument", "training: nothing has been begun");
  return run;
}

export const trainingAnswers: Answers<"trainOpen" | "trainAdvance" | "trainKeep" | "trainSave"> = {
  async trainOpen({ setup, text }) {
    const device = await engineDevice();
    run = undefined;
    run = new TrainingRun(device, setup, text);
    return { parameters: run.parameters };
  },

  trainAdvance: ({ milliseconds, mostSteps, sample }) => opened().advance(milliseconds, mostSteps, sample),

  async trainKeep({ slot }) {
    const { trained } = opened();
    if (!trained)
      throw new UnrolledError("invalid-argument", "training: the other views show networks that read text");
    return setModel(slot, await loadModel(await opened().files(), { device: await engineDevice() }));
  },

  async trainSave() {
    const files = await opened().files();
    return { name: "model.zip", bytes: zipSync({ model: files }) };
  },
};
