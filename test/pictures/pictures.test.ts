// Pictures as pixels: PNG of every colour type and depth that is tried here, JPEG, other sizes, and files that are none.
import { deflateSync } from "node:zlib";
import { encode } from "fast-png";
import jpeg from "jpeg-js";
import { describe, expect, test } from "vitest";
import { decodePicture } from "../../src/data/pictures/decode-picture.ts";
import { sizedPixels } from "../../src/data/pictures/picture.ts";
import { crc32 } from "../../src/formats/crc32.ts";

/** A PNG file of rows as they are packed, colour type and depth as the format numbers them. */
function png(
  { width, height, depth, colour }: Record<"width" | "height" | "depth" | "colour", number>,
  rows: readonly (readonly number[])[],
  chunks: Readonly<Record<string, readonly number[]>> = {},
): Uint8Array {
  const chunk = (name: string, data: Uint8Array) => {
    const body = new Uint8Array([...new TextEncoder().encode(name), ...data]);
    const number = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
    return [...number(data.length), ...body, ...number(crc32(body))];
  };
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([depth, colour], 8);
  const packed = deflateSync(new Uint8Array(rows.flatMap((row) => [0, ...row])));
  return new Uint8Array([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", header),
    ...Object.entries(chunks).flatMap(([name, data]) => chunk(name, new Uint8Array(data))),
    ...chunk("IDAT", packed),
    ...chunk("IEND", new Uint8Array(0)),
  ]);
}

const pixels = async (bytes: Uint8Array) => [...(await decodePicture(bytes, "a.png")).rgba];

describe("PNG", () => {
  const two = { width: 2, height: 1 };
  test.each<[string, Uint8Array, number[]]>([
    ["grey of 8 bits", png({ ...two, depth: 8, colour: 0 }, [[7, 200]]), [7, 7, 7, 255, 200, 200, 200, 255]],
    [
      "grey of 1 bit",
      png({ ...two, depth: 1, colour: 0 }, [[0b01000000]]),
      [0, 0, 0, 255, 255, 255, 255, 255],
    ],
    ["grey of 4 bits", png({ ...two, depth: 4, colour: 0 }, [[0x3f]]), [51, 51, 51, 255, 255, 255, 255, 255]],
    [
      "grey of 16 bits",
      png({ ...two, depth: 16, colour: 0 }, [[0x80, 0x80, 0xff, 0xff]]),
      [128, 128, 128, 255, 255, 255, 255, 255],
    ],
    ["grey and opacity", png({ ...two, depth: 8, colour: 4 }, [[9, 30, 8, 0]]), [9, 9, 9, 30, 8, 8, 8, 0]],
    ["colours", png({ ...two, depth: 8, colour: 2 }, [[1, 2, 3, 4, 5, 6]]), [1, 2, 3, 255, 4, 5, 6, 255]],
    [
      "colours and opacity",
      png({ ...two, depth: 8, colour: 6 }, [[1, 2, 3, 4, 5, 6, 7, 8]]),
      [1, 2, 3, 4, 5, 6, 7, 8],
    ],
    [
      "a palette",
      png({ ...two, depth: 2, colour: 3 }, [[0b10010000]], { PLTE: [1, 1, 1, 2, 4, 6, 9, 8, 7] }),
      [9, 8, 7, 255, 2, 4, 6, 255],
    ],
    [
      "a palette with opacities",
      png({ ...two, depth: 8, colour: 3 }, [[1, 0]], { PLTE: [1, 1, 1, 2, 4, 6], tRNS: [100] }),
      [2, 4, 6, 255, 1, 1, 1, 100],
    ],
  ])("%s", async (_, file, expected) => {
    expect(await pixels(file)).toEqual(expected);
  });

  test("as another library wrote it", async () => {
    const data = Uint8Array.from({ length: 3 * 5 * 4 }, (_, at) => (37 * at) % 256);
    const { width, height, rgba } = await decodePicture(
      encode({ width: 5, height: 4, data, channels: 3, depth: 8 }),
      "a.png",
    );
    expect([width, height]).toEqual([5, 4]);
    expect([...rgba].filter((_, at) => at % 4 < 3)).toEqual([...data]);
  });
});

test("JPEG, about as it was before it was packed", async () => {
  const data = new Uint8Array(4 * 16 * 8).fill(255);
  for (let pixel = 0; pixel < 16 * 8; pixel++)
    data.set(pixel % 16 < 8 ? [200, 30, 40] : [20, 60, 220], 4 * pixel);
  const { width, height, rgba } = await decodePicture(
    new Uint8Array(jpeg.encode({ width: 16, height: 8, data }, 95).data),
    "a.jpg",
  );
  expect([width, height]).toEqual([16, 8]);
  for (const [at, value] of rgba.entries()) expect(Math.abs(value - data[at])).toBeLessThan(12);
});

describe("another size", () => {
  test("each pixel is the mean of what it covers, on white", () => {
    const rgba = Uint8Array.of(10, 0, 0, 255, 30, 0, 0, 255, 0, 0, 0, 0, 255, 255, 255, 255);
    expect([...sizedPixels({ width: 4, height: 1, rgba }, 2, 1)]).toEqual([20, 255, 0, 255, 0, 255]);
  });

  test("larger: the pixel there", () => {
    const rgba = Uint8Array.of(10, 20, 30, 255, 40, 50, 60, 255);
    expect([...sizedPixels({ width: 2, height: 1, rgba }, 4, 1).subarray(0, 4)]).toEqual([10, 10, 40, 40]);
  });
});

describe("what is no picture is refused by its name", () => {
  const whole = png({ width: 2, height: 1, depth: 8, colour: 0 }, [[7, 200]]);
  test.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(0), "a.png is no picture, needed a PNG or a JPEG file"],
    ["a text", new TextEncoder().encode("GIF89a…"), "a.png is no picture"],
    ["half a PNG", whole.slice(0, 40), "a.png is no sound PNG file"],
    ["the beginning of a PNG", whole.slice(0, 12), "a.png is no sound PNG file: it ends in its header"],
    ["a JPEG's first bytes", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 1), "a.png is no sound JPEG file"],
    [
      "a huge PNG",
      png({ width: 2 ** 20, height: 2 ** 20, depth: 8, colour: 0 }, [[0]]),
      "a.png is no sound PNG file: it is too large",
    ],
  ])("%s", async (_, bytes, problem) => {
    await expect(decodePicture(bytes, "a.png")).rejects.toMatchObject({
      code: "invalid-file",
      message: expect.stringContaining(problem),
    });
  });
});
