import type { Tokenizer } from "../data/tokenizers/tokenizer.ts";
import { UnrolledError } from "../errors.ts";
import type { Network } from "../networks/network.ts";
import { activations, type LayerActivations, unitOf } from "./activations.ts";
import { areaUnderCurve, correlation, ranksOf } from "./association.ts";
import { inspected } from "./inspected-network.ts";
import { pause } from "./pause.ts";
import { type TextFeature, textFeatures } from "./text-features.ts";

/** So often a feature has to be there, and not to be, for a unit's answer to it to mean anything. */
const LEAST_OCCURRENCES = 10;
const UNITS_AT_ONCE = 8;

/** How strongly a unit responds to a feature of the text. */
export interface FeatureResponse {
  readonly feature: string;
  /** Pearson's, over all tokens. */
  readonly correlation: number;
  /** Of a feature that is there or not: the probability that the unit is higher where it is (area under the ROC curve). */
  readonly areaUnderCurve: number | undefined;
  /** 0 for no connection to 1 for a perfect one: |2·area − 1|, or the magnitude of the correlation with a count. */
  readonly strength: number;
}

/** A stretch of the text at which a unit is high. */
export interface ExcitingPassage {
  /** The token at which it is highest. */
  readonly t: number;
  readonly activation: number;
  /** What stands before the token, its own text, and what stands after it. */
  readonly before: string;
  readonly text: string;
  readonly after: string;
}

/** What one unit responds to. */
export interface UnitResponse {
  readonly layer: number;
  readonly unit: number;
  readonly mean: number;
  readonly deviation: number;
  /** Strongest first; features that the text has too few of are left out. */
  readonly responses: readonly FeatureResponse[];
  /** Highest first, none within the surroundings of another. */
  readonly passages: readonly ExcitingPassage[];
}

/** What all units respond to on a text. */
export interface UnitResponses {
  readonly ids: Int32Array;
  /** Text of each token; "" for one that completes no character. */
  readonly texts: readonly string[];
  readonly features: readonly TextFeature[];
  readonly layers: readonly LayerActivations[];
  /** Those whose strongest response is strongest first. */
  readonly units: readonly UnitResponse[];
}

/** How the responses of units are measured. */
export interface UnitResponseOptions {
  /** The state that counts as a unit's activation; "h" if not given, "c" of an LSTM. */
  readonly what?: string | undefined;
  /** Of a longer text the first so many tokens are read; 10,000 if not given. */
  readonly maxTokens?: number | undefined;
  /** For each unit; 5 if not given. */
  readonly passages?: number | undefined;
  /** Tokens before and after that make a passage; 24 if not given. */
  readonly surroundings?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What each unit of a network responds to on a text (or ids): correlations and areas under the ROC curve with features of the text, and
 * the passages that excite it most.
 *
 * @throws UnrolledError "text-too-short" for an empty text, "invalid-argument" for c of a cell without, "aborted" once `signal` is
 */
export async function unitResponses(
  network: Network,
  tokenizer: Tokenizer,
  text: string | ArrayLike<number>,
  options: UnitResponseOptions = {},
): Promise<UnitResponses> {
  const { what = "h", maxTokens = 10_000, passages = 5, surroundings = 24, signal } = options;
  for (const { cell } of inspected("unitResponses", network).layers)
    if (!cell.shape.states.some(({ name }) => name === what))
      throw new UnrolledError("invalid-argument", {
        call: "unitResponses",
        problem: `what is "${what}", which a cell of kind ${cell.spec.kind} does not have`,
      });
  const ids = Int32Array.from(typeof text === "string" ? tokenizer.encode(text) : text).slice(0, maxTokens);
  if (ids.length === 0)
    throw new UnrolledError("text-too-short", { call: "unitResponses", problem: "the text is empty" });
  const stream = tokenizer.stream();
  const texts = Array.from(ids, (id) => stream.push(id));
  const features = textFeatures(texts);
  const layers = await activations("unitResponses", network, ids, signal);
  const given = { what, passages, surroundings, signal };
  return { ids, texts, features, layers, units: await respondingUnits(layers, texts, features, given) };
}

/**
 * What each unit of layers responds to, of activations that are known, to features of one's own: of numbers that a network reads, say.
 * Those whose strongest response is strongest come first.
 *
 * @param texts of each step [T], of which passages are made
 * @throws UnrolledError "invalid-argument" for a state that a layer lacks, "aborted" once `signal` is
 */
export async function respondingUnits(
  layers: readonly LayerActivations[],
  texts: readonly string[],
  features: readonly TextFeature[],
  { what = "h", passages = 5, surroundings = 24, signal }: Omit<UnitResponseOptions, "maxTokens"> = {},
): Promise<UnitResponse[]> {
  const call = "respondingUnits";
  const units: UnitResponse[] = [];
  for (const [layer, { states, widths }] of layers.entries()) {
    const width = widths[what];
    if (width === undefined)
      throw new UnrolledError("invalid-argument", {
        call,
        problem: `what is "${what}", which layer ${layer} does not have`,
      });
    for (let unit = 0; unit < width; unit++) {
      const activation = unitOf(states[what], width, unit);
      units.push({
        layer,
        unit,
        ...momentsOf(activation),
        responses: responsesOf(activation, features),
        passages: excitingPassages(activation, texts, { count: passages, surroundings }),
      });
      if (unit % UNITS_AT_ONCE === 0) await pause(call, signal);
    }
  }
  return units.sort((a, b) => strengthOf(b) - strengthOf(a) || a.layer - b.layer || a.unit - b.unit);
}

/** The passages at which numbers [T] are highest, none within the surroundings of another. */
export function excitingPassages(
  activation: Float32Array,
  texts: readonly string[],
  { count = 5, surroundings = 24 }: { readonly count?: number; readonly surroundings?: number } = {},
): ExcitingPassage[] {
  const order = Uint32Array.from({ length: activation.length }, (_, t) => t).sort(
    (a, b) => activation[b] - activation[a] || a - b,
  );
  const places: number[] = [];
  for (const t of order) {
    if (places.length === count) break;
    if (places.every((other) => Math.abs(other - t) > surroundings)) places.push(t);
  }
  const between = (from: number, to: number) => texts.slice(Math.max(0, from), Math.max(0, to)).join("");
  return places.map((t) => ({
    t,
    activation: activation[t],
    before: between(t - surroundings, t),
    text: texts[t],
    after: between(t + 1, t + 1 + surroundings),
  }));
}

function responsesOf(activation: Float32Array, features: readonly TextFeature[]): FeatureResponse[] {
  const ranks = ranksOf(activation);
  return features
    .flatMap(({ name, kind, values }) => {
      const found = correlation(activation, values);
      if (kind === "number")
        return values.length < LEAST_OCCURRENCES
          ? []
          : [{ feature: name, correlation: found, areaUnderCurve: undefined, strength: Math.abs(found) }];
      const area = areaUnderCurve(ranks, values, LEAST_OCCURRENCES);
      if (area === undefined) return [];
      return kind === "binary"
        ? { feature: name, correlation: found, areaUnderCurve: area, strength: Math.abs(2 * area - 1) }
        : { feature: name, correlation: found, areaUnderCurve: undefined, strength: Math.abs(found) };
    })
    .sort((a, b) => b.strength - a.strength);
}

function strengthOf({ responses }: UnitResponse): number {
  return responses[0]?.strength ?? 0;
}

function momentsOf(numbers: Float32Array): { readonly mean: number; readonly deviation: number } {
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / numbers.length) };
}
