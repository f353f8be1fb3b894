import { UnrolledError } from "../errors.ts";
import type { OnnxModel, OnnxValueInfo } from "../formats/onnx/model.ts";
import type { OnnxSession } from "../formats/onnx/session.ts";
import type { OnnxValue } from "../formats/onnx/value.ts";
import { type GivenNumbers, givenNumbers } from "./given-numbers.ts";
import { ModelStream } from "./model-stream.ts";
import type {
  ModelInput,
  ModelOutput,
  ModelSession,
  ModelSessionOptions,
  ModelValue,
  OpenedModel,
  RunOptions,
} from "./opened-model.ts";

/** An ONNX graph, run as it is. */
export class OpenedOnnx implements OpenedModel {
  readonly format = "onnx";
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /** The graph, with what only ONNX has. */
  readonly graph: OnnxModel;

  constructor(graph: OnnxModel) {
    this.graph = graph;
    this.inputs = graph.inputs.map(described);
    this.outputs = graph.outputs.map(described);
  }

  async run(
    inputs: Readonly<Record<string, ModelInput>>,
    { lengths, signal }: RunOptions = {},
  ): Promise<Record<string, ModelOutput>> {
    if (lengths) {
      throw new UnrolledError(
        "invalid-argument",
        `run: lengths was given, but an ONNX graph reads all that it is given as inputs: ${this.inputs.map(({ name }) => name).join(", ")}`,
      );
    }
    const given = numbersFor(givenNumbers("run", this.inputs, inputs));
    return outputsOf(await this.graph.run(given, { signal }));
  }

  session(options: ModelSessionOptions = {}): ModelSession {
    return new OnnxStream(this.graph.session(options), this.inputs, this.outputs);
  }
}

class OnnxStream extends ModelStream<OnnxSession> {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];

  constructor(session: OnnxSession, inputs: readonly ModelValue[], outputs: readonly ModelValue[]) {
    super(session);
    this.inputs = inputs.filter(({ name }) => session.inputs.includes(name));
    this.outputs = outputs;
  }

  step(inputs: Readonly<Record<string, ModelInput>>): Record<string, ModelOutput> {
    return outputsOf(this.session.step(numbersFor(givenNumbers("step", this.inputs, inputs))));
  }

  fork(): ModelSession {
    return new OnnxStream(this.session.fork(), this.inputs, this.outputs);
  }
}

/** An axis of which the file says nothing is named after its place. */
function described({ name, type, dims }: OnnxValueInfo): ModelValue {
  const axes = dims?.map((length, axis) => length ?? `axis${axis}`) ?? "unknown";
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
