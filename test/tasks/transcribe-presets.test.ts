import { describe, expect, test } from "vitest";
import { parameterCount } from "../../src/networks/parameter-shapes.ts";
import { type GivenFor, valuesOf } from "../../src/options/option.ts";
import { TRANSCRIBE } from "../../src/tasks/transcribe/transcribe-description.ts";
import { transcribeNetwork } from "../../src/tasks/transcribe/transcribe-network.ts";
import { TRANSCRIBE_OPTIONS } from "../../src/tasks/transcribe/transcribe-options.ts";
import { TRANSCRIBE_PRESETS } from "../../src/tasks/transcribe/transcribe-presets.ts";

/** Graves, Mohamed & Hinton 2013, table 1: millions of weights, for 123 numbers a frame, 61 phonemes and the blank. */
const MILLIONS = {
  "ctc-3l-500h-tanh": 3.7,
  "ctc-1l-250h": 0.8,
  "ctc-1l-622h": 3.8,
  "ctc-2l-250h": 2.3,
  "ctc-3l-421h-uni": 3.8,
  "ctc-3l-250h": 3.8,
  "ctc-5l-250h": 6.8,
  "trans-3l-250h": 4.3,
  "pretrans-3l-250h": 4.3,
};

describe("the nine networks of Graves, Mohamed & Hinton 2013", () => {
  test.each(Object.entries(MILLIONS))("%s has %d million weights", (name, millions) => {
    const { settings } = TRANSCRIBE_PRESETS[name];
    const own = Object.fromEntries(Object.entries(settings).filter(([key]) => key in TRANSCRIBE_OPTIONS));
    const given = own as GivenFor<typeof TRANSCRIBE_OPTIONS>;
    const values = TRANSCRIBE.settle(given, valuesOf("train", TRANSCRIBE_OPTIONS, given));
    const network = transcribeNetwork(values, { width: 123, classes: 62 });
    expect(Math.round(parameterCount(network) / 1e5) / 10).toBe(millions);
  });
});
