/** Code points of a text, half a surrogate pair counting as one; of bytes, those that start one (anything but 10xxxxxx). */
export function codePoints(text: string | ArrayLike<number>): number {
  let count = text.length;
  if (typeof text !== "string") {
    for (let index = 0; index < text.length; index++) if ((text[index] & 0xc0) === 0x80) count -= 1;
    return count;
  }
  for (let index = 0; index + 1 < text.length; index++) {
    if ((text.charCodeAt(index) & 0xfc00) !== 0xd800) continue;
    if ((text.charCodeAt(index + 1) & 0xfc00) !== 0xdc00) continue;
    count -= 1;
    index += 1;
  }
  return count;
}
