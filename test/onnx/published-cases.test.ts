// ONNX's own cases for recurrent nodes, and a published voice-activity detector over a minute of sound.
import { existsSync, readFileSync } from "node:fs";
import { type Device, openDevice } from "unrolled";
import { beforeAll, describe, expect, test } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { required } from "../required.ts";
import { modelFile, type Numbers, type TestAttribute } from "./build.ts";
import { expectSame } from "./operator-case.ts";

const data = new URL("../../../shared/data/", import.meta.url);

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

/** As cases.json has them. */
interface Case {
  readonly name: string;
  readonly op: string;
  readonly opset: number;
  readonly attributes: Readonly<Record<string, number | string | readonly number[] | readonly string[]>>;
  readonly node_inputs: readonly string[];
  readonly node_outputs: readonly string[];
  readonly graph_inputs: readonly string[];
  readonly graph_outputs: readonly string[];
  readonly inputs: readonly Entries[];
  readonly outputs: readonly Entries[];
}

interface Entries {
  readonly dtype: Numbers["type"];
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const casesPath = new URL("onnx-rnn-cases/cases.json", data);

describe.runIf(required(existsSync(casesPath), casesPath.pathname))(
  `ONNX's own cases (skipped where ${casesPath.pathname} is missing)`,
  () => {
    const cases: readonly Case[] = existsSync(casesPath) ? JSON.parse(readFileSync(casesPath, "utf8")) : [];

    test.each(cases.map((own) => [own.name, own] as const))("%s", (_, own) => {
      const file = modelFile(
        {
          nodes: [
            {
              op: own.op,
              inputs: own.node_inputs,
              outputs: own.node_outputs,
              attributes: Object.fromEntries(
                Object.entries(own.attributes).map(([key, value]) => [key, asAttribute(value)]),
              ),
            },
          ],
          inputs: own.graph_inputs.map((name, index) => ({
            name,
            type: own.inputs[index].dtype,
            dims: own.inputs[index].shape,
          })),
          outputs: own.graph_outputs,
        },
        own.opset,
      );
      const numbers = ({ dtype, shape, data: entries }: Entries): Numbers => ({
        type: dtype,
        dims: shape,
        data: entries,
      });
      const named = (names: readonly string[], all: readonly Entries[]) =>
        Object.fromEntries(names.map((name, index) => [name, numbers(all[index])]));
      const ours = openOnnx(device, file).runSync(named(own.graph_inputs, own.inputs));
      expectSame(ours, named(own.graph_outputs, own.outputs));
    });
  },
);

function asAttribute(value: Case["attributes"][string]): TestAttribute {
  if (typeof value === "string") return { s: value };
  if (typeof value === "number") return Number.isInteger(value) ? { i: value } : { f: value };
  return typeof value[0] === "string" ? { strings: value as string[] } : { floats: value as number[] };
}

const sileroPath = new URL("silero-vad/silero_vad_16k_op15.onnx", data);

describe.runIf(required(existsSync(sileroPath), sileroPath.pathname))(
  `Silero VAD (skipped where ${sileroPath.pathname} is missing)`,
  () => {
    const expectedPath = new URL("silero-vad/expected.json", data);
    const { chunkSamples, contextSamples, probabilities } = existsSync(sileroPath)
      ? JSON.parse(readFileSync(expectedPath, "utf8"))
      : {};

    /** Chunks of the sound, each with the samples before it. */
    function* chunks(): Generator<Float32Array> {
      const wav = readFileSync(new URL("silero-vad/test.wav", data));
      const samples = new Int16Array(wav.buffer.slice(wav.byteOffset + 44, wav.byteOffset + wav.length));
      const chunk = new Float32Array(contextSamples + chunkSamples);
      for (let start = 0; start + chunkSamples <= samples.length; start += chunkSamples) {
        chunk.copyWithin(0, chunkSamples);
        for (let index = 0; index < chunkSamples; index++)
          chunk[contextSamples + index] = samples[start + index] / 32768;
        yield chunk;
      }
    }

    test("gives the published probability of every chunk of a stream, forked and restored on the way", () => {
      const model = openOnnx(device, readFileSync(sileroPath));
      let session = model.session();
      expect(session.states).toEqual({ state: "stateN" });
      const sampleRate = { dims: [], data: [16000] };
      let at = 0;
      for (const chunk of chunks()) {
        if (at === 100) session = session.fork();
        if (at === 200) {
          const bytes = session.state();
          session = model.session();
          session.restore(bytes);
        }
        const { output } = session.step({ input: { dims: [1, chunk.length], data: chunk }, sr: sampleRate });
        expect(Math.abs(output.data[0] - probabilities[at]), `chunk ${at}`).toBeLessThan(1e-4);
        at++;
      }
      expect(at).toBe(probabilities.length);
      expect(at).toBeGreaterThan(1000);
    });
  },
);
