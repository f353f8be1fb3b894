import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { tokensOf } from "../../data/tokens.ts";
import { defaultCacheFolder } from "../cache-folder.ts";
import { CommandError } from "../failure.ts";
import { scoredFiles } from "../scored-files.ts";

/** The tokens of one text, as `unrolled eval` reads it, the first `most` of them. */
export async function readIds(
  tokenizer: Tokenizer,
  file: string,
  { field, most }: { readonly field: string | undefined; readonly most: number },
): Promise<Int32Array> {
  const texts = await scoredFiles(tokenizer, [file], { field, cacheFolder: defaultCacheFolder() });
  if (texts.length !== 1) throw new CommandError(`${file} stands for ${texts.length} texts, needed one`);
  const tokens = tokensOf(texts[0].ids);
  const ids = new Int32Array(Math.min(most, tokens.length));
  tokens.read(0, ids);
  return ids;
}
