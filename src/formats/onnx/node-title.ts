import type { NodeProto } from "./model-proto.ts";

/** A node as errors call it: by its name, or else by its place in the graph. */
export function titleOf(node: NodeProto, number: number): string {
  const domain = node.domain === "" ? "" : `${node.domain}.`;
  return `node ${node.name === "" ? number : `"${node.name}"`} (${domain}${node.operator})`;
}
