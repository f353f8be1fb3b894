import { setTimeout as passed } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { LSTM } from "../recurrent/recurrent.ts";
import { openDevice } from "./device.ts";
import { add, multiply, scaled } from "./operations/arithmetic.ts";
import { linear } from "./operations/products.ts";
import { sum } from "./operations/reductions.ts";
import { narrow, reshape } from "./operations/shapes.ts";
import { ints, type Tensor, tensor, zeros } from "./tensor.ts";

const device = await openDevice({ backend: "wasm" });
const row = (...numbers: number[]) => tensor(device, numbers, [numbers.length]);
const usedBytes = () => device.heap.use().usedBytes;

describe("a scope", () => {
  test("frees what was made in it, and says so when it is used", async () => {
    const before = usedBytes();
    let escaped: Tensor | undefined;
    device.scope(() => {
      escaped = row(1, 2, 3);
    });
    expect(usedBytes()).toBe(before);
    const message =
      "a tensor of shape [3] was used after the scope that made it had ended; return it from the scope";
    expect(() => add(escaped!, escaped!)).toThrow(message);
    await expect(escaped!.toArray()).rejects.toThrow(message);
    await expect(escaped!.toArray()).rejects.toMatchObject({ code: "freed-tensor" });
  });

  test("keeps what it returns: alone, in arrays and in plain objects, also views and cycles", async () => {
    const before = usedBytes();
    const alone = device.scope(() => row(1));
    const { list, view } = device.scope(() => {
      const unseen = row(9);
      const inside: { list: unknown[]; view: Tensor; self?: unknown } = {
        list: [row(2), { deep: row(3) }, "text", null, 4, new Float32Array(3)],
        view: narrow(row(4, 5, 6), 1, 2),
      };
      inside.self = inside;
      add(unseen, unseen);
      return inside;
    });
    expect(await alone.toArray()).toEqual(Float32Array.of(1));
    expect(await (list[0] as Tensor).toArray()).toEqual(Float32Array.of(2));
    expect(await (list[1] as { deep: Tensor }).deep.toArray()).toEqual(Float32Array.of(3));
    expect(await view.item()).toBe(5);
    expect(usedBytes() - before).toBe(4 * 64);
  });

  test("inside another hands what it returns to the outer one", () => {
    const before = usedBytes();
    let inner: Tensor | undefined;
    const outer = device.scope(() => {
      inner = device.scope(() => add(row(1), row(2)));
      expect(usedBytes() - before).toBe(64);
      return add(inner, inner);
    });
    expect(() => inner!.offset).toThrow("used after the scope");
    expect(device.heap.floats()[outer.offset]).toBe(6);
    expect(usedBytes() - before).toBe(64);
  });

  test("frees all when its callback throws", () => {
    const before = usedBytes();
    expect(() =>
      device.scope(() => {
        row(1, 2);
        device.scope(() => {
          row(3, 4);
          throw new Error("out of luck");
        });
      }),
    ).toThrow("out of luck");
    expect(usedBytes()).toBe(before);
    // The scopes are closed: this one belongs to none.
    const after = row(1);
    device.scope(() => {});
    expect(after.offset).toBeGreaterThan(0);
  });

  test("refuses a promise", () => {
    expect(() => device.scope(async () => row(1))).toThrow(
      "scope: the callback must be synchronous, this one returned a promise",
    );
  });

  test("returns a constant: the history behind it is gone", () => {
    const weight = tensor(device, [1, 2], [2], { requiresGrad: true });
    const loss = device.scope(() => sum(multiply(weight, weight)));
    expect(loss.requiresGrad).toBe(false);
    expect(() => loss.backward()).toThrow("call backward() inside the scope");
    expect(device.scope(() => weight)).toBe(weight);
    expect(weight.requiresGrad).toBe(true);
  });

  test("that returns an outer scope's tensor leaves its history alone", async () => {
    const weight = tensor(device, [1, 2], [2], { requiresGrad: true });
    device.scope(() => {
      const loss = sum(multiply(weight, weight));
      device.scope(() => ({ loss })).loss.backward();
    });
    expect(await weight.grad!.toArray()).toEqual(Float32Array.of(2, 4));
  });

  test("frees gradients and packed copies together with what they belong to", () => {
    const before = usedBytes();
    device.scope(() => {
      const weight = tensor(device, [1, 2, 3, 4], [2, 2], { requiresGrad: true });
      const x = tensor(device, [1, 2], [1, 2], { requiresGrad: true });
      sum(linear(x, scaled(weight, 2))).backward();
      expect(weight.grad && x.grad).toBeDefined();
    });
    expect(usedBytes()).toBe(before);
  });

  test("can return a gradient without the tensor it belongs to", async () => {
    const gradient = device.scope(() => {
      const x = tensor(device, [3, 4], [2], { requiresGrad: true });
      sum(multiply(x, x)).backward();
      return x.grad!;
    });
    expect(await gradient.toArray()).toEqual(Float32Array.of(6, 8));
  });

  test("leaves no gradient behind of what was made outside it, other than a leaf's", async () => {
    const weight = tensor(device, [1, 2], [2], { requiresGrad: true });
    const outside = multiply(weight, row(3, 4));
    device.scope(() => sum(multiply(outside, outside)).backward());
    expect(await weight.grad!.toArray()).toEqual(Float32Array.of(2 * 3 * 3, 2 * 8 * 4));
    expect(outside.grad).toBeUndefined();
  });

  test("does not own parameters, their gradients, or state carried by assign", async () => {
    const lstm = device.scope(() => new LSTM(device, { inputSize: 2, hiddenSize: 3 }));
    const carried = zeros(device, [1, 1, 3]);
    const hs: number[] = [];
    for (let step = 0; step < 3; step++) {
      device.scope(() => {
        const { outputs, state } = lstm.forward(reshape(row(1, -1), [1, 1, 2]), {
          state: { h: carried, c: zeros(device, [1, 1, 3]) },
        });
        sum(outputs).backward();
        carried.assign(state.h);
      });
      hs.push(device.heap.floats()[carried.offset]);
    }
    expect(new Set(hs).size).toBe(3);
    expect((await lstm.layerWeights(0).weightHh.grad!.toArray()).some((entry) => entry !== 0)).toBe(true);
  });

  test("suspended by lasting and by allocateLasting", () => {
    const kept = device.scope(() => ({ get: device.lasting(() => row(7)) })).get;
    const storage = device.scope(() => ({ inside: device.allocateLasting(3) })).inside;
    expect(device.heap.floats()[kept.offset]).toBe(7);
    expect(storage.freed).toBe(false);
  });
});

test("temporary room is given back, also after an error", () => {
  const before = usedBytes();
  expect(device.temporary(10, (offset) => offset)).toBeGreaterThan(0);
  expect(() =>
    device.temporary(10, () => {
      throw new Error("out of luck");
    }),
  ).toThrow("out of luck");
  expect(usedBytes()).toBe(before);
});

test("withoutGradients records nothing, also after an error", () => {
  const weight = tensor(device, [1, 2], [2], { requiresGrad: true });
  expect(device.withoutGradients(() => scaled(weight, 2)).requiresGrad).toBe(false);
  expect(() =>
    device.withoutGradients(() => {
      throw new Error("out of luck");
    }),
  ).toThrow("out of luck");
  expect(scaled(weight, 2).requiresGrad).toBe(true);
});

test.each(["withoutGradients", "lasting", "scope"] as const)(
  "%s refuses a promise, and its failure is told once",
  async (call) => {
    const weight = tensor(device, [1, 2], [2], { requiresGrad: true });
    const body = async () => {
      await null;
      throw new Error("out of luck");
    };
    expect(() => device[call](body)).toThrow(
      `${call}: the callback must be synchronous, this one returned a promise`,
    );
    expect(() => device.temporary(1, body)).toThrow("temporary: the callback must be synchronous");
    await passed(0);
    expect(scaled(weight, 2).requiresGrad).toBe(true);
  },
);

describe("backward()", () => {
  const layers = () => new LSTM(device, { inputSize: 2, hiddenSize: 32 });
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8];

  test.each([true, false])("frees what only the way back has read at once, in a scope: %s", (inScope) => {
    const lstm = layers();
    const walk = () => {
      const loss = sum(lstm.forward(tensor(device, numbers, [4, 1, 2])).outputs);
      // The gradients of the weights, and packed copies, are there for good.
      const before = usedBytes();
      loss.backward();
      return usedBytes() - before;
    };
    const measure = () => (inScope ? device.scope(walk) : walk());
    measure();
    // The sums of four steps, four gates each, are more than the gradients of outputs, states and the loss that came instead.
    expect(measure()).toBeLessThan(0);
  });

  test("leaves what it went through to whoever holds it", async () => {
    const lstm = layers();
    const { outputs, state } = lstm.forward(tensor(device, numbers, [4, 1, 2]));
    const before = [await outputs.toArray(), await state.c!.toArray()];
    sum(outputs).backward();
    device.scope(() => lstm.forward(tensor(device, new Float32Array(8), [4, 1, 2])));
    expect([await outputs.toArray(), await state.c!.toArray()]).toEqual(before);
    expect((await outputs.grad!.toArray()).every((entry) => entry === 1)).toBe(true);
  });
});

describe("outside any scope", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const collected = async () => {
    for (let turn = 0; turn < 4; turn++) {
      collect();
      await passed(5);
    }
  };

  test("a tensor lives until it is collected, its gradient and packed copies with it", async () => {
    await collected();
    const before = usedBytes();
    (() => {
      for (let count = 0; count < 50; count++) {
        const weight = tensor(device, [1, 2, 3, 4], [2, 2], { requiresGrad: true });
        sum(linear(tensor(device, [1, 2], [1, 2]), weight)).backward();
      }
    })();
    expect(usedBytes()).toBeGreaterThan(before + 50 * 64);
    await collected();
    expect(usedBytes()).toBe(before);
  });

  test("a loss that is kept holds nothing of what it came from once it was walked back", async () => {
    const weight = tensor(device, [1, 2, 3, 4], [2, 2], { requiresGrad: true });
    const lossOf = () => {
      const loss = sum(linear(tensor(device, new Float32Array(2000), [1000, 2]), weight));
      loss.backward();
      return loss;
    };
    const first = lossOf();
    await collected();
    const before = usedBytes();
    const losses = Array.from({ length: 20 }, lossOf);
    await collected();
    // Each has its number and its gradient, 64 bytes each.
    expect(usedBytes() - before).toBeLessThanOrEqual(20 * 2 * 64);
    expect(losses.length + first.size).toBe(21);
  });

  test("what backward() will need is kept until then", async () => {
    const lstm = new LSTM(device, { inputSize: 2, hiddenSize: 3, direction: "bidirectional" });
    const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
    const forward = () => sum(lstm.forward(tensor(device, numbers, [2, 2, 2]), { lengths: [1, 2] }).outputs);
    const gradients = () => Promise.all(lstm.parameters().map((parameter) => parameter.grad!.toArray()));
    forward().backward();
    const expected = await gradients();
    lstm.zeroGrad();
    const loss = forward();
    await collected();
    // Whatever was given back is overwritten.
    for (let count = 0; count < 200; count++) ints(device, [9, 9], [2]);
    loss.backward();
    expect(await gradients()).toEqual(expected);
  });
});

test("a backend asked for by name that is not known is an error", async () => {
  await expect(openDevice({ backend: "gpu" as "wasm" })).rejects.toThrow('backend is "gpu"');
});
