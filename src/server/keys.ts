/** API keys, of which only digests are kept. Telling whether one is right takes the same time, however wrong it is. */
export class Keys {
  readonly #digests: Promise<readonly Uint8Array[]>;

  constructor(keys: readonly string[]) {
    this.#digests = Promise.all(keys.map(digestOf));
  }

  /** The client that an Authorization header belongs to, the same for the same key; undefined for none that is known. */
  async clientOf(authorization: string | undefined): Promise<string | undefined> {
    const given = await digestOf(/^Bearer (.*)$/i.exec(authorization ?? "")?.[1] ?? "");
    let found = -1;
    for (const [at, digest] of (await this.#digests).entries()) {
      let difference = 0;
      for (let byte = 0; byte < digest.length; byte++) difference |= digest[byte] ^ given[byte];
      if (difference === 0) found = at;
    }
    return found < 0 ? undefined : `key ${found + 1}`;
  }
}

async function digestOf(key: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
}
