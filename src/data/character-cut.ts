/** The largest index at which a text that goes on after its end can be cut without parting a surrogate pair. */
export function lastCharacterCut(text: string): number {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last < 0xdc00 ? text.length - 1 : text.length;
}
