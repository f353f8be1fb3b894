import { openTokens } from "../../../data/token-file.ts";
import type { TokenFileRef } from "../../../data/token-file-ref.ts";
import type { ScoredText } from "./scored-text.ts";

/** A text that is a token file already, and stays there. */
export function scoredFile(ref: TokenFileRef): ScoredText {
  return { ids: openTokens(ref), characters: ref.characters, unknownTokens: ref.unknownTokens };
}
