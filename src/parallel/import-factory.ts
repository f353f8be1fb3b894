import { UnrolledError } from "../errors.ts";
import { factoryOf, isReplicaMaker, type ReplicaFactory, type ReplicaModule } from "./replica.ts";

/** Imports a module by its URL or name, for what it exports under a name. */
export type ModuleImporter = (module: string, name: string) => Promise<Readonly<Record<string, unknown>>>;

/** Finds the factory that a module exports, by itself or as a maker's, which may take so many seconds to load. */
export async function importFactory(
  { module, export: name }: ReplicaModule,
  seconds: number,
  importing: ModuleImporter = (module) => import(/* @vite-ignore */ module),
): Promise<ReplicaFactory> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const lateness = new Promise<never>((_, reject) => {
    const late = () => reject(new Error(`it has not loaded within ${seconds} s`));
    timer = setTimeout(late, seconds * 1000);
  });
  let found: Readonly<Record<string, unknown>>;
  try {
    found = await Promise.race([importing(module, name), lateness]);
  } catch (error) {
    const { message } = error as Error;
    throw new UnrolledError("invalid-argument", {
      call: "team",
      problem: `${module} cannot be imported: ${message}`,
    });
  } finally {
    clearTimeout(timer);
  }
  const factory = found[name];
  if (isReplicaMaker(factory)) return factoryOf(factory) as ReplicaFactory;
  if (typeof factory !== "function")
    throw new UnrolledError("invalid-argument", {
      call: "team",
      problem: `${module} exports no function ${name}`,
    });
  return factory as ReplicaFactory;
}
