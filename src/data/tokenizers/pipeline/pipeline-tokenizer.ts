import { IdList } from "../../id-list.ts";
import { checkedTokenId } from "../../token-id.ts";
import { AddedTokens } from "../added-tokens.ts";
import { BYTE_CHARACTERS } from "../byte-characters.ts";
import { field } from "../json-fields.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { addedTokensOf, endIdOf, tokensById } from "../vocabulary-json.ts";
import { lastWhitespaceCut } from "../whitespace-pattern.ts";
import { decoderOf } from "./decoder.ts";
import { normaliserOf } from "./normaliser.ts";
import { pieceModelOf } from "./piece-model.ts";
import { preTokeniserOf } from "./pre-tokeniser.ts";

/**
 * The tokenizer of a `tokenizer.json` that is none of the forms which have a reader of their own: its normaliser, pre-tokeniser, model and
 * decoder, one after the other. What is put around a text (post-processor, truncation, padding) is left out: the ids are those of the
 * text alone.
 *
 * @throws UnrolledError "invalid-file" that names the first step or field which is not read
 */
export function pipelineTokenizer(json: unknown): Tokenizer {
  const normaliser = normaliserOf(field(json, "normalizer"));
  const preTokeniser = preTokeniserOf(field(json, "pre_tokenizer"));
  const decoder = decoderOf(field(json, "decoder"));
  const model = pieceModelOf(field(json, "model"));
  const added = addedTokensOf(field(json, "added_tokens") ?? []);
  const tokens = tokensById(model.vocabulary, added);
  const endId = endIdOf(tokens, added);
  const [early, late] = [false, true].map((normalized) => {
    const own = added.filter((token) => (token.normalized === true) === normalized);
    const content = (token: string) => (normalized ? normaliser.apply(token) : token);
    return new AddedTokens(
      own
        .map((token) => ({ ...token, content: content(token.content) }))
        .filter((token) => token.content !== ""),
    );
  });
  const token = (id: number) => tokens[checkedTokenId(id, tokens.length)];

  function encode(text: string): Int32Array {
    const ids = new IdList(64 + (text.length >> 2));
    for (const section of early.sections(text)) {
      if (section.id !== null) {
        ids.push(section.id);
        continue;
      }
      const normal = normaliser.apply(text.slice(section.start, section.end));
      for (const { start, end, id } of late.sections(normal)) {
        if (id !== null) ids.push(id);
        else {
          const isFirst = section.start === 0 && start === 0;
          for (const part of preTokeniser.split(normal.slice(start, end), isFirst)) model.encode(part, ids);
        }
      }
    }
    return ids.finish();
  }

  const spelled = spellingOf(json, tokens);
  const stream = () => {
    const run = decoder();
    return {
      push: (id: number) =>
        checkedTokenId(id, tokens.length) === endId ? "" : run.push(spelled[id]).join(""),
      end: () => run.end().join(""),
    };
  };
  const cutsAtSpace = normaliser.isLocal && preTokeniser.partsAtSpace;
  return {
    kind: field(field(json, "model"), "type") === "WordLevel" ? "word" : "bpe",
    vocabularySize: tokens.length,
    unknownId: model.unknownId,
    endId,
    lossless: false,
    encode,
    lastCut: (text) =>
      cutsAtSpace ? early.lastCut(text, (part) => late.lastCut(part, lastWhitespaceCut)) : 0,
    decode(ids) {
      const { push, end } = stream();
      return Array.from(ids, push).join("") + end();
    },
    token,
    stream,
    toJSON: () => json,
  };
}

/** Tokens as the decoder takes them: where words end in a mark that a decoder of bytes does not know, a space is put for it, as CLIP's has it. */
function spellingOf(json: unknown, tokens: readonly string[]): readonly string[] {
  const suffix = field(field(json, "model"), "end_of_word_suffix");
  if (typeof suffix !== "string" || suffix === "" || field(field(json, "decoder"), "type") !== "ByteLevel")
    return tokens;
  return tokens.map((token) =>
    token.endsWith(suffix) ? token.slice(0, -suffix.length) + BYTE_CHARACTERS[0x20] : token,
  );
}
