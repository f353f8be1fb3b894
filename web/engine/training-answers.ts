// What a network said to a batch: how often it was right, and one sequence to look at.
import { CLOSE_ENOUGH, NOT_ASKED, type NumberTask, type SymbolTask } from "../tasks/task.ts";
import type { Batch } from "./training-batch.ts";
import type { TrainingSample } from "./training-protocol.ts";

/** The share of right answers; NaN where none was asked for. `said` are logits [T, B, V], or numbers [T, B]. */
export function accuracyOf(batch: Batch, said: ArrayLike<number>, idOf: Int32Array | undefined): number {
  let [asked, right] = [0, 0];
  const { targets } = batch;
  const width = said.length / targets.length;
  for (let place = 0; place < targets.length; place++) {
    if (batch.kind === "numbers") {
      if (batch.asked[place] === 0) continue;
      asked += 1;
      if (Math.abs(said[place] - targets[place]) < CLOSE_ENOUGH) right += 1;
    } else if (batch.kind === "text") {
      if (targets[place] === NOT_ASKED) continue;
      asked += 1;
      if (likeliest(said, place * width, width) === targets[place]) right += 1;
    } else {
      if (batch.right[place] === 0) continue;
      asked += 1;
      if (batch.right[place] & (1 << likeliestAmong(said, place * width, batch.among[place], idOf!)))
        right += 1;
    }
  }
  return right / asked;
}

/** The first row of a batch. */
export function sampleOf(
  task: SymbolTask | NumberTask,
  batch: Batch,
  steps: number,
  said: ArrayLike<number>,
  idOf: Int32Array | undefined,
): TrainingSample {
  const rows = batch.targets.length / steps;
  const places = Array.from({ length: steps }, (_, t) => t * rows);
  if (batch.kind === "numbers") {
    const width = batch.inputs.length / batch.targets.length;
    return {
      kind: "numbers",
      inputs: Float32Array.from(
        { length: steps * width },
        (_, index) => batch.inputs[places[Math.floor(index / width)] * width + (index % width)],
      ),
      targets: Float32Array.from(places, (place) =>
        batch.asked[place] === 1 ? batch.targets[place] : Number.NaN,
      ),
      said: Float32Array.from(places, (place) => said[place]),
    };
  }
  const { alphabet } = task as SymbolTask;
  const width = said.length / batch.targets.length;
  const all = (1 << alphabet.length) - 1;
  const isAsked = (place: number) => batch.targets[place] !== NOT_ASKED;
  return {
    kind: "symbols",
    inputs: places.map((place) => alphabet[batch.inputs[place]]).join(""),
    targets: places.map((place) => (isAsked(place) ? alphabet[batch.targets[place]] : " ")).join(""),
    said: places
      .map((place) => {
        const among = (batch.kind === "symbols" && batch.among[place]) || all;
        return isAsked(place) ? alphabet[likeliestAmong(said, place * width, among, idOf!)] : " ";
      })
      .join(""),
  };
}

function likeliest(logits: ArrayLike<number>, start: number, width: number): number {
  let best = 0;
  for (let id = 1; id < width; id++) if (logits[start + id] > logits[start + best]) best = id;
  return best;
}

/** Of the symbols whose bits are set, the likeliest; `idOf` says where each stands among the logits. */
function likeliestAmong(logits: ArrayLike<number>, start: number, among: number, idOf: Int32Array): number {
  let best = -1;
  for (let symbol = 0; symbol < idOf.length; symbol++) {
    if ((among & (1 << symbol)) === 0) continue;
    if (best < 0 || logits[start + idOf[symbol]] > logits[start + idOf[best]]) best = symbol;
  }
  return best;
}
