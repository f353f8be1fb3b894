import { UnrolledError } from "../errors.ts";
import type { ReplicaFactory, ReplicaModule } from "../parallel/replica.ts";

/** The module that language models are trained by, under a name that needs no path. */
export const LANGUAGE_MODEL_MODULE = "unrolled:language-model";

/** Finds the factory that a module exports. */
export async function importFactory(replica: ReplicaModule): Promise<ReplicaFactory> {
  const found = (
    replica.module === LANGUAGE_MODEL_MODULE
      ? await import("../training/language-model-replica.ts")
      : await import(/* @vite-ignore */ replica.module)
  ) as Record<string, unknown>;
  const factory = found[replica.export];
  if (typeof factory !== "function") {
    throw new UnrolledError(
      "invalid-argument",
      `team: ${replica.module} exports no function ${replica.export}`,
    );
  }
  return factory as ReplicaFactory;
}
