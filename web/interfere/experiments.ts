// Changes of one click, each a question about what a part of the network is for.
import type { Intervention, LayerTrace } from "unrolled/inspect";
import type { PageState } from "../state.ts";

/** What an experiment makes of the page's state. */
export type Changes = Pick<PageState, "interventions" | "before">;

export interface Experiment {
  readonly name: string;
  /** What is done, and why one would look. */
  readonly about: string;
  readonly changes: Changes;
}

/** A text can have more spaces than a link has room for. */
const MOST_PLACES = 40;

/** The experiments that make sense for a network with these layers on a text. */
export function experimentsFor(layers: readonly LayerTrace[], pieces: readonly string[]): Experiment[] {
  const [{ gates, states }] = layers;
  const everywhere = (change: (layer: number) => Intervention[]) =>
    layers.flatMap((_, layer) => change(layer));
  const spaces = pieces.flatMap((piece, step) => (/\s$/.test(piece) ? [step] : [])).slice(0, MOST_PLACES);
  const forgotten = gates.f ? ["f"] : Object.keys(states);
  const found: Experiment[] = [];
  if (spaces.length > 0)
    found.push({
      name: "Forget at every space",
      about: `${gates.f ? "The forget gate is shut" : "The state is set to 0"} wherever a space has been read: what does it lose between words?`,
      changes: {
        before: "",
        interventions: everywhere((layer) =>
          spaces.flatMap((step) =>
            forgotten.map((what) => ({ layer, what, from: step, to: step + 1, value: 0 })),
          ),
        ),
      },
    });
  // What keeps the state as it was: an LSTM's forget gate, a GRU's update gate.
  const keeping = gates.f ? "f" : gates.z ? "z" : undefined;
  if (keeping)
    found.push({
      name: `Hold the ${keeping === "f" ? "forget" : "update"} gate open`,
      about: `${keeping} is held at 1, so that nothing is ever forgotten${keeping === "z" ? ", and nothing new comes in" : ""}.`,
      changes: { before: "", interventions: everywhere((layer) => [{ layer, what: keeping, value: 1 }]) },
    });
  if (gates.i)
    found.push({
      name: "Shut the input gate",
      about: "i is held at 0 from the middle of the text on: the network goes on with what it has in memory.",
      changes: {
        before: "",
        interventions: everywhere((layer) => [
          { layer, what: "i", from: Math.floor(pieces.length / 2), value: 0 },
        ]),
      },
    });
  found.push({
    name: "Start from another state",
    about: "It begins in the state that it has after reading the whole text, instead of in zeros.",
    changes: { before: pieces.join(""), interventions: [] },
  });
  return found;
}

/** The experiment without one unit. */
export function without(layer: number, unit: number, states: Readonly<Record<string, unknown>>): Changes {
  const interventions = Object.keys(states).map((what) => ({ layer, what, units: [unit], value: 0 }));
  return { before: "", interventions };
}
