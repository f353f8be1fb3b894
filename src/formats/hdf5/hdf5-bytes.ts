const encoder = new TextEncoder();

/** Little-endian numbers and texts one behind the other, on their way into an HDF5 file. */
export class Hdf5Bytes {
  readonly #bytes: number[] = [];

  text(letters: string): this {
    this.#bytes.push(...encoder.encode(letters));
    return this;
  }

  u8(...values: readonly number[]): this {
    this.#bytes.push(...values);
    return this;
  }

  u16(value: number): this {
    return this.#number(BigInt(value), 2);
  }

  u32(value: number): this {
    return this.#number(BigInt(value), 4);
  }

  u64(value: number | bigint): this {
    return this.#number(BigInt(value), 8);
  }

  zeros(count: number): this {
    for (let index = 0; index < count; index++) this.#bytes.push(0);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  /** Zeros up to a multiple of eight bytes. */
  toEight(): this {
    return this.zeros(-this.#bytes.length & 7);
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #number(value: bigint, width: number): this {
    for (let index = 0n; index < width; index++) this.#bytes.push(Number((value >> (8n * index)) & 0xffn));
    return this;
  }
}
