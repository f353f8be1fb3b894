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

/** The packed copies that this thread has made of whole parameters, for others to read. */
export function packsOf(parameters: readonly Tensor[]): SharedPack[] {
  return parameters.flatMap(({ storage, offset }, parameter) =>
    storage.packs
      .filter((pack) => pack.offset === offset)
      .map(({ orientation, rows, columns, storage: { offset, elements } }) => ({
        parameter,
        orientation,
        rows,
        columns,
        offset,
        elements,
      })),
  );
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
    storage.packs.push({ orientation, offset: place, rows, columns, storage: lent, version: -1 });
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
