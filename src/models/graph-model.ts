import { UnrolledError } from "../errors.ts";
import type { OnnxGraph, OnnxValueInfo } from "../formats/onnx/graph.ts";
import type { OnnxStream } from "../formats/onnx/stream.ts";
import type { OnnxValue } from "../formats/onnx/value.ts";
import { type GivenNumbers, givenNumbers } from "../session/given-numbers.ts";
import type { ModelInput, ModelOutput, ModelValue } from "../session/model-value.ts";
import { OneByOnePool } from "../session/one-by-one-pool.ts";
import type { Session, SessionPool, SessionPoolOptions, StepNumbers } from "../session/session.ts";
import type { SessionState } from "../session/session-state.ts";
import type { Model, ModelSessionOptions, RunOptions } from "./model.ts";
import type { ModelFiles } from "./model-files.ts";

/** An ONNX graph, run as it is. Throws as `Model` does. */
export class GraphModel implements Model {
  readonly format = "onnx";
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /** The graph, with what only ONNX has. */
  readonly graph: OnnxGraph;
  readonly #files: () => Promise<ModelFiles>;

  constructor(graph: OnnxGraph, files: () => Promise<ModelFiles>) {
    this.graph = graph;
    this.inputs = graph.inputs.map(described);
    this.outputs = graph.outputs.map(described);
    this.#files = files;
  }

  async run(
    inputs: Readonly<Record<string, ModelInput>>,
    { lengths, signal }: RunOptions = {},
  ): Promise<Record<string, ModelOutput>> {
    if (lengths) {
      throw new UnrolledError("invalid-argument", {
        call: "run",
        problem: `lengths was given, but an ONNX graph reads all that it is given as inputs: ${this.inputs.map(({ name }) => name).join(", ")}`,
      });
    }
    const given = numbersFor(givenNumbers("run", this.inputs, inputs));
    return outputsOf(await this.graph.run(given, { signal }));
  }

  session(options: ModelSessionOptions = {}): Session {
    const stream = this.graph.session(options);
    return new GraphSession(stream, this.inputs, this.outputs, options.batchSize ?? 1);
  }

  /** Its sessions step one after the other: a graph does not say which of its axes could hold them side by side. */
  pool(options: SessionPoolOptions = {}): SessionPool {
    return new OneByOnePool(() => this.session(), options);
  }

  files(): Promise<ModelFiles> {
    return this.#files();
  }
}

class GraphSession implements Session {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly batchSize: number;
  readonly #stream: OnnxStream;

  constructor(
    stream: OnnxStream,
    inputs: readonly ModelValue[],
    outputs: readonly ModelValue[],
    batchSize: number,
  ) {
    this.#stream = stream;
    this.inputs = inputs.filter(({ name }) => stream.inputs.includes(name));
    this.outputs = outputs;
    this.batchSize = batchSize;
  }

  step(inputs: Readonly<Record<string, ModelInput>>): Record<string, ModelOutput> {
    return outputsOf(this.#stream.step(numbersFor(givenNumbers("step", this.inputs, inputs))));
  }

  stepInto(inputs: StepNumbers, outputs: Readonly<Record<string, Float32Array>>): void {
    const given = numbersFor(givenNumbers("step", this.inputs, this.#shaped(inputs)));
    const wanted = Object.entries(outputs);
    this.#stream.stepOver(given, (values) => {
      for (const [name, into] of wanted) {
        if (!Object.hasOwn(values, name) || values[name].data.length === into.length) continue;
        throw new UnrolledError("shape-mismatch", {
          call: "step",
          problem: `output ${name} has ${into.length} numbers, needed ${values[name].data.length}`,
        });
      }
      for (const [name, into] of wanted) if (Object.hasOwn(values, name)) into.set(values[name].data);
    });
  }

  /** Plain numbers are one step: axes whose lengths are free have 1, where that fits. */
  #shaped(inputs: StepNumbers): Record<string, ModelInput> {
    const shaped = this.inputs.flatMap(({ name, axes }): [string, ModelInput][] => {
      if (!Object.hasOwn(inputs, name)) return [];
      const data = inputs[name];
      if (axes === "unknown") return [[name, data]];
      const shape = axes.map((axis) => (typeof axis === "number" ? axis : 1));
      const size = shape.reduce((product, length) => product * length, 1);
      return [[name, size === data.length ? { shape, data } : data]];
    });
    return Object.fromEntries(shaped);
  }

  state(): SessionState {
    return this.#stream.state();
  }

  restore(state: SessionState): void {
    this.#stream.restore(state);
  }

  reset(): void {
    this.#stream.reset();
  }

  fork(): GraphSession {
    return new GraphSession(this.#stream.fork(), this.inputs, this.outputs, this.batchSize);
  }
}

/** An axis of which the file says nothing is named after its value and its place, so that no other axis is taken for the same. */
function described({ name, type, dims }: OnnxValueInfo): ModelValue {
  const axes = dims?.map((length, axis) => length ?? `${name}.axis${axis}`) ?? "unknown";
  if (type === undefined) return { name, axes, kind: "unknown" };
  return { name, axes, kind: type === "bool" ? "bool" : /int/.test(type) ? "int" : "float" };
}

function numbersFor(given: ReadonlyMap<string, GivenNumbers>) {
  return Object.fromEntries(
    [...given].map(([name, { shape, data }]) => [name, { dims: shape, data }] as const),
  );
}

function outputsOf(values: Readonly<Record<string, OnnxValue>>): Record<string, ModelOutput> {
  return Object.fromEntries(
    Object.entries(values).map(([name, { dims, data }]) => [name, { shape: dims, data }] as const),
  );
}
