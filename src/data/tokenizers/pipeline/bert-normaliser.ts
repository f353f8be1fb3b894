// BERT's normaliser (Devlin et al. 2019): control characters away, white space to spaces, ideographs apart, accents and case away.
import { field } from "../json-fields.ts";

const at = (codePoint: number) => String.fromCodePoint(codePoint);
/** The blocks that BERT takes for Chinese. */
const IDEOGRAPHS = new RegExp(
  `[\\u4e00-\\u9fff\\u3400-\\u4dbf\\uf900-\\ufaff${[
    [0x20000, 0x2a6df],
    [0x2a700, 0x2b73f],
    [0x2b740, 0x2b81f],
    [0x2b920, 0x2ceaf],
    [0x2f800, 0x2fa1f],
  ]
    .map(([from, to]) => `${at(from)}-${at(to)}`)
    .join("")}]`,
  "gu",
);

/** The normaliser of some options; each is on if a file says nothing of it, and accents go with the case. */
export function bertNormaliser(json: unknown): (text: string) => string {
  const isOn = (name: string) => field(json, name) !== false;
  const lowercase = isOn("lowercase");
  const strips = field(json, "strip_accents") ?? lowercase;
  return (given) => {
    let text = given;
    if (isOn("clean_text")) text = cleaned(text);
    if (isOn("handle_chinese_chars")) text = text.replace(IDEOGRAPHS, " $& ");
    if (strips === true) text = text.normalize("NFD").replace(/\p{Mn}/gu, "");
    return lowercase ? text.toLowerCase() : text;
  };
}

function cleaned(text: string): string {
  return text.replace(/(?![\t\n\r])[\p{C}\ufffd]/gu, "").replace(/\p{White_Space}/gu, " ");
}
