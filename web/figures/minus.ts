/** A written number with a minus as books have it. */
export function withMinus(written: string): string {
  return written.replaceAll("-", "−");
}
