/** Where a text, or the bytes of one, is cut at `at` or before, so that no surrogate pair and no bytes of one UTF-8 character part. */
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

/** The largest index at which a text that goes on after its end can be cut without parting a surrogate pair. */
export function lastCharacterCut(text: string): number {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last < 0xdc00 ? text.length - 1 : text.length;
}
