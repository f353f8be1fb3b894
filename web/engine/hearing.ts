// Answers while somebody speaks: what a recogniser hears in samples as they come, and the text so far.
import { type NetworkModel, openModel, UnrolledError } from "unrolled";
import { type RecogniserSession, recogniserSession } from "unrolled/audio";
import type { Answers } from "./answers.ts";
import { engineDevice } from "./models.ts";
import type { HeardPiece } from "./protocol.ts";

const BEAM_WIDTH = 16;

const models = new Map<string, Promise<NetworkModel>>();
let session: RecogniserSession | undefined;

export const hearingAnswers: Answers<"hearOpen" | "hearFeed" | "hearEnd"> = {
  async hearOpen({ source, sampleRateHz }) {
    const model = await modelAt(source);
    session = recogniserSession(model, { sampleRateHz, beamWidth: BEAM_WIDTH });
    const { tokens, blank, featureNames, framesPerStep, secondsPerStep } = session;
    const parameters = model.network.parameterCount();
    return { tokens, blank, filters: featureNames.length, framesPerStep, secondsPerStep, parameters };
  },

  hearFeed({ samples }) {
    return piece(open().feed(samples));
  },

  hearEnd() {
    const ended = open();
    const last = piece(ended.finish());
    session = undefined;
    return { ...last, ...ended.transcript() };
  },
};

function open(): RecogniserSession {
  if (session) return session;
  throw new UnrolledError("invalid-argument", { call: "explorer", problem: "nobody is listening" });
}

function piece({ features, logits }: ReturnType<RecogniserSession["feed"]>): HeardPiece {
  const ended = open();
  return { features, probabilities: probabilitiesOf(logits, ended.tokens.length), text: ended.text() };
}

function modelAt(source: string): Promise<NetworkModel> {
  let found = models.get(source);
  if (!found) {
    found = engineDevice("all").then((device) =>
      openModel(source, { device, weights: "float32" }),
    ) as Promise<NetworkModel>;
    found.catch(() => models.delete(source));
    models.set(source, found);
  }
  return found;
}

/** The softmax of each step's logits [m, V]. */
function probabilitiesOf(logits: Float32Array, V: number): Float32Array {
  const probabilities = new Float32Array(logits.length);
  for (let from = 0; from < logits.length; from += V) {
    const most = logits.subarray(from, from + V).reduce((so, logit) => Math.max(so, logit), -Infinity);
    let sum = 0;
    for (let v = from; v < from + V; v++) {
      probabilities[v] = Math.exp(logits[v] - most);
      sum += probabilities[v];
    }
    for (let v = from; v < from + V; v++) probabilities[v] /= sum;
  }
  return probabilities;
}
