// What a checkpoint holds beside its tensors, and is no reason to lose them: scalars of NumPy, complex tensors, types of numbers that are not
// known here. And weights in fewer bits, which are named for what they are.
import { existsSync, readFileSync } from "node:fs";
import { openModel } from "unrolled";
import { PyTorchObject, readPyTorch } from "unrolled/formats/pytorch";
import { writeSafetensors } from "unrolled/formats/safetensors";
import { describe, expect, it, test } from "vitest";
import { readPyTorchFile } from "../src/formats/pytorch.ts";
import { pickle, text } from "./pickle-file.ts";
import { called, dictionary, flag, list, named, none, Storages, whole } from "./pickled-modules.ts";
import { required } from "./required.ts";

const storages = new Storages();
const fileOf = (own: Uint8Array) =>
  storages.file(dictionary({ own, state_dict: dictionary({ a: storages.tensor(2) }) }));
const read = async (own: Uint8Array) => {
  const checkpoint = (await readPyTorch(fileOf(own))) as { own: unknown; state_dict: object };
  expect(checkpoint.state_dict).toHaveProperty("a");
  return checkpoint.own;
};

/** numpy.float64(…) and the like, as NumPy pickles them. */
function scalar(code: string, order: string, bytes: ArrayBufferView, path = "numpy.core.multiarray.scalar") {
  const state = pickle("(", whole(3), text(order), none, none, none, whole(-1), whole(-1), whole(0), "t");
  const type = pickle(called("numpy.dtype", text(code), flag(false), flag(true)), state, "b");
  const letters = String.fromCharCode(...new Uint8Array(bytes.buffer));
  return called(path, type, called("_codecs.encode", text(letters), text("latin1")));
}

describe("scalars of NumPy are numbers", () => {
  it.each<[string, Uint8Array, unknown]>([
    ["float64", scalar("f8", "<", Float64Array.of(0.1)), 0.1],
    ["float32 of NumPy 2", scalar("f4", "<", Float32Array.of(0.5), "numpy._core.multiarray.scalar"), 0.5],
    ["float16", scalar("f2", "<", Uint16Array.of(0x3c00)), 1],
    ["int64", scalar("i8", "<", BigInt64Array.of(-7n)), -7],
    ["a large uint64", scalar("u8", "<", BigUint64Array.of(2n ** 60n)), 2n ** 60n],
    ["int16, the highest byte first", scalar("i2", ">", Uint8Array.of(1, 2)), 258],
    ["bool", scalar("b1", "|", Uint8Array.of(1)), true],
  ])("%s", async (_, value, expected) => {
    expect(await read(value)).toBe(expected);
    expect((await readPyTorchFile(fileOf(value))).unknown).toEqual([]);
  });

  it("and one that is no number is an object, named as unknown", async () => {
    const value = scalar("U1", "<", Uint32Array.of(65));
    expect(await read(value)).toMatchObject({ name: "numpy.core.multiarray.scalar" });
    expect((await readPyTorchFile(fileOf(value))).unknown).toEqual(["numpy.core.multiarray.scalar"]);
  });
});

describe("complex tensors", () => {
  /** A view of a storage of another class. */
  const tensorOf = (storage: string, count: number, bytes: number) => {
    const key = `${Object.keys(storages.bytes).length}`;
    storages.bytes[key] = new Uint8Array(bytes);
    const id = pickle("(", text("storage"), named(storage), text(key), text("cpu"), whole(count), "tQ");
    const tuple = (...numbers: number[]) => pickle("(", ...numbers.map(whole), "t");
    const hooks = called("collections.OrderedDict");
    return called(
      "torch._utils._rebuild_tensor_v2",
      id,
      whole(0),
      tuple(count),
      tuple(1),
      flag(false),
      hooks,
    );
  };

  it.each([
    ["torch.ComplexFloatStorage", 16, "torch.complex64"],
    ["torch.ComplexDoubleStorage", 32, "torch.ComplexDoubleStorage"],
  ])("of %s are kept with their shape, and the other tensors are read", async (storage, bytes, unknown) => {
    const value = tensorOf(storage, 2, bytes);
    const made = await read(list(value));
    expect(made).toEqual([expect.any(PyTorchObject)]);
    expect((made as PyTorchObject[])[0]).toMatchObject({
      name: "torch.Tensor",
      arguments: [expect.anything(), [2]],
    });
    expect((await readPyTorchFile(fileOf(value))).unknown).toEqual([unknown]);
  });
});

const faults = new URL("../../shared/data/faults/", import.meta.url);
test.runIf(required(existsSync(faults), faults.pathname))(
  "a checkpoint with a scalar names nothing unknown",
  async () => {
    const { value, unknown } = await readPyTorchFile(
      new Uint8Array(readFileSync(new URL("numpy-scalar.pt", faults))),
    );
    expect(unknown).toEqual([]);
    expect(Object.values(value as object).some((entry) => typeof entry === "number")).toBe(true);
  },
);

test.each([
  ["GPTQ or AWQ", "lstm.qweight"],
  ["bitsandbytes", "lin.weight.absmax"],
  ["bitsandbytes", "lin.SCB"],
  ["a quantised model", "fc._packed_params.dtype"],
])("weights of %s are named: %s", async (writer, name) => {
  const bytes = writeSafetensors({ [name]: { shape: [2], data: Float32Array.of(1, 2) } });
  await expect(openModel(bytes)).rejects.toThrow(
    `these are quantised weights of ${writer} (it has ${name}), which are not read; open the float model that they were made of`,
  );
});
