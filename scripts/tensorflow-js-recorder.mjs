/** What makes models with drawn weights, runs them, and keeps both in `cases`. */
export function recorder(tf) {
  /** Numbers in −1 … 1 that look drawn and are the same everywhere (Lehmer 1951). */
  let state = 20;
  function drawn(shape, scale = 1) {
    const size = shape.reduce((product, length) => product * length, 1);
    const data = Array.from({ length: size }, () => {
      state = (state * 48271) % 2147483647;
      return Math.round((state / 2147483647 - 0.5) * 2e4 * scale) / 1e4;
    });
    return tf.tensor(data, shape);
  }

  const ids = (rows) => tf.tensor(rows, undefined, "int32");
  const rounded = (values) => Array.from(values, (value) => Number(value.toPrecision(8)));
  const cases = [];

  /** A sequential model of these layers on one input. */
  async function sequential(name, list, input) {
    await add(name, tf.sequential({ layers: list }), [input]);
  }

  async function add(name, model, inputs) {
    model.setWeights(model.getWeights().map((weight) => drawn(weight.shape, 0.7)));
    const results = [model.predict(inputs.length === 1 ? inputs[0] : inputs)].flat();
    const outputs = results.map((output) => ({ shape: output.shape, data: rounded(output.dataSync()) }));
    let saved;
    await model.save({
      save: async (artifacts) => {
        saved = artifacts;
        return {};
      },
    });
    cases.push({
      name,
      model: {
        format: saved.format,
        generatedBy: saved.generatedBy,
        modelTopology: saved.modelTopology,
        weightsManifest: [{ paths: ["weights.bin"], weights: saved.weightSpecs }],
      },
      weights: Buffer.from(saved.weightData).toString("base64"),
      inputs: inputs.map((input) => ({ shape: input.shape, data: rounded(input.dataSync()) })),
      outputs,
    });
  }

  return { add, cases, drawn, ids, sequential };
}
