import type { Surprise } from "../../tasks/language/evaluation/surprise.ts";
import { passage } from "../report/passage.ts";
import type { Aspect } from "./aspect-names.ts";

/** A text coloured by how little each token was expected. */
export function surpriseAspect(found: readonly Surprise[]): Aspect {
  const known = found.flatMap(({ bits }) => (bits === null ? [] : [bits]));
  const mean = known.reduce((sum, bits) => sum + bits, 0) / known.length;
  return {
    name: "surprise",
    html: `<p>${mean.toFixed(3)} bits a token on average.</p>${passage(found)}`,
    figures: new Map(),
    json: { meanBits: mean, tokens: found },
  };
}
