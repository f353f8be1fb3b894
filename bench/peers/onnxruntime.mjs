import { lstmModel, uniform } from "./onnx-model.mjs";

/** What both ONNX Runtimes share: a workload as a session and a function that runs it once. */
export async function prepare({ InferenceSession, Tensor }, options, workload) {
  const { mode, cell, T, B, I, H, L } = workload;
  const stateful = mode === "stream" || mode === "sessions";
  if (cell !== "lstm" || (mode !== "inference" && !stateful)) {
    throw new Error(`onnxruntime: no ${mode} of ${cell} (inference and stream of lstm only)`);
  }
  const session = await InferenceSession.create(lstmModel(workload, { stateful }), options);
  const xs = new Tensor("float32", uniform(T * B * I, 1), [T, B, I]);
  if (!stateful) return () => session.run({ xs });

  const names = Array.from({ length: L }, (_, layer) => [`h${layer}`, `c${layer}`]).flat();
  const zeros = () => new Tensor("float32", new Float32Array(B * H), [1, B, H]);
  let states = Object.fromEntries(names.map((name) => [name, zeros()]));
  return async () => {
    const next = await session.run({ xs, ...states });
    states = Object.fromEntries(names.map((name) => [name, next[`${name}_next`]]));
  };
}
