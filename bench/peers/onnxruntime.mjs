import { lstmModel, uniform } from "./onnx-model.mjs";

/** What both ONNX Runtimes share: a workload as a session and a function that runs it once. */
export async function prepare({ InferenceSession, Tensor }, options, workload) {
  const { mode, cell, T, B, I, H } = workload;
  const stateful = mode === "stream";
  if (cell !== "lstm" || (mode !== "inference" && !stateful)) {
    throw new Error(`onnxruntime: no ${mode} of ${cell} (inference and stream of lstm only)`);
  }
  const session = await InferenceSession.create(lstmModel(workload, { stateful }), options);
  const xs = new Tensor("float32", uniform(T * B * I, 1), [T, B, I]);
  if (!stateful) return () => session.run({ xs });

  const state = () => new Tensor("float32", new Float32Array(B * H), [1, B, H]);
  let feeds = { xs, h0: state(), c0: state() };
  return async () => {
    const { h0_next, c0_next } = await session.run(feeds);
    feeds = { xs, h0: h0_next, c0: c0_next };
  };
}
