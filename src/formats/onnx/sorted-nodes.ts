import type { GraphProto, NodeProto } from "./model-proto.ts";

/**
 * The nodes of a graph in an order in which each comes after those that it reads from; that of the file wherever it does, and where
 * some stand in a circle.
 */
export function sortedNodes(nodes: readonly NodeProto[]): readonly NodeProto[] {
  const makers = new Map<string, number>();
  nodes.forEach(({ outputs }, place) => {
    for (const name of outputs) if (name !== "" && !makers.has(name)) makers.set(name, place);
  });
  const needs = nodes.map((node) => [...namesReadBy(node)].flatMap((name) => makers.get(name) ?? []));
  if (needs.every((places, place) => places.every((needed) => needed < place))) return nodes;
  const begun = new Set<number>();
  const done = new Set<number>();
  const sorted: NodeProto[] = [];
  for (let first = 0; first < nodes.length; first++) {
    if (begun.has(first)) continue;
    begun.add(first);
    // A path of nodes, each needed by the one before it, and how many of its own needs were looked at.
    const path = [{ place: first, seen: 0 }];
    while (path.length > 0) {
      const top = path[path.length - 1];
      if (top.seen === needs[top.place].length) {
        sorted.push(nodes[top.place]);
        done.add(top.place);
        path.pop();
        continue;
      }
      const needed = needs[top.place][top.seen++];
      if (done.has(needed)) continue;
      if (begun.has(needed)) return nodes;
      begun.add(needed);
      path.push({ place: needed, seen: 0 });
    }
  }
  return sorted;
}

/** Names that a node reads, those that its subgraphs read around themselves among them. */
function namesReadBy({ inputs, attributes }: NodeProto): ReadonlySet<string> {
  const names = new Set(inputs);
  for (const { graph } of attributes) if (graph) for (const name of namesFromAround(graph)) names.add(name);
  return names;
}

function namesFromAround({ nodes, constants, inputs, outputs }: GraphProto): readonly string[] {
  const own = new Set([
    ...[...constants, ...inputs].map(({ name }) => name),
    ...nodes.flatMap((node) => node.outputs),
  ]);
  const read = [...nodes.flatMap((node) => [...namesReadBy(node)]), ...outputs.map(({ name }) => name)];
  return read.filter((name) => !own.has(name));
}
