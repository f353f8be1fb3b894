import { expect, test } from "vitest";
import { Generator } from "../../random/philox.ts";
import { bucketedBatches } from "./bucketed.ts";

test("batches of sentences are filled up by less than 15 %, each example in one of them", () => {
  const generator = new Generator(4);
  // As lengths of sentences are: most of some twenty words, a few of sixty.
  const lengths = Array.from(
    { length: 4000 },
    () => 1 + Math.floor(-12 * Math.log(1 - generator.uniform()) + 8),
  );
  const batches = bucketedBatches(lengths, 32, { seed: 1, epoch: 2 });
  const places = batches.flatMap((batch) => [...batch]).sort((left, right) => left - right);
  expect(places).toEqual(lengths.map((_, at) => at));
  let [steps, room] = [0, 0];
  for (const batch of batches) {
    const own = Array.from(batch, (place) => lengths[place]);
    steps += own.reduce((sum, length) => sum + length, 0);
    room += Math.max(...own) * own.length;
  }
  expect(1 - steps / room).toBeLessThan(0.15);
  expect(bucketedBatches(lengths, 32, { seed: 1, epoch: 3 })[0]).not.toEqual(batches[0]);
});
