import { expect, it } from "vitest";
import { contextTable } from "./reach.ts";

it("the table of contexts fits into narrow terminals and wide ones", () => {
  const row = (context: number, lossNats: number, excessNats: number) => ({
    context,
    lossNats,
    excessNats,
    interval: [lossNats - 0.1, lossNats + 0.1] as const,
    excessInterval: [excessNats - 0.05, excessNats + 0.05] as const,
  });
  const found = { contexts: [row(1, 3.7073, 2.897), row(1024, 0.8103, 0)] };
  expect(contextTable(found, 40).slice(1)).toEqual([
    "      1          3.7073          2.8970",
    "  1,024          0.8103          0.0000",
  ]);
  for (const columns of [40, 48, 60, 100]) {
    const lines = contextTable(found, columns);
    expect(Math.max(...lines.slice(1).map((line) => line.length)), `${columns}`).toBeLessThanOrEqual(columns);
  }
  expect(contextTable(found, 60)[1]).toContain("3.7073 ± 0.1000     2.8970 ± 0.0500  █");
});
