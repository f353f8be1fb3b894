// State that is carried from batch to batch, each rank having its rows of it.
import type { StateDict } from "../../module/module.ts";
import { bytesAt } from "../../parallel/bucket-sums.ts";
import type { Ranks } from "../../parallel/ranks.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import { gatherRows, joinRows, scatterRows } from "../batch-rows.ts";
import type { Trainer } from "../trainer.ts";
import { firstRowOf } from "./rank-command.ts";

/** The whole of it, from all ranks. Each of them makes this call. */
export async function gatherCarried(ranks: Ranks, { team }: Trainer): Promise<StateDict> {
  const own = await gatherRows(team.carried);
  const rowsOf = (rank: number) =>
    team.rows.slice(rank * team.threads, (rank + 1) * team.threads).reduce((sum, rows) => sum + rows, 0);
  const parts: StateDict[] = Array.from({ length: ranks.size }, () => ({}));
  for (const [name, { shape, data }] of Object.entries(own)) {
    const [layers, , ...inner] = shape;
    // Rank 0 has the most rows.
    const most = layers * rowsOf(0) * sizeOf(inner);
    const padded = new Float32Array(most);
    padded.set(data);
    const all = new Float32Array(most * ranks.size);
    ranks.gather(new Uint8Array(padded.buffer), new Uint8Array(all.buffer));
    for (const [rank, part] of parts.entries()) {
      const rows = rowsOf(rank);
      part[name] = {
        shape: [layers, rows, ...inner],
        data: all.subarray(rank * most, rank * most + layers * rows * sizeOf(inner)),
      };
    }
  }
  return joinRows(parts);
}

/** Has each rank have its rows of what rank 0 gives; the others give nothing. */
export function scatterCarried(ranks: Ranks, trainer: Trainer, whole: StateDict = {}): void {
  const { team } = trainer;
  const batch = team.rows.reduce((sum, rows) => sum + rows, 0);
  const spread: StateDict = {};
  for (const [name, tensor] of Object.entries(team.carried[0])) {
    const [layers, , ...inner] = tensor.shape;
    const shape = [layers, batch, ...inner];
    const data = new Float32Array(sizeOf(shape));
    if (whole[name]) data.set(whole[name].data);
    ranks.broadcast(new Uint8Array(data.buffer));
    spread[name] = { shape, data };
  }
  scatterRows(spread, team.carried, firstRowOf(ranks, trainer));
}

/** Bytes of the weights of a rank, to be compared with those of another. */
export function weightsOf({ model, device }: Trainer): Uint8Array[] {
  return model.parameters().map(({ offset, size }) => bytesAt(device, offset, size));
}
