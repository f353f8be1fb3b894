// Which inputs of a model are states, and which outputs they are fed from.
import { UnrolledError } from "../../errors.ts";
import type { OnnxModel, OnnxValueInfo } from "./model.ts";

/** What tells a state before a step from the one after it. */
const MARKS =
  /(?:[_.-]?(?:in|input|out|output|next|new|prev|previous|init|initial|old|0|n|t|1))+$|^(?:next|new|prev|previous|initial|init)[_.-]/gi;

/** A name without what tells before from after. */
function stem(name: string): string {
  const bare = name.replace(MARKS, "").toLowerCase();
  return bare === "" ? name.toLowerCase() : bare;
}

function sameKind(input: OnnxValueInfo, output: OnnxValueInfo): boolean {
  if (input.type !== output.type || !input.dims || !output.dims) return false;
  if (input.dims.length !== output.dims.length) return false;
  return input.dims.every((length, axis) => {
    const other = output.dims![axis];
    return typeof length !== "number" || typeof other !== "number" || length === other;
  });
}

/** Takes the caller's word, checked, or finds the pairs: by name first, then what shape and type leave no choice for. */
export function pairStates(
  model: OnnxModel,
  given: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  if (given) {
    check(model, given);
    return { ...given };
  }
  const pairs: Record<string, string> = {};
  for (const input of model.inputs) {
    const alike = freeOutputs(model, pairs).filter(
      (output) => sameKind(input, output) && stem(output.name) === stem(input.name),
    );
    if (alike.length === 1) pairs[input.name] = alike[0].name;
  }
  const left = model.inputs.filter(({ name }) => pairs[name] === undefined);
  const byShape = left.flatMap((input) => {
    const outputs = freeOutputs(model, pairs).filter((output) => sameLengths(input, output));
    const rivals = left.filter((other) => outputs.length === 1 && sameLengths(other, outputs[0]));
    return rivals.length === 1 ? [[input.name, outputs[0].name] as const] : [];
  });
  // Something has to come in from outside: where shapes would make every input a state they prove nothing.
  if (byShape.length < left.length) for (const [input, output] of byShape) pairs[input] = output;
  return pairs;
}

function freeOutputs(model: OnnxModel, pairs: Readonly<Record<string, string>>): readonly OnnxValueInfo[] {
  return model.outputs.filter(({ name }) => !Object.values(pairs).includes(name));
}

/** Whether two have the same known lengths, of at least one axis longer than 1. */
function sameLengths(input: OnnxValueInfo, output: OnnxValueInfo): boolean {
  return (
    sameKind(input, output) &&
    input.dims!.every((length, axis) => typeof length === typeof output.dims![axis]) &&
    input.dims!.some((length) => typeof length === "number" && length > 1)
  );
}

function check(model: OnnxModel, given: Readonly<Record<string, string>>): void {
  for (const [input, output] of Object.entries(given)) {
    const from = model.inputs.find(({ name }) => name === input);
    const to = model.outputs.find(({ name }) => name === output);
    if (!from || !to) {
      const names = (infos: readonly OnnxValueInfo[]) => infos.map(({ name }) => `"${name}"`).join(", ");
      throw new UnrolledError(
        "invalid-argument",
        `session: states has "${input}": "${output}", needed one of the inputs ${names(model.inputs)} and one of the outputs ${names(model.outputs)}`,
      );
    }
    if (from.type !== to.type || (from.dims && to.dims && from.dims.length !== to.dims.length)) {
      throw new UnrolledError(
        "invalid-argument",
        `session: state "${input}" is not of the type and number of axes of output "${output}"`,
      );
    }
  }
}
