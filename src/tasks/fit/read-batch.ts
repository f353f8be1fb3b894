import { UnrolledError } from "../../errors.ts";
import type { Module } from "../../module/module.ts";
import { Network } from "../../networks/network.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { FitBatch } from "./collate.ts";
import type { FitDefinition, FitStep } from "./definition.ts";
import type { Example } from "./example.ts";

type AnyDefinition = FitDefinition<Module, Example, unknown>;

/** A batch read by a model: its loss, and what it puts out. */
export function readBatch(
  { forward, loss, step }: AnyDefinition,
  model: Module,
  batch: FitBatch,
  classWeights: readonly number[] | undefined,
): FitStep<unknown> {
  if (step) {
    const made = step(model, batch);
    return made instanceof Tensor ? { loss: made } : made;
  }
  if (!loss)
    throw new UnrolledError("invalid-argument", {
      call: "fit",
      problem: "loss is missing; give loss, or step",
    });
  const outputs = forward ? forward(model, batch) : outputsOf(model, batch);
  const { targets } = batch;
  if (!(outputs instanceof Tensor && targets instanceof Tensor)) {
    throw new UnrolledError("invalid-argument", {
      call: "fit",
      problem:
        "loss reads one tensor beside another, but there are several outputs or targets; give step instead of loss",
    });
  }
  return { loss: classWeights ? loss(outputs, targets, { classWeights }) : loss(outputs, targets), outputs };
}

/** What a model puts out for the inputs of a batch. */
export function outputsOf(model: Module, { inputs, lengths }: FitBatch): unknown {
  const call = lengths ? { lengths } : {};
  if (model instanceof Network) {
    const [{ name }] = model.config.inputs;
    const named = inputs instanceof Tensor ? { [name]: inputs } : inputs;
    const { outputs } = model.forward(named as Readonly<Record<string, Tensor>>, call);
    const all = Object.values(outputs);
    return all.length === 1 ? all[0] : outputs;
  }
  const { forward } = model as { forward?: (inputs: unknown, call: object) => unknown };
  if (typeof forward === "function") {
    const made = forward.call(model, inputs, call);
    // Recurrent layers give their outputs among other things.
    return made instanceof Tensor || !hasOutputs(made) ? made : made.outputs;
  }
  throw new UnrolledError("invalid-argument", {
    call: "fit",
    problem: `${model.constructor.name} has no method forward(inputs, { lengths }); give forward, which reads a batch`,
  });
}

function hasOutputs(made: unknown): made is { readonly outputs: Tensor } {
  return typeof made === "object" && made !== null && "outputs" in made && made.outputs instanceof Tensor;
}
