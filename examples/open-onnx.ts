// An ONNX graph that PyTorch exported, as a stream: which of its inputs is a state is found by names (h0 and hn), or is said.
import { openModel } from "unrolled";

const model = await openModel(process.argv[2] ?? "test/fixtures/examples/smoother.onnx");
for (const { name, kind, axes } of model.inputs) console.log(`reads ${name}: ${kind} [${axes}]`);
for (const { name, kind, axes } of model.outputs) console.log(`gives ${name}: ${kind} [${axes}]`);

// The same as model.session(), which sees that h0 is fed from hn.
const session = model.session({ states: { h0: "hn" } });
const sample = (step: number) => [(step % 3) - 1, step / 10];
for (let step = 0; step < 10; step++) {
  const { smoothed } = session.step({ samples: [[sample(step)]] });
  console.log(smoothed.data[0].toFixed(6));
}
