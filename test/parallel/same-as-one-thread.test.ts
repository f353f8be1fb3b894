// Whatever is trained on several threads is what one thread would have trained, but for the rounding of sums in another order.
import { crossEntropy, ints, type StateDict } from "unrolled";
import { type OptimiserConfig, WeightAverage } from "unrolled/optim";
import { afterEach, describe, expect, test } from "vitest";
import {
  batchesOf,
  expectClose,
  gradientsOf,
  numbersOf,
  openSmallTeam,
  type SmallTeam,
  type SmallTeamOptions,
  steps,
} from "./small-team.ts";

let opened: SmallTeam[] = [];
afterEach(() => {
  for (const team of opened) team.close();
  opened = [];
});

async function open(options: SmallTeamOptions): Promise<SmallTeam> {
  const team = await openSmallTeam(options);
  opened.push(team);
  expect(team.threads).toBe(Math.min(options.threads, options.batchSize ?? 5));
  return team;
}

/** Runs the same on one thread and on others, and compares all numbers in the end. */
async function compare(
  threads: readonly number[],
  options: Omit<SmallTeamOptions, "threads">,
  run: (team: SmallTeam) => Promise<unknown>,
  tolerance = 2e-4,
): Promise<void> {
  const one = await open({ ...options, threads: 1 });
  await run(one);
  const expected = await numbersOf(one);
  for (const count of threads) {
    const team = await open({ ...options, threads: count });
    await run(team);
    expectClose(await numbersOf(team), expected, tolerance);
  }
}

test("the gradients of a batch on 2 and 3 threads are the whole batch's, entry by entry, and so are loss and norm", async () => {
  const batch = batchesOf(5, 6).next().value;
  const one = await open({ threads: 1 });
  const { loss, gradientNorm } = await one.walk(one.split(batch));
  const expected = gradientsOf(one);
  expect([...expected.values()].every((gradient) => gradient.some((entry) => Math.abs(entry) > 1e-3))).toBe(
    true,
  );
  for (const threads of [2, 3]) {
    const team = await open({ threads });
    const walked = await team.walk(team.split(batch));
    expect(Math.abs(walked.loss - loss)).toBeLessThan(1e-6);
    expect(Math.abs(walked.gradientNorm - gradientNorm)).toBeLessThan(1e-6);
    expectClose(gradientsOf(team), expected, 1e-6);
  }
});

test("2 and 3 threads go down the loss of one thread with every kind of dropout on", {
  tags: "long",
}, async () => {
  const curves: number[][] = [];
  for (const threads of [1, 2, 3]) {
    const found = await steps(await open({ threads }), 100);
    curves.push(found.map(({ loss }) => loss));
  }
  const [one, ...others] = curves;
  expect(one.at(-1)).toBeLessThan(one[0] - 0.2);
  const wrong = others.flatMap((curve, index) =>
    curve.flatMap((loss, step) =>
      Math.abs(loss - one[step]) < 1e-4 ? [] : [`step ${step} on ${index + 2}: ${loss}, on 1: ${one[step]}`],
    ),
  );
  expect(wrong.join("\n")).toBe("");
});

const OPTIMISERS: readonly OptimiserConfig[] = [
  { kind: "sgd", learningRate: 0.5, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
  { kind: "adam", learningRate: 0.01, weightDecay: 0.01 },
  { kind: "adamw", learningRate: 0.01 },
  { kind: "rmsprop", learningRate: 0.01, momentum: 0.5 },
];

test.each(OPTIMISERS)("$kind", { tags: "long" }, async (optimiser) => {
  await compare([2], { optimiser }, (team) => steps(team, 12));
});

test("frozen parameters stay, and tied weights gather from both of their places", async () => {
  const freeze = ["rnn.*_l0", "decoder.bias"];
  const before = await numbersOf(await open({ threads: 1, tied: true, freeze }));
  await compare([2, 3], { tied: true, freeze }, async (team) => {
    await steps(team, 12);
    const after = await numbersOf(team);
    for (const name of ["rnn.weight_hh_l0", "decoder.bias"])
      expect(after.get(name)).toEqual(before.get(name));
    expect(after.get("encoder.weight")).not.toEqual(before.get("encoder.weight"));
    expect(after.has("decoder.weight")).toBe(false);
  });
});

test("a parameter whose gradient is missing on some threads or on all", async () => {
  const parities = [
    [0, 1],
    [1, 0],
    [1, 1],
  ];
  const batches = function* () {
    for (let step = 0; ; step++) yield [0, 1].map((row) => [2 + parities[step % 3][row], 3, 4, 5]);
  };
  const two = await open({ threads: 2, batchSize: 2, sometimesBias: true, dropout: 0 });
  const index = [...two.replica.model.namedParameters().keys()].indexOf("decoder.bias");
  const source = batches();
  const present: boolean[] = [];
  for (let step = 0; step < 3; step++) {
    const before = await two.replica.model.decoder.bias!.toArray();
    await two.step(two.split(source.next().value as number[][]));
    present.push(two.gradients[index] !== 0);
    const hasChanged = (await two.replica.model.decoder.bias!.toArray()).some(
      (bias, i) => bias !== before[i],
    );
    expect(hasChanged).toBe(present[step]);
  }
  expect(present).toEqual([true, true, false]);
  expect(two.optimiser.counts().updates[index]).toBe(2);
});

test("fewer sequences than threads: as many threads as there are sequences, and the reason", async () => {
  const team = await open({ threads: 4, batchSize: 2 });
  expect([team.threads, team.rows]).toEqual([2, [1, 1]]);
  expect(team.reason).toBe("there are 2 sequences in a batch for 4 threads");
  await compare([4], { batchSize: 2 }, (each) => steps(each, 5, batchesOf(2, 4)));
});

test("a batch that leaves threads without rows, between whole ones", async () => {
  await compare([3], {}, async (team) => {
    const [whole, small] = [batchesOf(5, 4), batchesOf(1, 3)];
    for (let step = 0; step < 4; step++) {
      await steps(team, 1, whole);
      const parts = team.split(small.next().value);
      expect(parts.slice(1).every((part) => part === null)).toBe(true);
      await team.step(parts);
    }
  });
});

test("parts count by their weight where one is given", async () => {
  const [first, second] = [
    [0, 1, 2, 3, 4],
    [6, 0, 3, 1, 2],
  ];
  const team = await open({ threads: 2, batchSize: 2, dropout: 0 });
  const lossOf = async (...weights: number[]) => {
    for (const part of team.carried.flatMap((state) => Object.values(state)))
      part.assign(new Float32Array(part.size));
    const [a, b] = weights;
    return (
      await team.walk([
        { rows: 1, share: [first], weight: a },
        { rows: 1, share: [second], weight: b },
      ])
    ).loss;
  };
  const [left, right, mixed] = [await lossOf(1e9, 1e-9), await lossOf(1e-9, 1e9), await lossOf(3, 1)];
  expect(Math.abs(left - right)).toBeGreaterThan(1e-3);
  expect(mixed).toBeCloseTo((3 * left + right) / 4, 6);
});

describe("what is done with the model between steps is seen by all threads", () => {
  /** The loss of the model itself, on the first thread. */
  async function evaluated(team: SmallTeam): Promise<number> {
    const { model } = team.replica;
    model.eval();
    const loss = team.device.withoutGradients(() => {
      const ids = ints(team.device, [0, 1, 2, 3], [4, 1]);
      const { outputs } = model.rnn.forward(model.encoder.forward(ids));
      return crossEntropy(model.decoder.forward(outputs), ints(team.device, [1, 2, 3, 4], [4, 1]));
    });
    model.train();
    return loss.item();
  }

  test("it is evaluated, which reads weights that training masks", async () => {
    const losses: number[] = [];
    await compare([2], {}, async (team) => {
      const batches = batchesOf(5, 4);
      for (let round = 0; round < 4; round++) {
        await steps(team, 2, batches);
        losses.push(await evaluated(team));
      }
    });
    for (let round = 0; round < 4; round++)
      expect(Math.abs(losses[round] - losses[round + 4])).toBeLessThan(1e-4);
  });

  test("weights are loaded, of frozen parameters too", { tags: "long" }, async () => {
    await compare([2, 3], { freeze: ["decoder.weight", "rnn.*_l1"] }, async (team) => {
      const batches = batchesOf(5, 4);
      await steps(team, 3, batches);
      const { model } = team.replica;
      const state: StateDict = await model.stateDict();
      for (const { data } of Object.values(state)) data.reverse();
      model.loadStateDict(state);
      await steps(team, 3, batches);
    });
  });

  test("weights are exchanged for their average and back", { tags: "long" }, async () => {
    await compare([2], {}, async (team) => {
      const batches = batchesOf(5, 4);
      const average = new WeightAverage(team.optimiser.parameters);
      for (let round = 0; round < 3; round++) {
        await steps(team, 2, batches);
        average.update();
        await average.withAverage(() => evaluated(team));
      }
      // And training goes on from the average itself.
      average.swap();
      await steps(team, 2, batches);
    });
  });

  test("the optimiser's memory is loaded", { tags: "long" }, async () => {
    await compare([2], {}, async (team) => {
      const batches = batchesOf(5, 4);
      await steps(team, 2, batches);
      const then = await team.optimiser.stateDict();
      await steps(team, 4, batches);
      team.optimiser.loadStateDict(then);
      await steps(team, 3, batches);
    });
  });

  test("dropout is turned off", async () => {
    await compare([2], {}, async (team) => {
      const batches = batchesOf(5, 4);
      await steps(team, 2, batches);
      team.replica.model.eval();
      await steps(team, 2, batches);
      team.replica.model.train();
      await steps(team, 2, batches);
    });
  });
});

test("gradients that stand in room which another thread has added to the memory", async () => {
  // 8 bytes an entry on the reference, which reads through views: larger than what the memory grows by at a time.
  const options = { backend: "reference", vocabularySize: 100_000, dropout: 0 } as const;
  const batch = batchesOf(5, 3, 100_000).next().value;
  const one = await open({ ...options, threads: 1 });
  await one.walk(one.split(batch));
  const team = await open({ ...options, threads: 2 });
  await team.walk(team.split(batch));
  expectClose(gradientsOf(team), gradientsOf(one), 1e-6);
});
