import { UnrolledError } from "../../errors.ts";
import type { GivenFor } from "../../options/option.ts";
import { requireBytes, settleReader } from "../reader/settle-reader.ts";
import {
  CAPTION_ANSWER_OPTIONS,
  CAPTION_EVALUATE_OPTIONS,
  CAPTION_OPTIONS,
  type CaptionSettings,
} from "./caption-options.ts";

/** What there is to say of the task "caption" without the engine that trains it. */
export const CAPTION = {
  name: "caption",
  options: CAPTION_OPTIONS,
  evaluateOptions: CAPTION_EVALUATE_OPTIONS,
  answerOptions: CAPTION_ANSWER_OPTIONS,
  loss: "lossNats",
  units: "pictures",
  judge: { measure: "lossNats", better: "less" },
  figures: ["lossNats", "bleu", "exactMatch"],
  results: ["lossNats", "bleu", "exactMatch"],
  beside: ["features.onnx"],
  defaults: { budget: { epochs: 20 }, batchSize: 32, learningRate: 0.001 },
  settle,
  help: {
    task:
      "Train what says what is in a picture: convolutions, and a decoder that looks at places (Xu et al. 2015). Tables or JSON lines with a " +
      "column of files (PNG, JPEG) and one of texts. Everything goes into one folder. Ctrl-C saves and ends; --resume continues.",
    files: "tables (.csv, .tsv) or JSON lines (.jsonl)",
    texts: "files of pictures",
    epochs: "times through the pictures",
    eval: "Measure how well the model in DIR describes the pictures of tables.",
    predict: "Say what is in each picture.",
  },
} as const;

function settle(given: GivenFor<typeof CAPTION_OPTIONS>, values: CaptionSettings): CaptionSettings {
  const settled = settleReader(given, values);
  requireBytes(settled);
  const { imageWidth, imageHeight, convLayers, features, blind } = settled;
  const least = 2 ** convLayers;
  for (const option of ["featureOutput", "featureScale"] as const)
    if (features === null && settled[option] !== CAPTION_OPTIONS[option].default)
      throw new UnrolledError("invalid-argument", {
        call: "train",
        subject: [{ option }],
        got: String(settled[option]),
        needed: [{ option: "features" }, ", the network that it is about"],
      });
  if (features !== null && blind)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: [{ option: "features" }],
      got: features,
      needed: "none where no picture is shown (blind)",
    });
  if (features === null && Math.min(imageWidth, imageHeight) < least)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: [{ option: "convLayers" }],
      got: String(convLayers),
      needed: `so few that pictures of ${imageWidth} × ${imageHeight} pixels can be halved as often`,
    });
  return settled;
}
