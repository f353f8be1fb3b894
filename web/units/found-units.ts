// Units that were found to follow something simple of a text, as Karpathy, Johnson & Fei-Fei show them ("Visualizing and understanding
// recurrent networks", 2015), by how closely they follow it.
import type { FeatureResponse, UnitResponse, UnitResponses } from "unrolled/inspect";

/** What a unit of a gallery can follow, and the features that stand for it. */
const KINDS: readonly { readonly title: string; readonly features: readonly string[] }[] = [
  { title: "Quotes", features: ["inside quotes"] },
  { title: "Brackets", features: ["inside brackets", "bracket depth"] },
  { title: "Place in the line", features: ["position in line"] },
  { title: "Indentation", features: ["indentation"] },
  { title: "Capitals", features: ["capital"] },
  { title: "Beginnings of words", features: ["word start"] },
  { title: "Ends of lines", features: ["line end"] },
];

/** Weaker connections are not worth a look. */
const LEAST_STRENGTH = 0.5;
/** What cannot be seen at the character that was read last, so that a unit has to remember it. */
const REMEMBERED = ["inside quotes", "inside brackets", "bracket depth", "position in line", "indentation"];
const PASSAGE_TOKENS = 56;

export interface FoundUnit {
  readonly title: string;
  readonly unit: UnitResponse;
  readonly response: FeatureResponse;
}

export interface Gallery {
  readonly units: readonly FoundUnit[];
  /** Titles of what no unit follows closely, or the text has too little of. */
  readonly without: readonly string[];
}

/** For each kind of feature the unit that follows it most closely, where one does. */
export function foundUnits({ units, features }: UnitResponses): Gallery {
  // Of a task's model what it says can be followed too, and of numbers the numbers.
  const own = features.filter(({ kind }) => kind === "number").map(({ name }) => name);
  const kinds = [
    ...own.map((name) => ({ title: name[0].toUpperCase() + name.slice(1), features: [name] })),
    ...KINDS.filter((each) => features.some(({ name }) => each.features.includes(name))),
  ];
  const found = kinds.map(({ title, features }) => ({ title, best: strongest(units, features) }));
  return {
    units: found.flatMap(({ title, best }) => (best ? [{ title, ...best }] : [])),
    without: found.filter(({ best }) => !best).map(({ title }) => title),
  };
}

/** The unit that says most of what a network remembers: one that follows what cannot be seen, or else what can. */
export function mostSaying({ units }: UnitResponses): UnitResponse {
  return strongest(units, REMEMBERED)?.unit ?? units[0];
}

/** The unit that follows a feature most closely, however closely that is; undefined where the text has too little of it. */
export function followerOf(
  { units }: Pick<UnitResponses, "units">,
  feature: string,
): Omit<FoundUnit, "title"> | undefined {
  return strongest(units, [feature], 0);
}

function strongest(units: readonly UnitResponse[], features: readonly string[], least = LEAST_STRENGTH) {
  let best: { readonly unit: UnitResponse; readonly response: FeatureResponse } | undefined;
  for (const unit of units)
    for (const response of unit.responses)
      if (
        features.includes(response.feature) &&
        response.strength >= least &&
        response.strength > (best?.response.strength ?? 0)
      )
        best = { unit, response };
  return best;
}

/** First and last token of the stretch on which a unit and a feature go together most closely. */
export function tellingPassage(
  values: ArrayLike<number>,
  feature: ArrayLike<number>,
  length = PASSAGE_TOKENS,
): readonly [number, number] {
  let [from, closest] = [0, -1];
  for (let start = 0; start + length <= values.length; start += 4) {
    const share = Math.abs(covariance(values, feature, start, start + length));
    if (share > closest) [from, closest] = [start, share];
  }
  return [from, Math.min(values.length, from + length) - 1];
}

function covariance(a: ArrayLike<number>, b: ArrayLike<number>, from: number, to: number): number {
  let [sumA, sumB, sumAB] = [0, 0, 0];
  for (let place = from; place < to; place++) {
    sumA += a[place];
    sumB += b[place];
    sumAB += a[place] * b[place];
  }
  const count = to - from;
  return sumAB / count - (sumA / count) * (sumB / count);
}
