// What stands between the layers of an nn.Sequential, which runs its modules in their order and nothing else.
import type { ActivationLayerName } from "../../networks/config.ts";
import { PyTorchObject, type PyTorchValue } from "../pytorch-value.ts";
import { attributeOf } from "./module-attribute.ts";

/** Functions of torch.nn whose options their names say. */
export const TORCH_FUNCTIONS: Readonly<Record<string, ActivationLayerName>> = {
  ReLU: "relu",
  ReLU6: "clipped-relu",
  SELU: "selu",
  Mish: "mish",
  Hardswish: "hard-silu",
  Tanhshrink: "tanh-shrink",
  LogSigmoid: "log-sigmoid",
  Tanh: "tanh",
  Sigmoid: "sigmoid",
  SiLU: "silu",
  Softsign: "softsign",
  Softmax: "softmax",
  LogSoftmax: "log-softmax",
};

/** What is applied to the outputs of each module, by its name; those are left out where that is not clear. */
export function activationsOf(
  modules: readonly [string, PyTorchValue][],
): [string, ActivationLayerName | "none"][] {
  return modules.flatMap(([name, module], index): [string, ActivationLayerName | "none"][] => {
    const rest = modules.slice(index + 1).map(([, other]) => other);
    const next = rest.find((other) => !isNothing(other));
    const activation = next === undefined ? undefined : functionOf(next);
    if (activation) return [[name, activation]];
    return next !== undefined &&
      isClass(next, /\.(linear\.Linear|normalization\.LayerNorm)$/) &&
      isLinear(module)
      ? [[name, "none"]]
      : [];
  });
}

function functionOf(module: PyTorchValue): ActivationLayerName | undefined {
  if (!isClass(module, /\.activation\.\w+$/)) return undefined;
  const name = module.name.slice(module.name.lastIndexOf(".") + 1);
  const isSoftmax = name === "Softmax" || name === "LogSoftmax";
  if (isSoftmax && attributeOf(module, "dim") !== -1) return undefined;
  return Object.hasOwn(TORCH_FUNCTIONS, name) ? TORCH_FUNCTIONS[name] : undefined;
}

/** Whether a module hands its inputs on when nothing is trained. */
function isNothing(module: PyTorchValue): boolean {
  return isClass(module, /\.(dropout\.\w+|linear\.Identity)$/);
}

function isLinear(module: PyTorchValue): boolean {
  return isClass(module, /\.linear\.Linear$/);
}

function isClass(module: PyTorchValue, name: RegExp): module is PyTorchObject {
  return (
    module instanceof PyTorchObject && module.name.startsWith("torch.nn.modules.") && name.test(module.name)
  );
}
