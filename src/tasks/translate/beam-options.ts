import type { BeamSearchOptions } from "../../decoding/beam-search.ts";
import type { TranslateSearch } from "./translate-options.ts";

/** What decides beside what was asked for: the token that ends a text, the most tokens of one, and the token that stands for unknown ones. */
interface Learned {
  readonly end: number;
  readonly maxLength: number;
  readonly unknownId: number | null;
}

/** What every search for texts is told, whether they are searched for or drawn. */
export function textOptions<Search extends Pick<TranslateSearch, "maxLength">>(
  search: Search,
  { end, maxLength, unknownId }: Learned,
) {
  return {
    ...search,
    endId: end,
    maxLength: search.maxLength ?? maxLength,
    forbiddenIds: unknownId === null ? [] : [unknownId],
  };
}

/**
 * Which hypotheses a beam search follows, and for how long: one that ended with enough of them would end with unlikely ones that are short
 * while a likely one goes on.
 */
export function beamOptions(beam: number, nBest: number) {
  return {
    beam: Math.max(beam, nBest),
    nBest,
    stopping: "likely",
  } as const satisfies Partial<BeamSearchOptions>;
}
