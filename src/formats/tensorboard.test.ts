import { describe, expect, it } from "vitest";
import { contentsOf, decodeEvent as decode, divided } from "../../test/event-files.ts";
import { crc32c } from "./crc32.ts";
import { lengthUpTo, sessionRecord, summaryRecord, versionRecord } from "./tensorboard.ts";
import { tfRecord, tfRecordAt } from "./tf-record.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

describe("crc32c", () => {
  it.each([
    ["the digits that CRCs are compared by", ascii("123456789"), 0xe3069283],
    ["nothing", new Uint8Array(0), 0],
    ["RFC 3720's 32 bytes of zeros", new Uint8Array(32), 0x8a9136aa],
    ["its 32 bytes of ones", new Uint8Array(32).fill(255), 0x62a8ab43],
    ["its 32 bytes counted up", Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  ])("of %s", (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
    expect(divided(bytes)).toBe(expected);
  });
});

describe("event files, read by a second implementation", () => {
  it("begin with the version of their format", () => {
    const [content] = contentsOf(versionRecord(1700000000.25));
    expect(decode(content)).toEqual({ wall_time: 1700000000.25, file_version: "brain.Event:2" });
  });

  it("hold scalars and texts by tag, at large steps too", () => {
    const step = 2 ** 40 + 300;
    const values = {
      scalars: { "loss/train": 1.5, learning_rate: 0 },
      texts: { sample: "    Größe 🙂\0\n" },
    };
    const [content] = contentsOf(summaryRecord(1700000000, step, values));
    expect(decode(content)).toEqual({
      wall_time: 1700000000,
      step,
      summary: {
        value: [
          { tag: "loss/train", simple_value: 1.5 },
          { tag: "learning_rate", simple_value: 0 },
          {
            tag: "sample",
            tensor: {
              dtype: "DT_STRING",
              tensor_shape: { dim: [{ size: 1 }] },
              string_val: [Buffer.from("    Größe 🙂\0\n")],
            },
            metadata: { plugin_data: { plugin_name: "text" } },
          },
        ],
      },
    });
  });

  it("say from which step on a run went on anew", () => {
    const [content] = contentsOf(sessionRecord(5, 301));
    expect(decode(content)).toEqual({ wall_time: 5, step: 301, session_log: { status: "START" } });
  });
});

describe("cutting an event file back", () => {
  const records = [
    versionRecord(1),
    ...[1, 127, 128, 300].map((step) => summaryRecord(step, step, { scalars: { "loss/train": step } })),
  ];
  const file = Buffer.concat(records);
  const lengthOf = (count: number) => records.slice(0, count).reduce((sum, { length }) => sum + length, 0);

  it.each([
    [0, 1],
    [1, 2],
    [127, 3],
    [299, 4],
    [300, 5],
    [1e6, 5],
  ])("keeps what came up to step %d: %d records", (step, count) => {
    expect(lengthUpTo(file, step)).toBe(lengthOf(count));
  });

  it("drops a last record of which anything is missing", () => {
    for (let length = lengthOf(4); length < file.length; length++)
      expect(lengthUpTo(file.subarray(0, length), 1000), `${length} bytes`).toBe(lengthOf(4));
  });

  it("drops a record with any bit wrong, and all after it", () => {
    for (let index = lengthOf(2); index < lengthOf(3); index++) {
      const damaged = Buffer.from(file);
      damaged[index] ^= 1 << (index % 8);
      expect(lengthUpTo(damaged, 1000), `byte ${index}`).toBe(lengthOf(2));
    }
  });
});

it("a record reads back wherever its file begins in memory", () => {
  const within = Buffer.concat([Buffer.from("before"), tfRecord(ascii("content")), Buffer.from("x")]);
  const record = tfRecordAt(within.subarray(6), 0);
  expect(record && Buffer.from(record.content).toString()).toBe("content");
  expect(record?.end).toBe(16 + 7);
  expect(tfRecordAt(within, 0)).toBeUndefined();
});
