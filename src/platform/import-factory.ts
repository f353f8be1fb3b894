import { UnrolledError } from "../errors.ts";
import type { ReplicaFactory, ReplicaModule } from "../parallel/replica.ts";
import { importModule } from "../tasks/find-task.ts";
import { isTask } from "../tasks/is-task.ts";
import { replicaFactoryOf } from "../tasks/task.ts";

/** Finds the factory that a module exports, by itself or as a task's, which may take so many seconds to load. */
export async function importFactory(replica: ReplicaModule, seconds: number): Promise<ReplicaFactory> {
  const { module } = replica;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const lateness = new Promise<never>((_, reject) => {
    const late = () => reject(new Error(`it has not loaded within ${seconds} s`));
    timer = setTimeout(late, seconds * 1000);
  });
  let found: Readonly<Record<string, unknown>>;
  try {
    found = await Promise.race([importModule(module), lateness]);
  } catch (error) {
    const { message } = error as Error;
    throw new UnrolledError("invalid-argument", `team: ${module} cannot be imported: ${message}`);
  } finally {
    clearTimeout(timer);
  }
  const factory = found[replica.export];
  if (isTask(factory)) return replicaFactoryOf(factory) as ReplicaFactory;
  if (typeof factory !== "function") {
    throw new UnrolledError("invalid-argument", `team: ${module} exports no function ${replica.export}`);
  }
  return factory as ReplicaFactory;
}
