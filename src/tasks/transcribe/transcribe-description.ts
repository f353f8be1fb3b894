import { UnrolledError } from "../../errors.ts";
import type { GivenFor } from "../../options/option.ts";
import { settleReader } from "../reader/settle-reader.ts";
import {
  TRANSCRIBE_ANSWER_OPTIONS,
  TRANSCRIBE_EVALUATE_OPTIONS,
  TRANSCRIBE_OPTIONS,
  type TranscribeSettings,
} from "./transcribe-options.ts";
import { TRANSCRIBE_PRESETS } from "./transcribe-presets.ts";

/** What there is to say of the task "transcribe" without the engine that trains it. */
export const TRANSCRIBE = {
  name: "transcribe",
  options: TRANSCRIBE_OPTIONS,
  evaluateOptions: TRANSCRIBE_EVALUATE_OPTIONS,
  answerOptions: TRANSCRIBE_ANSWER_OPTIONS,
  loss: "lossNats",
  units: "utterances",
  judge: { measure: "cer", better: "less" },
  figures: ["lossNats", "wer", "cer"],
  results: ["wer", "cer", "substitutions", "insertions", "deletions", "lossNats"],
  defaults: { budget: { epochs: 30 }, batchSize: 16, learningRate: 0.001 },
  presets: TRANSCRIBE_PRESETS,
  settle,
  help: {
    task:
      "Train a recogniser: from sound to text. Folders or files of sounds (.wav; features in .mfc and .htk), and what is said in them: a " +
      "table of paths and texts (--manifest, or among the files), Sphinx's .transcription, or a .txt beside each sound. Everything goes into one " +
      "folder. Ctrl-C saves and ends; --resume continues.",
    files: "sounds, folders of sounds, and tables of what is said in them",
    epochs: "times through the recordings",
    eval: "Measure how well the recogniser in DIR does on recordings whose texts are known.",
    predict: "Write what is said in each FILE, or folder of files.",
    texts: "sounds, or folders of sounds",
  },
} as const;

function settle(given: GivenFor<typeof TRANSCRIBE_OPTIONS>, values: TranscribeSettings): TranscribeSettings {
  const settled = settleReader(given, values);
  if (settled.bidirectional && settled.lookAhead > 0)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: [{ option: "lookAhead" }],
      got: String(settled.lookAhead),
      needed: "0, or bidirectional false: a network that reads both ways sees all that follows",
    });
  if (settled.predictFrom !== null && settled.loss !== "transducer")
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: [{ option: "predictFrom" }],
      got: JSON.stringify(settled.predictFrom),
      needed: "loss transducer: CTC has no prediction network",
    });
  return settled;
}
