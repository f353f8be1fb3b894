/** Where a text, or the bytes of one, is cut at `at` without parting a surrogate pair or the bytes of a UTF-8 character: at or before. */
export function characterCut(text: string | Uint8Array, at: number): number {
  let cut = at;
  while (cut > 0 && isInsideCharacter(text, cut)) cut -= 1;
  return cut;
}

function isInsideCharacter(text: string | Uint8Array, cut: number): boolean {
  if (typeof text !== "string") return (text[cut] & 0xc0) === 0x80;
  const unit = text.charCodeAt(cut);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
