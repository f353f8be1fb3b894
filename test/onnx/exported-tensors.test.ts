import { describe, expect, it } from "vitest";
import { exportedTensors } from "../../src/formats/onnx/exported-tensors.ts";
import { readModelProto } from "../../src/formats/onnx/model-proto.ts";
import { writeOnnx } from "../../src/formats/onnx/write/write-model.ts";
import type { NetworkConfig } from "../../src/networks/config.ts";
import { parameterShapes } from "../../src/networks/parameter-shapes.ts";
import { valuesOf } from "../../src/options/option.ts";
import { classifyNetwork } from "../../src/tasks/classify/classify-network.ts";
import { CLASSIFY_OPTIONS } from "../../src/tasks/classify/classify-options.ts";
import { forecastNetwork } from "../../src/tasks/forecast/forecast-network.ts";
import { FORECAST_OPTIONS } from "../../src/tasks/forecast/forecast-options.ts";
import { settleReader } from "../../src/tasks/reader/settle-reader.ts";

const classify = (own: object, sizes: object) => {
  const given = { hiddenSize: 3, embeddingSize: 4, ...own };
  const settings = settleReader(given, valuesOf("train", CLASSIFY_OPTIONS, given));
  return classifyNetwork(settings, { classes: 3, ...sizes });
};

const CASES: Readonly<Record<string, NetworkConfig>> = {
  "words, both ways, the largest, each word's score": classify(
    { pooling: "max", wordScores: true, numLayers: 2 },
    { vocabularySize: 7 },
  ),
  "numbers, GRU, a learned mean": classify({ cell: "gru", pooling: "attention" }, { features: 2 }),
  "numbers, MGU as a Scan": classify({ cell: "mgu" }, { features: 2 }),
  "a projection as a Scan": classify({ projectionSize: 2, bidirectional: false }, { features: 2 }),
  "a forecaster": forecastNetwork(valuesOf("train", FORECAST_OPTIONS, { hiddenSize: 3 }), {
    context: 5,
    horizon: 2,
    targets: 1,
    pastWidth: 3,
    aheadWidth: 1,
    fixedWidth: 2,
    outputs: 3,
  }),
};

/** Numbers that all differ. */
function tensorsOf(config: NetworkConfig) {
  let next = 0;
  const each = [...parameterShapes(config)].map(([name, shape]) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return [name, { shape, data: Float32Array.from({ length: size }, () => Math.sin(next++)) }] as const;
  });
  return Object.fromEntries(each);
}

describe.each(Object.entries(CASES))("the tensors of %s", (_, config) => {
  it("are read back from the graph that they were written to", () => {
    const tensors = tensorsOf(config);
    const proto = readModelProto("test", writeOnnx({ config, tensors }));
    const found = exportedTensors("test", config, proto);
    // A Scan adds both biases as one, which is all that they do.
    const isSummed = found["rnn.bias_hh_l0"]?.data.every((value) => value === 0);
    for (const [name, { data }] of Object.entries(tensors)) {
      const [, way] = /bias_ih(_l.*)$/.exec(name) ?? [];
      if (!isSummed || !name.includes(".bias_")) expect(found[name].data, name).toEqual(data);
      else if (way !== undefined)
        for (const [at, value] of data.entries())
          expect(found[name].data[at], `${name}[${at}]`).toBeCloseTo(
            value + tensors[`rnn.bias_hh${way}`].data[at],
            6,
          );
    }
  });
});

it("a graph of another network is refused", () => {
  const config = CASES["numbers, GRU, a learned mean"];
  const proto = readModelProto("test", writeOnnx({ config, tensors: tensorsOf(config) }));
  expect(() => exportedTensors("test", CASES["numbers, MGU as a Scan"], proto)).toThrow(
    "it was changed since it was written",
  );
});
