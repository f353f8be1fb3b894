import { UnrolledError } from "../../errors.ts";
import { cellOf, type RecurrentStack } from "../recurrent-stack.ts";

/** For constructors of sessions: an error for layers that also, or only, read backwards. */
export function requireForwards(call: string, { direction }: RecurrentStack): void {
  if (direction === "forward") return;
  throw new UnrolledError("invalid-argument", {
    call,
    problem: `these layers are ${direction === "reverse" ? "reversed" : direction}, needed ones that read forwards alone; the end of a stream is not known`,
  });
}

/**
 * Whose a state of so many rows is, in words: the layers' sizes, and a fingerprint of the names and shapes of all their weights,
 * in which options show that the sizes do not tell.
 */
export function ownerOf(layers: RecurrentStack, rows: number, model = ""): string {
  const { numLayers, inputSize, hiddenSize, outputSize, weights } = layers;
  const cell = cellOf(layers);
  const projection = outputSize === hiddenSize ? "" : `, P ${outputSize}`;
  const shapes = [...weights].map(([name, { shape }]) => `${name} ${shape.join(" ")}`);
  const options = fingerprint(
    [cell.shape.gates.length, cell.shape.recurrent === "apart", ...shapes].join("\n"),
  );
  const sizes = `I ${inputSize}, H ${hiddenSize}${projection}, L ${numLayers}, B ${rows}`;
  return `${model && `${model}, `}${cell.spec.name} ${sizes} (${options})`;
}

/** FNV-1a (Fowler, Noll & Vo 1991) of a text, in hexadecimal. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
