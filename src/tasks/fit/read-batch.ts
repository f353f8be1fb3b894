import { UnrolledError } from "../../errors.ts";
import type { Module } from "../../module/module.ts";
import { DescribedNetwork } from "../../networks/described-network.ts";
import { shapeText, Tensor } from "../../tensor/tensor.ts";
import type { FitBatch } from "./collate.ts";
import type { FitDefinition, FitLoss, FitLossOptions, FitStep } from "./definition.ts";
import type { Example } from "./example.ts";
import { said } from "./require-examples.ts";

type AnyDefinition = FitDefinition<Module, Example, unknown>;

/** A batch read by a model: its loss, and what it puts out. */
export function readBatch(
  { forward, loss, step, timeMajor = false }: AnyDefinition,
  model: Module,
  batch: FitBatch,
  classWeights: readonly number[] | undefined,
): FitStep<unknown> {
  if (step) {
    if (classWeights)
      throw new UnrolledError("invalid-argument", {
        call: "fit",
        problem: "classWeights are for loss, and there is step, which says itself what a batch costs",
      });
    const made = step(model, batch);
    const found = made instanceof Tensor ? { loss: made } : made;
    requireLoss("step", found?.loss);
    return found;
  }
  if (!loss)
    throw new UnrolledError("invalid-argument", {
      call: "fit",
      problem: "loss is missing; give loss, or step",
    });
  const outputs = forward ? forward(model, batch) : outputsOf(model, batch);
  const { targets } = batch;
  if (typeof outputs !== "object" || outputs === null || outputs instanceof Promise)
    throw new UnrolledError("invalid-argument", {
      call: "fit",
      problem: `forward gave ${said(outputs)}, needed a tensor, synchronously`,
    });
  if (!(outputs instanceof Tensor && targets instanceof Tensor)) {
    throw new UnrolledError("invalid-argument", {
      call: "fit",
      problem: hasNone(targets)
        ? "the examples have no targets, which loss reads; give step instead of loss"
        : "loss reads one tensor beside another, but there are several outputs or targets; give step instead of loss",
    });
  }
  const found = lossOf(loss, outputs, targets, {
    classWeights,
    // Whole numbers say themselves where they end.
    ...(batch.targetLengths && targets.kind === "float"
      ? { lengths: batch.targetLengths, batchFirst: !timeMajor }
      : {}),
  });
  requireLoss("loss", found);
  return { loss: found, outputs };
}

/** The loss, which has to read weights of classes where there are any, and where targets end, unless it knows by their being NaN. */
function lossOf(
  loss: FitLoss,
  outputs: Tensor,
  targets: Tensor,
  { classWeights, lengths, batchFirst }: FitLossOptions,
): Tensor {
  if (!classWeights && !lengths) return loss(outputs, targets);
  const unread = new Set<string>();
  const telling = <Value>(name: string, value: Value) => {
    if (value !== undefined) unread.add(name);
    return {
      enumerable: true,
      get: () => {
        unread.delete(name);
        return value;
      },
    };
  };
  const options: FitLossOptions = batchFirst === undefined ? {} : { batchFirst };
  Object.defineProperties(options, {
    ...(classWeights ? { classWeights: telling("classWeights", classWeights) } : {}),
    ...(lengths ? { lengths: telling("lengths", lengths) } : {}),
  });
  const found = loss(outputs, targets, options);
  if (unread.has("classWeights"))
    throw new UnrolledError("invalid-argument", {
      call: "fit",
      problem:
        "classWeights are given, but loss does not read them; it is called as loss(outputs, targets, { classWeights }), and crossEntropy reads them",
    });
  if (unread.has("lengths") && found instanceof Tensor && found.read().some(Number.isNaN))
    throw new UnrolledError("invalid-argument", {
      call: "fit",
      problem:
        "targets are numbers of unequal lengths, and loss does not read where they end; it is called as loss(outputs, targets, { lengths, batchFirst }), and meanSquare reads them",
    });
  return found;
}

function hasNone(targets: object): boolean {
  return !(targets instanceof Tensor) && Object.keys(targets).length === 0;
}

/** One number, from which gradients go back. */
function requireLoss(name: string, loss: unknown): void {
  if (loss instanceof Tensor && loss.size === 1) return;
  throw new UnrolledError("invalid-argument", {
    call: "fit",
    problem: `${name} gave ${loss instanceof Tensor ? `a tensor of shape ${shapeText(loss.shape)}` : said(loss)}, needed a tensor of shape [1], the mean loss of the batch`,
  });
}

/** What a model puts out for the inputs of a batch. */
export function outputsOf(model: Module, { inputs, lengths }: FitBatch): unknown {
  const call = lengths ? { lengths } : {};
  if (model instanceof DescribedNetwork) {
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
