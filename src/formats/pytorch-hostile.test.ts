// Files that nobody's torch.save writes, made to do harm or by accident.
import { describe, expect, it } from "vitest";
import { archiveOf, pickle, tensor, text, u32 } from "../../test/pickle-file.ts";
import { zipFile } from "../../test/zip-file.ts";
import { UnrolledError } from "../errors.ts";
import { readPyTorch } from "./pytorch.ts";

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const six = { 0: floats(1, 2, 3, 4, 5, 6) };
const whole = archiveOf(pickle("\x80\x02", tensor("0", 6, 0, [2, 3], [3, 1]), "."), six);

async function expectRefusal(bytes: Uint8Array, message: string): Promise<void> {
  const error: unknown = await readPyTorch(bytes).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UnrolledError);
  expect((error as UnrolledError).code).toBe("invalid-file");
  expect((error as UnrolledError).message).toMatch(/^readPyTorch: /);
  expect((error as UnrolledError).message).toContain(message);
}

it("the same file, whole, is read", async () => {
  expect(await readPyTorch(whole)).toEqual({
    dtype: "F32",
    shape: [2, 3],
    data: Float32Array.of(1, 2, 3, 4, 5, 6),
  });
});

it("a compressed one too", async () => {
  const program = pickle("\x80\x02", tensor("0", 6, 0, [6], [1]), ".");
  const { bytes } = zipFile([
    { name: "a/data.pkl", bytes: program, deflated: true },
    { name: "a/data/0", bytes: six[0], deflated: true },
  ]);
  expect(await readPyTorch(bytes)).toMatchObject({ data: Float32Array.of(1, 2, 3, 4, 5, 6) });
});

describe("what later versions of PyTorch write", () => {
  /** ("storage", UntypedStorage, "0", "cpu", how many bytes) */
  const bytes = (count: number) =>
    pickle(
      "(",
      text("storage"),
      "ctorch.storage\nUntypedStorage\n",
      text("0"),
      text("cpu"),
      "K",
      count,
      "tQ",
    );
  const version3 = (type: string) =>
    pickle("ctorch._utils\n_rebuild_tensor_v3\n(", bytes(2), "K\x00K\x02\x85K\x01\x85\x89N", type, "tR");

  it("numbers of types that have no storage of their own", async () => {
    const program = pickle("\x80\x02", version3("ctorch\nfloat8_e4m3fn\n"), ".");
    expect(await readPyTorch(archiveOf(program, { 0: Uint8Array.of(0x38, 0xc0) }))).toEqual({
      dtype: "F8_E4M3",
      shape: [2],
      data: Float32Array.of(1, -2),
    });
    await expectRefusal(archiveOf(pickle("\x80\x02", version3("N"), "."), {}), "whose type it does not say");
    await expectRefusal(
      archiveOf(pickle("\x80\x02", version3("ctorch\nint16\n"), "."), { 0: new Uint8Array(2) }),
      "does not lie inside its storage of 2 bytes",
    );
  });

  it("tensors with attributes, which are left out", async () => {
    const inner = tensor("0", 6, 0, [6], [1]);
    // What the inner one calls, and with what, without its R.
    const [name, parameters] = [inner.slice(0, inner.indexOf(0x28)), inner.slice(inner.indexOf(0x28), -1)];
    const program = (called: Uint8Array) =>
      pickle(
        "\x80\x02ctorch._tensor\n_rebuild_from_type_v2\n(",
        called,
        "ctorch\nTensor\n",
        parameters,
        "}tR.",
      );
    expect(await readPyTorch(archiveOf(program(name), six))).toMatchObject({ shape: [6] });
    await expectRefusal(
      archiveOf(program(pickle("ctorch\nSize\n")), six),
      "makes a tensor by what makes no tensors",
    );
  });
});

describe("a pickle that asks for more than tensors", () => {
  const ASKS = "is none of the names that rebuild tensors, so nothing of the file is used";
  it.each([
    ["calls os.system", pickle("cos\nsystem\n(S'echo hacked'\ntR."), '"os.system", which'],
    [
      "does so under another name",
      pickle("\x80\x02cposix\nsystem\n", text("true"), "\x85R."),
      '"posix.system"',
    ],
    ["evaluates code", pickle("\x80\x02c__builtin__\neval\n", text("1"), "\x85R."), '"__builtin__.eval"'],
    ["imports by text", pickle("\x80\x04", text("builtins"), text("exec"), "\x93."), '"builtins.exec"'],
    ["makes an instance", pickle("(cos\nsystem\n", "ios\nsystem\n."), '"os.system"'],
    [
      "reaches into a known module",
      pickle("\x80\x02ctorch._utils\nos.system\n."),
      '"torch._utils.os.system"',
    ],
    ["uses an object's own names", pickle("\x80\x02c__proto__\nconstructor\n."), '"__proto__.constructor"'],
  ])("%s: it is refused by that name", async (_, program, message) => {
    await expectRefusal(archiveOf(program), message);
  });
  it("says that nothing was used", () => expectRefusal(archiveOf(pickle("cos\nsystem\n.")), ASKS));
});

describe("a pickle that is damaged", () => {
  const SIZE = "ctorch\nSize\n";
  it.each<[string, Uint8Array, string]>([
    ["is empty", pickle(), "the pickle needs 1 bytes, 0 are left"],
    ["never ends", pickle("\x80\x02N"), "the pickle needs 1 bytes, 0 are left"],
    ["is of a protocol to come", pickle("\x80\x06N."), "the pickle is of protocol 6, not 2 to 5"],
    ["has an opcode of protocol 0", pickle("I1\n."), 'the pickle has opcode "I", which is not read'],
    ["has an extension", pickle("\x82\x01."), "the pickle has opcode 0x82, which is not read"],
    ["takes what is not there", pickle("\x80\x02\x85."), "takes a value from its stack that is not there"],
    [
      "takes what lies below a mark",
      pickle("\x80\x02N(\x85."),
      "takes a value from its stack that is not there",
    ],
    ["goes back to no mark", pickle("\x80\x02t."), "goes back to a mark that is not there"],
    ["leaves two values", pickle("\x80\x02NN."), "ends with more than one value"],
    ["recalls what it never kept", pickle("\x80\x02h\x01."), "recalls value 1, which it never kept"],
    ["appends to a tuple", pickle("\x80\x02)Na."), "appends to what is no list"],
    ["sets items of a list", pickle("\x80\x02]NNs."), "sets items of what is no dictionary"],
    ["has a key without a value", pickle("\x80\x02}(Nu."), "or a key without a value"],
    ["calls a word", pickle("\x80\x02", text("a"), ")R."), "the pickle calls what is no function"],
    ["calls a dtype", pickle("\x80\x02ctorch\nfloat32\n)R."), "the pickle calls torch.float32"],
    ["calls with a list", pickle("\x80\x02ccollections\nOrderedDict\n]R."), "calls with what is no tuple"],
    ["has a text of 4 GB", pickle("\x80\x02X", u32(2 ** 32 - 1), "."), "needs 4294967295 bytes, 1 are left"],
    ["has a text that is no UTF-8", pickle("\x80\x02U\x01\xff."), "a text in the pickle is no UTF-8"],
    [
      "has a number of a megabyte",
      pickle("\x80\x02\x8b", u32(1 << 20), "."),
      "a whole number of 1048576 bytes",
    ],
    ["has a name without end", pickle("\x80\x02ctorch"), "a name in the pickle has no end"],
    [
      "has a frame too long",
      pickle("\x80\x04\x95", u32(9), u32(0), "N."),
      "a frame of the pickle has 9 bytes",
    ],
    ["has sizes that are no tuple", pickle("\x80\x02", SIZE, "N\x85R."), "a size that is no tuple"],
    ["has sizes that are words", pickle("\x80\x02", SIZE, "U\x01a\x85\x85R."), "no whole number from 0 on"],
    ["has 65 axes", pickle("\x80\x02", SIZE, "(", "K\x01".repeat(65), "t\x85R."), "of more than 64 numbers"],
    ["refers to a file", pickle("\x80\x02U\x0b/etc/passwdQ."), "refers to what is no storage of numbers"],
    ["contains itself", pickle("\x80\x02]q\x00h\x00a."), "a value that contains itself"],
    [
      "is nested deep",
      pickle("\x80\x02", "]".repeat(200), "a".repeat(199), "."),
      "nested more than 100 deep",
    ],
    ["is nested without end", pickle("\x80\x02", "(".repeat(150_000), "."), "more than 100000 marks"],
    ["fills its stack", pickle("\x80\x02", "N".repeat(150_000), "."), "more than 100000 values on its stack"],
    ["has the key 0 as a number and a word", pickle("\x80\x02}(K\x00NU\x010Nu."), 'the key "0" twice'],
  ])("is refused: one that %s", async (_, program, message) => {
    await expectRefusal(archiveOf(program), message);
  });
});

describe("what a small file cannot make large", () => {
  it("lists within lists, each twice, stay as small as they came", async () => {
    // Sixty times a list of the last list and once more the last list: 2^60 values to whoever copies them.
    const levels = Array.from({ length: 60 }, (_, level) => ["0]q", level + 1, "(h", level, "h", level, "e"]);
    const value = await readPyTorch(archiveOf(pickle("\x80\x02]q\x00", ...levels.flat(), ".")));
    const [left, right] = value as unknown[];
    expect(left).toBe(right);
  });

  it("a tensor that repeats one number a billion times", () =>
    expectRefusal(
      archiveOf(pickle("\x80\x02", tensor("0", 6, 0, [200, 200, 200, 125], [0, 0, 0, 0]), "."), six),
      "takes 4000000000 bytes",
    ));

  it("thousands of tensors over the same numbers", () => {
    const many = pickle(
      "\x80\x02",
      "]",
      ...Array(3000).fill(pickle(tensor("0", 6, 0, [50, 100], [0, 0]), "a")),
      ".",
    );
    return expectRefusal(archiveOf(many, six), "(maxBytes)");
  });
});

describe("a tensor that does not lie in its storage", () => {
  const refuses = (of: Uint8Array, message: string, storages: Record<string, Uint8Array> = six) =>
    expectRefusal(archiveOf(pickle("\x80\x02", of, "."), storages), message);

  it.each<[string, Uint8Array, string]>([
    ["begins behind it", tensor("0", 6, 6, [1], [1]), "does not lie inside its storage of 24 bytes"],
    ["ends behind it", tensor("0", 6, 1, [2, 3], [3, 1]), "does not lie inside its storage of 24 bytes"],
    ["strides out of it", tensor("0", 6, 0, [2, 3], [4, 1]), "does not lie inside its storage of 24 bytes"],
    ["has a stride too few", tensor("0", 6, 0, [2, 3], [1]), "of shape [2,3] with strides [1]"],
    ["begins before it", tensor("0", 6, -1, [1], [1]), "an offset that is no whole number from 0 on"],
    [
      "is beyond all numbers",
      tensor("0", 6, 0, Array(8).fill(255), Array(8).fill(255)),
      "does not lie inside",
    ],
  ])("is refused: one that %s", (_, of, message) =>
    refuses(of, message.replace("an offset", "a tensor's offset")),
  );

  it("may lie there in any order", async () => {
    const program = pickle("\x80\x02", tensor("0", 6, 1, [2, 2], [1, 3]), ".");
    expect(await readPyTorch(archiveOf(program, six))).toMatchObject({ data: Float32Array.of(2, 5, 3, 6) });
    const empty = pickle("\x80\x02", tensor("0", 6, 9, [0, 2], [7, 7]), ".");
    expect(await readPyTorch(archiveOf(empty, six))).toMatchObject({
      shape: [0, 2],
      data: new Float32Array(0),
    });
  });

  it("and a storage has to be as long as the pickle says, and there", async () => {
    const of = tensor("0", 6, 0, [6], [1]);
    await refuses(of, 'storage "0" has 20 bytes, but is said to have 6 F32', { 0: floats(1, 2, 3, 4, 5) });
    await refuses(of, 'there is no file "archive/data/0"', {});
    await refuses(tensor("../data.pkl", 6, 0, [6], [1]), 'no file "archive/data/../data.pkl"');
  });
});

describe("the archive", () => {
  it("has numbers in the order of bytes that it says", async () => {
    const swapped = { 0: six[0].slice().reverse() };
    const program = pickle("\x80\x02", tensor("0", 6, 0, [6], [1]), ".");
    const value = await readPyTorch(archiveOf(program, swapped, { byteorder: "big" }));
    expect(value).toMatchObject({ data: Float32Array.of(6, 5, 4, 3, 2, 1) });
    await expectRefusal(archiveOf(program, six, { byteorder: "middle" }), 'byteorder is "middle"');
  });

  it("has one pickle", async () => {
    const bytes = pickle("\x80\x02N.");
    const two = [...["a/data.pkl", "b/data.pkl"].map((name) => ({ name, bytes }))];
    await expectRefusal(zipFile(two).bytes, "the archive has 2 files data.pkl, needed one");
    await expectRefusal(zipFile([{ name: "x", bytes }]).bytes, "the archive has 0 files data.pkl");
    expect(await readPyTorch(zipFile([{ name: "data.pkl", bytes }]).bytes)).toBe(null);
  });

  it("is refused cut short, wherever that is", async () => {
    for (let length = 0; length < whole.length; length++) {
      await expect(readPyTorch(whole.slice(0, length)), `${length} bytes`).rejects.toThrow("readPyTorch: ");
    }
  });

  it("is no other file", async () => {
    await expectRefusal(
      new TextEncoder().encode("GIF89a"),
      "this is no zip archive, and so no file of torch.save",
    );
    const tar = new Uint8Array(512);
    tar.set(new TextEncoder().encode("ustar"), 257);
    await expectRefusal(tar, "format from before 1.6");
  });
});
