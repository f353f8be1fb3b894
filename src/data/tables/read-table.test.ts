import { describe, expect, it } from "vitest";
import { readTable } from "./read-table.ts";

const text = 'name,"price; each",note\nTea,2.5,"two\nlines"\n"Coffee, black",,""\nCake,NA,"a ""good"" one"\n';

describe("readTable", () => {
  it("gives rows, columns and numbers, with quotes, line breaks and missing values", async () => {
    const table = await readTable({ title: "goods.csv", text });
    expect(table.columns).toEqual(["name", "price; each", "note"]);
    expect(table.rows.map(({ line }) => line)).toEqual([2, 4, 5]);
    expect(table.column("name")).toEqual(["Tea", "Coffee, black", "Cake"]);
    expect(table.column("note")).toEqual(["two\nlines", "", 'a "good" one']);
    expect(table.numbers("price; each")).toEqual(Float64Array.of(2.5, Number.NaN, Number.NaN));
  });

  it("reads JSON lines and other delimiters alike", async () => {
    const lines = '{"a": 1, "b": "x"}\n{"a": 2.5}\n';
    const table = await readTable({ title: "rows.jsonl", text: lines });
    expect(table.numbers("a")).toEqual(Float64Array.of(1, 2.5));
    expect(table.column("b")).toEqual(["x", ""]);
    const bars = await readTable({ title: "bars.txt", text: "1|2\n3|4\n" }, { header: false });
    expect(bars.columns).toEqual(["1", "2"]);
    expect(bars.numbers("2")).toEqual(Float64Array.of(2, 4));
  });

  it("says where a cell is no number, and which column was probably meant", async () => {
    const table = await readTable({ title: "goods.csv", text: 'name,price\nTea,"2,50"\n' });
    expect(() => table.numbers("price")).toThrow('goods.csv, line 2, column price: "2,50" is no number');
    expect(() => table.column("prise")).toThrow("did you mean price?");
    await expect(readTable({ title: "goods.csv", text: "a,b\n1\n" })).rejects.toThrow("line 2");
  });
});
