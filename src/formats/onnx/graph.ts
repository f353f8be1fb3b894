import { UnrolledError } from "../../errors.ts";
import { Pacer } from "../../parallel/pacer.ts";
import type { Device } from "../../tensor/device.ts";
import { Budget, type RunLimits } from "./budget.ts";
import { carriedState } from "./carried-state.ts";
import { type Compilation, compileGraph, type OnnxRecurrentNode } from "./compile.ts";
import type { OnnxType } from "./data-types.ts";
import { ON_NOTHING } from "./dependence.ts";
import { describeInfo, graphInput, type OnnxInput } from "./graph-input.ts";
import { type InputFlow, inputFlow } from "./input-flow.ts";
import { Machine } from "./machine.ts";
import { readModelProto } from "./model-proto.ts";
import type { Steps } from "./operator.ts";
import { findOperator } from "./operators.ts";
import { type Plan, runPlan } from "./plan.ts";
import { Replays } from "./replay.ts";
import { Scope } from "./scope.ts";
import { OnnxStream, type OnnxStreamOptions } from "./stream.ts";
import type { OnnxExternalData } from "./tensor-proto.ts";
import { copied, type OnnxValue, owned } from "./value.ts";
import type { ValueInfo } from "./value-info.ts";

/** How to open an ONNX model. */
export interface OpenOnnxOptions extends RunLimits {
  /** Bytes that reading may make; four times the file's length (at least 1 MiB) if not given. */
  readonly maxBytes?: number;
  /** Reads weights that are stored in other files; without it they are an error. */
  readonly externalData?: OnnxExternalData;
}

/** How to run a model. */
export interface OnnxRunOptions {
  /** Ends the run between two nodes. With it the run pauses now and then, so that others have their turn. */
  readonly signal?: AbortSignal | undefined;
}

/** An input or output of a model. An axis of any length has the name that the file gives it, or null. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly type: OnnxType | undefined;
  readonly dims: readonly (number | string | null)[] | undefined;
}

const OLDEST_OPSET = 6;
const NEWEST_OPSET = 27;
const MOST_PROBLEMS = 100;
const LEAST_FOLDED_BYTES = 2 ** 24;
/** Work that opening a model may take: what is more than that is left to its runs. */
const LEAST_FOLDING_WORK = 1e10;
const FOLDING_WORK_PER_BYTE = 1000;

/**
 * Opens an ONNX model (https://onnx.ai): reads the file, checks its graph, computes what is constant and packs the weights.
 *
 * @param bytes the file
 * @throws UnrolledError "invalid-file" where the file is damaged or asks for too much, or with all that its graph has and that is
 *   not supported, each node by its name
 */
export function openOnnx(device: Device, bytes: Uint8Array, options: OpenOnnxOptions = {}): OnnxGraph {
  const call = "openOnnx";
  requireLimits(call, options);
  const model = readModelProto(call, bytes, options);
  // A model of custom operators alone need not say which of ONNX's it would use; they are named below.
  const usesOwn = model.graph.nodes.some(({ domain }) => domain === "");
  const opset = model.opsets.get("") ?? (usesOwn ? undefined : NEWEST_OPSET);
  if (opset === undefined || opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
    throw new UnrolledError("invalid-file", {
      call,
      problem: `the model uses version ${opset ?? "unknown"} of ONNX's operators, supported are ${OLDEST_OPSET} to ${NEWEST_OPSET}`,
    });
  }
  const machine = new Machine(device, foldingBudget(bytes.length, options));
  const compilation: Compilation = {
    machine,
    opset,
    operators: findOperator,
    problems: [],
    recurrentNodes: [],
    nodes: 0,
  };
  const plan = machine.device.lasting(() => compileGraph(compilation, model.graph, new Scope()));
  const constants = new Set(model.graph.constants.map(({ name }) => name));
  const inputs = model.graph.inputs.filter(({ name }) => !constants.has(name));
  for (const info of inputs) {
    if (info.otherType)
      compilation.problems.push(`input "${info.name}" is ${info.otherType}, which is not supported`);
  }
  if (compilation.problems.length > 0) {
    const problems = [...new Map(compilation.problems.map((said) => [JSON.stringify(said), said])).values()];
    const more = problems.length > MOST_PROBLEMS ? `; and ${problems.length - MOST_PROBLEMS} more` : "";
    throw new UnrolledError("invalid-file", {
      call,
      problem: [
        ...problems
          .slice(0, MOST_PROBLEMS)
          .flatMap((said) => ["; ", said].flat())
          .slice(1),
        more,
      ],
    });
  }
  const flow = inputFlow(
    model.graph,
    inputs.map(({ name }) => name),
  );
  const { recurrentNodes } = compilation;
  return new OnnxGraph(machine, plan, inputs, model.graph.outputs, recurrentNodes, flow, options);
}

/** What computing constants may take. */
function foldingBudget(length: number, { maxBytes }: OpenOnnxOptions): Budget {
  return new Budget({
    maxRunBytes: 2 * (maxBytes ?? Math.max(LEAST_FOLDED_BYTES, 4 * length)),
    maxWork: Math.max(LEAST_FOLDING_WORK, FOLDING_WORK_PER_BYTE * length),
  });
}

function requireLimits(call: string, { maxRunBytes, maxRunNodes, maxWork }: RunLimits): void {
  for (const [name, limit] of Object.entries({ maxRunBytes, maxRunNodes, maxWork })) {
    if (limit === undefined || (typeof limit === "number" && limit > 0)) continue;
    throw new UnrolledError("invalid-argument", {
      call,
      subject: name,
      got: String(limit),
      needed: "a number above 0",
    });
  }
}

/** A model that was made elsewhere, ready to run. */
export class OnnxGraph {
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  /** Its recurrent nodes, for sessions. */
  readonly recurrentNodes: readonly OnnxRecurrentNode[];
  readonly #machine: Machine;
  readonly #plan: Plan;
  readonly #replays: Replays;
  readonly #infos: readonly ValueInfo[];
  readonly #flow: InputFlow;
  readonly #limits: RunLimits;

  constructor(
    machine: Machine,
    plan: Plan,
    inputs: readonly ValueInfo[],
    outputs: readonly ValueInfo[],
    recurrentNodes: readonly OnnxRecurrentNode[],
    flow: InputFlow,
    limits: RunLimits,
  ) {
    const info = ({ name, type, dims }: ValueInfo) => ({ name, type, dims });
    this.inputs = inputs.map(info);
    this.outputs = outputs.map(info);
    this.recurrentNodes = recurrentNodes;
    this.#machine = machine;
    this.#plan = plan;
    this.#replays = new Replays(machine, plan);
    this.#infos = inputs;
    this.#flow = flow;
    this.#limits = limits;
  }

  /**
   * As `runSync`, for code that does not care where a model runs.
   *
   * @throws UnrolledError "aborted" too, once the signal is
   */
  async run(
    inputs: Readonly<Record<string, OnnxInput>>,
    { signal }: OnnxRunOptions = {},
  ): Promise<Record<string, OnnxValue>> {
    if (!signal) return ownedAll(this.#run("run", inputs));
    const pacer = new Pacer("run", signal);
    const steps = this.#steps("run", inputs, pacer);
    for (;;) {
      const { done, value } = steps.next();
      const turn = this.#machine.leave();
      if (done) return value;
      await pacer.pause();
      this.#machine.enter(turn);
    }
  }

  /**
   * Computes all outputs from all inputs, by name. Outputs are values of their own, which no later run changes.
   *
   * @throws UnrolledError "invalid-argument" or "shape-mismatch" that says which input, or which node, needed what and what came
   */
  runSync(inputs: Readonly<Record<string, OnnxInput>>): Record<string, OnnxValue> {
    return ownedAll(this.#run("runSync", inputs));
  }

  /**
   * A stream: the model with a state that is carried from step to step. Any number of them share the model's weights.
   *
   * @throws UnrolledError "invalid-argument" where it is in doubt what the state is, or where it cannot be carried; it says what was
   * seen and how to choose
   */
  session(options: OnnxStreamOptions = {}): OnnxStream {
    const run = (call: string, inputs: Readonly<Record<string, OnnxInput>>) => this.#run(call, inputs);
    return new OnnxStream(this, this.#machine, run, options, carriedState(this, this.#flow, options));
  }

  #run(call: string, inputs: Readonly<Record<string, OnnxInput>>): Record<string, OnnxValue> {
    const { value } = this.#steps(call, inputs).next();
    // Without a pacer nothing pauses, so that the first step is the last.
    return value as Record<string, OnnxValue>;
  }

  *#steps(
    call: string,
    inputs: Readonly<Record<string, OnnxInput>>,
    pacer?: Pacer,
  ): Steps<Record<string, OnnxValue>> {
    const known = this.#infos.map(({ name }) => name);
    const unknown = Object.keys(inputs).filter((name) => !known.includes(name));
    const missing = this.#infos.filter(({ name }) => inputs[name] === undefined);
    if (unknown.length > 0 || missing.length > 0) {
      const needed = this.#infos.map((info) => `"${info.name}" (${describeInfo(info)})`).join(", ");
      const came = Object.keys(inputs)
        .map((name) => `"${name}"`)
        .join(", ");
      throw new UnrolledError("invalid-argument", {
        call,
        problem: `the inputs are ${came || "none"}, needed ${needed || "none"}`,
      });
    }
    const isPlain = !pacer && !this.#machine.stream?.carriesAny;
    const values = this.#infos.map((info, index) => {
      const into = isPlain ? this.#replays.placeOf(index) : undefined;
      return graphInput(call, info, inputs[info.name], into);
    });
    this.#machine.begin(new Budget(this.#limits), values, pacer);
    let results: readonly (OnnxValue | undefined)[];
    try {
      results =
        (isPlain ? this.#replays.run(values) : undefined) ??
        (yield* runPlan(this.#machine, this.#plan, values, []));
      this.#machine.end(results);
    } catch (error) {
      if (!(error instanceof UnrolledError) || error.code === "aborted") throw error;
      throw error.within({ call });
    }
    const { dependences } = this.#plan;
    return Object.fromEntries(
      this.outputs.map(({ name }, index) => {
        const value = results[index]!;
        // What is the model's own, and given out again by the next run, is given out as a copy.
        return [name, dependences[index] === ON_NOTHING ? copied(value) : value];
      }),
    );
  }
}

function ownedAll(values: Readonly<Record<string, OnnxValue>>): Record<string, OnnxValue> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, owned(value)]));
}
