/** What a protocol begins with that is a key. */
export const BEARER = "bearer.";

/** API keys, of which only digests are kept. Telling whether one is right takes the same time, however wrong it is. */
export class Keys {
  readonly #digests: Promise<readonly Uint8Array[]>;

  constructor(keys: readonly string[]) {
    this.#digests = Promise.all(keys.map(digestOf));
  }

  /** The client that a key belongs to, the same for the same key; undefined for none that is known. */
  async clientOf(key: string | undefined): Promise<string | undefined> {
    const given = await digestOf(key ?? "");
    let found = -1;
    for (const [at, digest] of (await this.#digests).entries()) {
      let difference = 0;
      for (let byte = 0; byte < digest.length; byte++) difference |= digest[byte] ^ given[byte];
      if (difference === 0) found = at;
    }
    return found < 0 ? undefined : `key ${found + 1}`;
  }
}

/**
 * The key that a request brings, as Authorization: Bearer KEY. WebSockets of browsers, which can set no headers, bring it as a protocol that
 * they offer, bearer.KEY, with encodeURIComponent where it has other characters than letters and digits.
 */
export function keyOf(headers: Headers): string | undefined {
  const authorization = /^Bearer (.*)$/i.exec(headers.get("authorization") ?? "");
  if (authorization) return authorization[1];
  const offered = (headers.get("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
  const bearer = offered.find((name) => name.startsWith(BEARER));
  if (bearer === undefined) return undefined;
  try {
    return decodeURIComponent(bearer.slice(BEARER.length));
  } catch {
    return undefined;
  }
}

async function digestOf(key: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
}
