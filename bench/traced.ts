// What a step of a stream costs: a network that a module of one's own was traced to, the same network written as a configuration, and
// the module itself called step by step with its state. They take turns; the figure is the median of the rounds.
//   npx tsx bench/traced.ts
import { Linear, LSTM, Module, Network, networkOf, openDevice, type Tensor, tensor } from "unrolled";
import type { Session } from "unrolled/network";
import { tanh } from "unrolled/tensor";

const [INPUT, HIDDEN, CLASSES] = [3, 32, 5];
const [ROUNDS, STEPS] = [15, 20_000];
const MODULE_STEPS = 1_000;

class Gestures extends Module {
  readonly lstm: LSTM;
  readonly hidden: Linear;
  readonly head: Linear;

  constructor() {
    super();
    this.lstm = new LSTM(device, { inputSize: INPUT, hiddenSize: HIDDEN, batchFirst: true });
    this.hidden = new Linear(device, { inputSize: HIDDEN, outputSize: HIDDEN });
    this.head = new Linear(device, { inputSize: HIDDEN, outputSize: CLASSES });
  }

  forward(xs: Tensor, call: Parameters<LSTM["forward"]>[1] = {}): { outputs: Tensor; state: unknown } {
    const { outputs, state } = this.lstm.forward(xs, call);
    return { outputs: this.head.forward(tanh(this.hidden.forward(outputs))), state };
  }
}

const device = await openDevice();
const gestures = new Gestures().eval();
const xs = { name: "xs", axes: ["B", "T", INPUT], kind: "float" } as const;
const traced = networkOf(gestures, {
  inputs: [xs],
  forward: (module, inputs, call) => module.forward(inputs.xs, call).outputs,
});
const written = new Network(device, {
  inputs: [xs],
  layers: [
    {
      name: "lstm",
      inputs: ["xs"],
      config: {
        kind: "lstm",
        options: { inputSize: INPUT, hiddenSize: HIDDEN, batchFirst: true },
        returns: "sequence",
      },
    },
    {
      name: "hidden",
      inputs: ["lstm"],
      config: { kind: "linear", inputSize: HIDDEN, outputSize: HIDDEN, bias: true },
    },
    { name: "tanh", inputs: ["hidden"], config: { kind: "activation", activation: "tanh" } },
    {
      name: "head",
      inputs: ["tanh"],
      config: { kind: "linear", inputSize: HIDDEN, outputSize: CLASSES, bias: true },
    },
  ],
  outputs: [{ name: "output", from: "head" }],
});

const x = Float32Array.of(0.1, 0.9, -0.3);
const y = new Float32Array(CLASSES);
const stepping = (session: Session) => () => {
  for (let step = 0; step < STEPS; step++) session.stepInto({ xs: x }, { output: y });
  return STEPS;
};
const byHand = () => {
  let state = device.lasting(() => gestures.lstm.forward(tensor(device, x, [1, 1, INPUT])).state);
  for (let step = 0; step < MODULE_STEPS; step++)
    state = device.withoutGradients(() =>
      device.scope(() => {
        const made = gestures.lstm.forward(tensor(device, x, [1, 1, INPUT]), { state });
        y.set(gestures.head.forward(tanh(gestures.hidden.forward(made.outputs))).read());
        return made.state;
      }),
    );
  return MODULE_STEPS;
};

const ways = {
  "traced network": stepping(traced.session()),
  "written network": stepping(written.session()),
  "module, step by step": byHand,
};
const figures = new Map<string, number[]>();
for (let round = 0; round < ROUNDS + 2; round++)
  for (const [name, run] of Object.entries(ways)) {
    const begin = performance.now();
    const steps = run();
    const micros = ((performance.now() - begin) * 1000) / steps;
    if (round >= 2) figures.set(name, [...(figures.get(name) ?? []), micros]);
  }
for (const [name, micros] of figures) {
  micros.sort((a, b) => a - b);
  console.log(
    `${name}: ${micros[ROUNDS >> 1].toFixed(2)} µs a step (${micros[0].toFixed(2)} to ${micros[ROUNDS - 1].toFixed(2)})`,
  );
}
