import { readFileSync } from "node:fs";
import { Allowance } from "../../../src/formats/allowance.ts";
import type { Hdf5Object } from "../../../src/formats/hdf5/hdf5-object.ts";
import { Hdf5Reader } from "../../../src/formats/hdf5/hdf5-source.ts";
import { lookup3 } from "../../../src/formats/hdf5/lookup3.ts";
import { openHdf5 } from "../../../src/formats/hdf5/open-hdf5.ts";
import type { FuzzSeed, FuzzTarget, Mutation } from "../fuzz.ts";
import { numberMutations, type Place, truncations, truncationsEverywhere } from "../mutations.ts";

/** Objects that are looked at in one file, which may name itself as its member. */
const MOST_OBJECTS = 60;
/** Numbers of one meaning that are broken, spread over the file; more of those that memory is taken by. */
const EACH_MEANING = 2;
const EACH_SIZE = 12;
const IS_SIZE = /size|length|bytes|number of/;
const CHECKSUM = "the checksum of ";

/** Where a structure begins and its checksum stands. */
interface Checked {
  readonly start: number;
  readonly end: number;
}

/** Reads everything there is. */
async function readAll(bytes: Uint8Array): Promise<void> {
  const root = openHdf5(bytes, new Allowance("openHdf5", bytes.length));
  const objects: Hdf5Object[] = [root];
  for (let next = 0; next < objects.length && next < MOST_OBJECTS; next++) {
    const object = objects[next];
    for (const attribute of object.attributes.values()) attribute.values();
    if (object.isDataset) await object.read();
    for (const name of object.names.slice(0, MOST_OBJECTS)) objects.push(object.member(name)!);
  }
}

/** Reads a whole file and notes each number that is read, and each structure with a checksum. */
async function numbersIn(bytes: Uint8Array): Promise<{ places: Place[]; checked: Checked[] }> {
  const meanings = new Map<string, Map<number, Place>>();
  const starts = new Set<number>([0]);
  const ends = new Set<number>();
  const original = { ...Object.getOwnPropertyDescriptors(Hdf5Reader.prototype) };
  const note = (reader: Hdf5Reader, width: number, what: string) => {
    const offset = reader.bytes.byteOffset - bytes.byteOffset + reader.position;
    if (reader.bytes.buffer !== bytes.buffer) return;
    if (what.startsWith(CHECKSUM)) ends.add(offset);
    if (!isWidth(width)) return;
    const meaning = `${what} ${width}`;
    const places = meanings.get(meaning) ?? new Map<number, Place>();
    places.set(offset, { offset, bytes: width, kind: IS_SIZE.test(what) ? "length" : "value" });
    meanings.set(meaning, places);
  };
  const { prototype } = Hdf5Reader;
  const { whole, signature } = prototype;
  prototype.u8 = function (what) {
    note(this, 1, what);
    return this.take(1, what)[0];
  };
  prototype.u16 = function (what) {
    note(this, 2, what);
    return whole.call(this, 2, what);
  };
  prototype.u32 = function (what) {
    note(this, 4, what);
    return whole.call(this, 4, what);
  };
  prototype.u64 = function (what) {
    note(this, 8, what);
    return whole.call(this, 8, what);
  };
  prototype.whole = function (size, what) {
    note(this, size, what);
    return whole.call(this, size, what);
  };
  prototype.signature = function (letters, what) {
    starts.add(this.bytes.byteOffset - bytes.byteOffset + this.position);
    signature.call(this, letters, what);
  };
  await readAll(bytes);
  // What the class has of its own again, and what it inherits.
  for (const name of ["u8", "u16", "u32", "u64"]) Reflect.deleteProperty(prototype, name);
  Object.defineProperties(prototype, { whole: original.whole, signature: original.signature });
  const begins = [...starts].sort((a, b) => a - b);
  const checked = [...ends].map((end) => ({ start: begins.findLast((start) => start < end) ?? 0, end }));
  const places = [...meanings].flatMap(([meaning, all]) =>
    spread([...all.values()], IS_SIZE.test(meaning) ? EACH_SIZE : EACH_MEANING),
  );
  return { places, checked };
}

/** So many of a list, the first and the last among them. */
function spread<Item>(list: readonly Item[], count: number): Item[] {
  if (list.length <= count) return [...list];
  return Array.from({ length: count }, (_, at) => list[Math.round((at * (list.length - 1)) / (count - 1))]);
}

const isWidth = (width: number): width is Place["bytes"] => [1, 2, 4, 8].includes(width);

/** A mutation after which all checksums fit again, so that what lies behind them is tried. */
function rechecked({ what, apply }: Mutation, checked: readonly Checked[]): Mutation {
  return {
    what,
    apply: (bytes) => {
      const broken = apply(bytes).slice();
      const view = new DataView(broken.buffer);
      for (const { start, end } of checked) {
        if (end + 4 <= broken.length) view.setUint32(end, lookup3(broken.subarray(start, end)), true);
      }
      return broken;
    },
  };
}

async function seedOf(name: string): Promise<FuzzSeed> {
  const bytes = new Uint8Array(readFileSync(new URL(`../../fixtures/hdf5/${name}`, import.meta.url)));
  const { places, checked } = await numbersIn(bytes);
  return {
    name,
    bytes,
    mutations: [
      ...numberMutations(bytes, places).map((mutation) => rechecked(mutation, checked)),
      ...truncations(places.map(({ offset }) => offset)),
      ...truncationsEverywhere(bytes.length, 100),
    ],
  };
}

export const target: FuzzTarget = {
  name: "openHdf5",
  seeds: [await seedOf("small-earliest.h5"), await seedOf("small-latest.h5")],
  read: readAll,
};
