import { UnrolledError } from "../errors.ts";
import { Module } from "../module/module.ts";
import { sortedBatches } from "../tasks/fit/bucketed.ts";
import { collated } from "../tasks/fit/collate.ts";
import type { FitDefinition } from "../tasks/fit/definition.ts";
import { type Example, type ExamplePart, kindsOf, lengthOf } from "../tasks/fit/example.ts";
import { kindsFor, kindsSaid } from "../tasks/fit/fit-task.ts";
import { measured } from "../tasks/fit/measured.ts";
import { outputsOf } from "../tasks/fit/read-batch.ts";
import { requireExamples, said } from "../tasks/fit/require-examples.ts";
import type { Device } from "../tensor/device.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkDefinition } from "./check-fit.ts";
import type { FitExamples } from "./fit.ts";
import { lookedAt } from "./judging.ts";

/** Options of `measure`. */
export interface MeasureRequest<Model extends Module, Learned extends Example, Output>
  extends FitDefinition<Model, Learned, Output>,
    Pick<FitExamples<Learned>, "data" | "kinds"> {
  /** 32. */
  readonly batchSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The mean loss and every metric of a model on examples, as `fit` measures them: in batches, without gradients or dropout.
 *
 * @throws UnrolledError as `fit`
 */
export async function measure<Model extends Module, Learned extends Example, Output = unknown>(
  model: Model,
  request: MeasureRequest<Model, Learned, Output>,
): Promise<{ readonly loss: number } & Readonly<Record<string, number>>> {
  const { data, kinds, timeMajor = false, batchSize = 32, signal } = request;
  requireExamples("measure", "data", data);
  checkDefinition("measure", request as never);
  const found = {
    inputs: kindsSaid(kindsOf("measure", data, "inputs"), kinds?.inputs),
    targets: kindsSaid(kindsOf("measure", data, "targets"), kinds?.targets),
  };
  const options = kindsFor(model, { kinds: found, timeMajor });
  const device = deviceOf("measure", model);
  return lookedAt(model, () =>
    measured(request as never, device, model, data, { ...options, batchSize, signal }),
  );
}

/** How inputs are read. */
export interface PredictionOptions extends Pick<FitExamples<Example>, "kinds"> {
  /** 32. */
  readonly batchSize?: number | undefined;
  /** Whether sequences are [T, B, …]; false if not given. */
  readonly timeMajor?: boolean | undefined;
}

/** What a model puts out for one input: numbers, with the shape that they have without the axis of the batch. */
export interface Predicted {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * The outputs of a model for inputs, in their order: in batches of like length, without gradients or dropout. An output
 * sequence has as many steps as its input sequence.
 *
 * @throws UnrolledError "invalid-argument" for a model that puts out no single tensor, and as `fit`
 */
export async function predictions(
  model: Module,
  inputs: readonly ExamplePart[],
  { batchSize = 32, timeMajor = false, kinds }: PredictionOptions = {},
): Promise<Predicted[]> {
  if (!Array.isArray(inputs))
    throw new UnrolledError("invalid-argument", {
      call: "predictions",
      subject: "inputs",
      got: said(inputs),
      needed: "a list, one entry an example",
    });
  const examples = inputs.map((each): Example => ({ inputs: each }));
  if (examples.length > 0) requireExamples("predictions", "inputs", examples);
  const found = { inputs: kindsSaid(kindsOf("predictions", examples, "inputs"), kinds?.inputs), targets: {} };
  const options = kindsFor(model, { kinds: found, timeMajor });
  const device = deviceOf("predictions", model);
  const predicted: Predicted[] = [];
  await lookedAt(model, async () => {
    for (const places of sortedBatches(Float64Array.from(examples, lengthOf), batchSize)) {
      const rows = Array.from(places, (place) => examples[place]);
      device.withoutGradients(() =>
        device.scope(() => {
          const batch = collated(device, rows, options);
          const outputs = outputsOf(model, batch);
          if (!(outputs instanceof Tensor)) {
            throw new UnrolledError("invalid-argument", {
              call: "predictions",
              problem: "the model puts out no single tensor",
            });
          }
          for (const [row, place] of places.entries())
            predicted[place] = rowOf(outputs, row, rows.length, batch.lengths?.[row], timeMajor);
        }),
      );
      await new Promise((resume) => setTimeout(resume, 0));
    }
  });
  return predicted;
}

/** One row of [B, …] or [T, B, …], up to its length where the steps of the outputs are those of the inputs. */
function rowOf(
  outputs: Tensor,
  row: number,
  batch: number,
  length: number | undefined,
  timeMajor: boolean,
): Predicted {
  const { device, shape, offset, size } = outputs;
  const numbers = (outputs.kind === "int" ? device.heap.ints() : device.heap.floats()).subarray(
    offset,
    offset + size,
  );
  const isTimeMajor = timeMajor && shape.length > 1 && shape[1] === batch && shape[0] !== batch;
  if (!isTimeMajor) {
    const inner = shape.slice(1);
    const width = inner.reduce((product, each) => product * each, 1);
    // [B, T, …] has steps; [B, V] has none.
    const steps = length === undefined || inner.length < 2 ? undefined : Math.min(length, inner[0]);
    const kept = steps === undefined ? width : (width / inner[0]) * steps;
    const data = Float32Array.from(numbers.subarray(row * width, row * width + kept));
    return { shape: steps === undefined ? inner : [steps, ...inner.slice(1)], data };
  }
  const [steps, , ...inner] = shape;
  const width = inner.reduce((product, each) => product * each, 1);
  const end = length ?? steps;
  const data = new Float32Array(end * width);
  for (let t = 0; t < end; t++) {
    const from = (t * batch + row) * width;
    data.set(numbers.subarray(from, from + width), t * width);
  }
  return { shape: [end, ...inner], data };
}

function deviceOf(call: string, model: Module): Device {
  if (!(model instanceof Module))
    throw new UnrolledError("invalid-argument", {
      call,
      subject: "model",
      got: said(model),
      needed: "a Module",
    });
  const [first] = model.parameters();
  if (first) return first.device;
  throw new UnrolledError("invalid-argument", { call, problem: "the model has no parameters" });
}
