import { packEntries } from "../tensor/operations/products.ts";
import type { Packed } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { splitJobs } from "./split.ts";

/** A packed copy of a parameter that all threads of a team read and one of them makes. */
export interface SharedPack {
  /** Place of the parameter in the team's list. */
  readonly parameter: number;
  readonly orientation: Packed["orientation"];
  readonly rows: number;
  readonly columns: number;
  readonly offset: number;
  readonly elements: number;
}

/** The packed copies of whole parameters that this thread has used since it was asked last, for others to read. */
export function packsOf(parameters: readonly Tensor[]): SharedPack[] {
  const shared = parameters.flatMap(({ storage, offset }, parameter) =>
    storage.packs
      .filter((pack) => pack.used && pack.offset === offset)
      .map(({ orientation, rows, columns, storage: { offset, elements } }) => ({
        parameter,
        orientation,
        rows,
        columns,
        offset,
        elements,
      })),
  );
  for (const { storage } of parameters) for (const pack of storage.packs) pack.used = false;
  return shared;
}

/** Reads from now on another thread's packed copies instead of its own. */
export function adoptPacks(parameters: readonly Tensor[], packs: readonly SharedPack[]): void {
  for (const { parameter, orientation, rows, columns, offset, elements } of packs) {
    const { device, storage, offset: place } = parameters[parameter];
    const own = storage.packs.find(
      (pack) =>
        pack.orientation === orientation &&
        pack.rows === rows &&
        pack.columns === columns &&
        pack.offset === place,
    );
    if (own) {
      if (own.storage.offset !== offset) device.borrow(own.storage, offset);
      continue;
    }
    const lent = device.lent(offset, elements);
    const version = -1;
    storage.packs.push({ orientation, offset: place, rows, columns, storage: lent, version, used: false });
  }
}

/** Makes this thread's share of the packed copies anew. All count as fresh once every thread has done so. */
export function repack(
  parameters: readonly Tensor[],
  packs: readonly SharedPack[],
  thread: number,
  threads: number,
): void {
  const owners = splitJobs(
    packs.map(({ elements }) => elements),
    threads,
  );
  for (const [job, shared] of packs.entries()) {
    const { storage, device } = parameters[shared.parameter];
    const pack = storage.packs.find((own) => own.storage.offset === shared.offset)!;
    if (owners[job] === thread) packEntries(device, pack);
    pack.version = storage.version;
  }
}
