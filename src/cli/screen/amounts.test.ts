import { expect, it } from "vitest";
import { bytes, clock, count, counted, duration, figure, short } from "./amounts.ts";

it("writes numbers as people read them", () => {
  expect([0, 999, 1234567].map(count)).toEqual(["0", "999", "1,234,567"]);
  expect([12, 999.6, 31234, 999_499, 999_999, 1.234e9].map(short)).toEqual([
    "12",
    "1.00k",
    "31.2k",
    "999k",
    "1.00M",
    "1.23G",
  ]);
  expect([812, 4_096, 84_200_000, 1.2e9].map(bytes)).toEqual(["812 bytes", "4.10 kB", "84.2 MB", "1.20 GB"]);
  expect([0.42, 9.96, 59.6, 61, 120, 7500].map(duration)).toEqual([
    "0.4 s",
    "10 s",
    "1 min",
    "1 min 1 s",
    "2 min",
    "2 h 5 min",
  ]);
  expect([0, 41.2, 3723].map(clock)).toEqual(["0:00", "0:42", "1:02:03"]);
  expect([counted(1, "layer"), counted(2000, "step")]).toEqual(["1 layer", "2,000 steps"]);
  expect([1.40771, 2.1e27, Number.NaN].map(figure)).toEqual(["1.408", "2.1e+27", "NaN"]);
});
