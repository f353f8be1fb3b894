import { characterCut } from "../../data/tokenizers/character-cut.ts";
import { naming, UnrolledError } from "../../errors.ts";
import type { TextData } from "./language-data.ts";
import type { LanguageSettings } from "./language-options.ts";

/** The training part and what is held out: the validation text if one is given, else the last part of the text, else nothing. */
export function splitText(
  data: TextData,
  settings: Pick<LanguageSettings, "valFraction">,
): { readonly text: string | Uint8Array; readonly validation: string | Uint8Array | undefined } {
  if (data.validation !== undefined) return { text: data.text, validation: data.validation };
  if (settings.valFraction === 0) return { text: data.text, validation: undefined };
  const { text } = data;
  const cut = characterCut(text, Math.floor(text.length * (1 - settings.valFraction)));
  if (cut < 1 || text.length - cut < 2) {
    throw new UnrolledError("text-too-short", {
      call: "train",
      problem: `${settings.valFraction} of ${text.length} characters is too little to hold out`,
      advice: naming`give more text, a text to measure on, or ${{ option: "valFraction", value: "0" }}`,
    });
  }
  return typeof text === "string"
    ? { text: text.slice(0, cut), validation: text.slice(cut) }
    : { text: text.subarray(0, cut), validation: text.subarray(cut) };
}
