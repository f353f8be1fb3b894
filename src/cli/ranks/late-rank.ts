import { rankName } from "../../parallel/ranks.ts";
import { others } from "./joined-world.ts";

const LOOK_EVERY_MS = 1000;
/** A wait of which people are told. */
const LONG_MS = 60_000;

/** Tells of a rank that the training has waited for a minute. */
export function watchForLateRank(note: (text: string) => void): void {
  const world = others();
  if (!world) return;
  let isTold = false;
  const look = () => {
    const { waiting } = world.signals;
    const isLate = waiting !== undefined && waiting.rank !== world.ranks.rank && waiting.ms > LONG_MS;
    if (isLate && !isTold) {
      note(`${rankName(world.ranks, waiting.rank)} has not answered for a minute; all others wait for it`);
    }
    isTold = isLate;
  };
  setInterval(look, LOOK_EVERY_MS).unref();
}
