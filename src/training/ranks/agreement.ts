// Ranks that have not read the same data, or do not compute alike, must not train together.
import { digestOf } from "../../data/digest.ts";
import { UnrolledError } from "../../errors.ts";
import { gatherTexts, type Ranks, rankName } from "../../parallel/ranks.ts";
import type { AnyPrepared, Trainer } from "../trainer.ts";

const DIGEST_CHARACTERS = 16;
const TEXT_BYTES = 256;

/**
 * Compares what each rank has made ready. Each of them makes this call, and all find the same.
 *
 * @throws UnrolledError "invalid-argument" that names the first rank that differs from rank 0, and in what
 */
export async function requireAgreement(
  ranks: Ranks,
  prepared: AnyPrepared,
  { device, model, team }: Trainer,
): Promise<void> {
  const digest = (await prepared.digest()).slice(0, DIGEST_CHARACTERS);
  const has: Readonly<Record<string, string>> = {
    data: `${prepared.batchesPerEpoch} batches (digest ${digest})`,
    backend: device.backend,
    model: `${model.parameterCount()} parameters`,
    threads: `${team.threads}`,
  };
  const all = gatherTexts(ranks, JSON.stringify(has), TEXT_BYTES).map(
    (text) => JSON.parse(text) as typeof has,
  );
  for (const [rank, other] of all.entries()) {
    const what = Object.keys(has).find((name) => other[name] !== all[0][name]);
    if (what === undefined) continue;
    const advice = what === "data" ? "all ranks must read the same files" : ADVICE[what];
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: `${rankName(ranks, rank)} has other ${what} than rank 0: ${other[what]}, not ${all[0][what]}`,
      ...(advice === undefined ? {} : { advice }),
    });
  }
}

const ADVICE: Readonly<Record<string, string | undefined>> = {
  backend: "name one that all of them have as the backend",
};

/** A digest of numbers. */
export async function weightsDigest(bytes: readonly Uint8Array[]): Promise<string> {
  // Shared memory cannot be hashed where it lies.
  return digestOf(bytes.map((each) => each.slice()));
}
