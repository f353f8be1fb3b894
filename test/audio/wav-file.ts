/** What a WAV file for a test says of itself. */
export interface WavFacts {
  readonly code?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly bits?: number;
  /** Bytes of all channels of a sample; those that follow, if not given. */
  readonly block?: number;
  readonly extensible?: boolean;
  readonly data?: readonly number[];
}

/** A WAV file with a header that says this, right or wrong. */
export function wavFile(facts: WavFacts): Uint8Array {
  const { code = 1, channels = 1, rate = 8000, bits = 16, extensible = false, data = [0, 0] } = facts;
  const { block = Math.ceil(bits / 8) * channels } = facts;
  const word = (value: number) => [value & 0xff, (value >> 8) & 0xff];
  const long = (value: number) => [...word(value & 0xffff), ...word(value >>> 16)];
  const letters = (text: string) => [...new TextEncoder().encode(text)];
  const format = [
    ...word(extensible ? 0xfffe : code),
    ...word(channels),
    ...long(rate),
    ...long(rate * block),
    ...word(block),
    ...word(bits),
    ...(extensible ? [...word(22), ...word(bits), ...long(4), ...word(code), ...new Array(14).fill(0)] : []),
  ];
  const chunks = [
    ...letters("WAVEfmt "),
    ...long(format.length),
    ...format,
    ...letters("data"),
    ...long(data.length),
    ...data,
  ];
  return new Uint8Array([...letters("RIFF"), ...long(chunks.length), ...chunks]);
}
