import { UnrolledError } from "../errors.ts";
import { Heap, type HeapMemory } from "../heap/heap.ts";
import { type Backend, type BackendChoice, type BackendName, backendChoices } from "./backend.ts";
import { called } from "./called.ts";
import { loadAddon, openNative } from "./native.ts";
import { type KernelRoom, openWasm } from "./wasm.ts";

/** Loads the kernels of the float64 reference. */
export type ReferenceLoader = () => Promise<typeof import("./reference.ts")>;

/** Opens the kernels of another thread's backend on that thread's memory. */
export async function joinBackend(
  name: BackendName,
  memory: HeapMemory,
  isWhole: boolean,
  loadReference?: ReferenceLoader,
): Promise<Backend> {
  const reason = "another thread's";
  if (name === "wasm" || name === "wasm-relaxed")
    return openWasm(name === "wasm-relaxed", reason, { shared: memory, isWhole });
  if (name === "reference") return openReference(loadReference, reason, { shared: memory });
  const native = loadAddon();
  if ("problem" in native)
    throw new UnrolledError("unsupported-backend", { call: "joinBackend", problem: native.problem });
  return openNative(native.addon, name.slice("native-".length), reason, { shared: memory });
}

/** Opens kernels and a heap of their own. A backend asked for by name is that one or an error, never another. */
export async function openBackend(
  choice: BackendChoice,
  loadReference?: ReferenceLoader,
  room: KernelRoom = {},
): Promise<Backend> {
  switch (choice) {
    case "reference":
      return openReference(loadReference, "asked for", room);
    case "wasm":
      return openWasm(false, "asked for", room);
    case "wasm-relaxed":
      return openWasm(true, "asked for", room);
    case "auto":
    case "native":
    case "native-avx2":
    case "native-avx512":
    case "native-neon":
      return openNativeOr(choice, room);
    default:
      throw new UnrolledError("unsupported-backend", {
        call: "openDevice",
        subject: "backend",
        got: `"${choice}"`,
        needed: `one of ${backendChoices.join(", ")}`,
      });
  }
}

async function openReference(
  load: ReferenceLoader | undefined,
  reason: string,
  room: KernelRoom = {},
): Promise<Backend> {
  if (!load)
    throw new UnrolledError("unsupported-backend", {
      call: "openDevice",
      problem: "a page's training worker has no backend reference",
    });
  const { referenceKernels } = await load();
  const heap = new Heap(8, 0, room);
  const table = referenceKernels(heap);
  return { name: "reference", reason, isWhole: true, heap, kernels: await called(table, true), table };
}

async function openNativeOr(choice: "auto" | `native${string}`, room: KernelRoom): Promise<Backend> {
  const native = loadAddon();
  if ("addon" in native) {
    const supported = native.addon.supported();
    const wanted = choice === "auto" || choice === "native" ? supported[0] : choice.slice("native-".length);
    if (wanted && supported.includes(wanted)) {
      return openNative(
        native.addon,
        wanted,
        choice === "auto" ? "best this processor has" : "asked for",
        room,
      );
    }
    if (choice !== "auto") {
      throw new UnrolledError("unsupported-backend", {
        call: "openDevice",
        problem: `backend ${choice} needs instructions that this processor lacks; it has ${supported.map((name) => `native-${name}`).join(", ") || "no native backend"}`,
      });
    }
    return openWasm(false, "this processor has none of the native instruction sets", room);
  }
  if (choice !== "auto")
    throw new UnrolledError("unsupported-backend", {
      call: "openDevice",
      problem: `backend ${choice} is missing: ${native.problem}`,
    });
  return openWasm(false, native.problem, room);
}
