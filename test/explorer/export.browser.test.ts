// What can be taken away from the page, as files.
import { expect, test } from "vitest";
import { bytesOf } from "../shared-browser.ts";
import { driven, H, steps } from "./driven.ts";
import { READ } from "./site.ts";

const tested = driven({ view: "play", at: 3 });

const saved = async (format: string) => {
  const [download] = await Promise.all([
    tested.page.waitForEvent("download"),
    tested.page.getByRole("button", { name: `Save as ${format}` }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await bytesOf(download) };
};

test("CSV and JSON hold the numbers", async () => {
  const csv = await saved("CSV");
  expect(csv.name).toBe("states-layer-1.csv");
  const rows = csv.bytes.toString("utf8").trimEnd().split("\r\n");
  expect(rows.length).toBe(steps + 1);
  const head = rows[0].split(",");
  const third = rows[3].split(",");
  expect(third.slice(0, 2)).toEqual(["3", "t"]);
  expect(Number(third[head.indexOf("h[5]")])).toBeCloseTo(tested.expected.layers[0].states.h[3 * H + 5], 4);
  expect(Number(third[head.indexOf("o[127]")])).toBeCloseTo(
    tested.expected.layers[0].gates.o![2 * H + 127],
    4,
  );
  const json = JSON.parse((await saved("JSON")).bytes.toString("utf8"));
  expect(json.pieces.join("")).toBe(READ.text);
  expect(json.layers[0].c[10][7]).toBeCloseTo(tested.expected.layers[0].states.c[10 * H + 7], 4);
  expect(json.lossNats.at(-1)).toBeNull();
});

test("SVG and PNG hold the picture", async () => {
  const svg = (await saved("SVG")).bytes.toString("utf8");
  expect(svg.match(/<image /g)?.length).toBe(6);
  expect(svg).toContain("forget gate f");
  expect(svg).not.toContain("var(--");
  const png = (await saved("PNG")).bytes;
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(png.readUInt32BE(16)).toBeGreaterThan(2000);
});
