import { UnrolledError } from "../errors.ts";
import type { ReplicaFactory, ReplicaModule } from "../parallel/replica.ts";

/** The module that language models are trained by, under a name that needs no path. */
export const LANGUAGE_MODEL_MODULE = "unrolled:language-model";

/** Finds the factory that a module exports, which may take so many seconds to load. */
export async function importFactory(replica: ReplicaModule, seconds: number): Promise<ReplicaFactory> {
  const { module } = replica;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const lateness = new Promise<never>((_, reject) => {
    const late = () => reject(new Error(`it has not loaded within ${seconds} s`));
    timer = setTimeout(late, seconds * 1000);
  });
  let found: Record<string, unknown>;
  try {
    found = (await Promise.race([
      module === LANGUAGE_MODEL_MODULE
        ? import("../training/language-model-replica.ts")
        : import(/* @vite-ignore */ module),
      lateness,
    ])) as Record<string, unknown>;
  } catch (error) {
    const { message } = error as Error;
    throw new UnrolledError("invalid-argument", `team: ${module} cannot be imported: ${message}`);
  } finally {
    clearTimeout(timer);
  }
  const factory = found[replica.export];
  if (typeof factory !== "function") {
    throw new UnrolledError("invalid-argument", `team: ${module} exports no function ${replica.export}`);
  }
  return factory as ReplicaFactory;
}
