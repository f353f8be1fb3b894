import type { Compute, Handle } from "./compute/compute.ts";
import type { ModelFacts, ModelSource } from "./compute/protocol.ts";
import { HttpError } from "./http-error.ts";

/** A model that is served under a name. */
export interface NamedModel extends Handle {
  readonly name: string;
  readonly facts: ModelFacts;
  /** Seconds since 1970. */
  readonly openedSeconds: number;
}

/** The models of a server. A model that is opened again answers from then on; what the one before has begun, it ends. */
export class ServedModels {
  readonly #compute: Compute;
  readonly #sources: ReadonlyMap<string, ModelSource>;
  readonly #models = new Map<string, NamedModel>();
  /** What is worked on, by handle. */
  readonly #uses = new Map<number, number>();
  readonly #leaving = new Set<number>();
  readonly #names = new Map<number, string>();

  constructor(compute: Compute, sources: Readonly<Record<string, ModelSource>>) {
    this.#compute = compute;
    this.#sources = new Map(Object.entries(sources));
  }

  get all(): readonly NamedModel[] {
    return [...this.#models.values()];
  }

  get areOpen(): boolean {
    return this.#models.size === this.#sources.size;
  }

  nameOf(handle: number): string | undefined {
    return this.#names.get(handle);
  }

  /** Opens a model, or opens it again. Where that fails, the one before goes on. Throws as `openModel` does. */
  async open(name: string): Promise<NamedModel> {
    const opened = await this.#compute.open(this.#sources.get(name)!);
    const model = { ...opened, name, openedSeconds: Math.floor(Date.now() / 1000) };
    const before = this.#models.get(name);
    this.#models.set(name, model);
    this.#names.set(opened.handle, name);
    if (before) {
      this.#leaving.add(before.handle);
      this.#closeUnused(before.handle);
    }
    return model;
  }

  /** @throws HttpError 404 for a name that no model has */
  get(name: string): NamedModel {
    const model = this.#models.get(name);
    if (model) return model;
    const names = this.all.map((each) => each.name).join(", ");
    throw new HttpError(404, `the model ${JSON.stringify(name)} does not exist; there are: ${names}`, {
      param: "model",
      code: "model_not_found",
    });
  }

  /** Does something with a model that stays open until it is done. */
  async using<Result>({ handle }: NamedModel, body: () => Promise<Result>): Promise<Result> {
    this.hold(handle);
    try {
      return await body();
    } finally {
      this.release(handle);
    }
  }

  hold(handle: number): void {
    this.#uses.set(handle, (this.#uses.get(handle) ?? 0) + 1);
  }

  release(handle: number): void {
    const left = (this.#uses.get(handle) ?? 1) - 1;
    if (left > 0) this.#uses.set(handle, left);
    else this.#uses.delete(handle);
    this.#closeUnused(handle);
  }

  #closeUnused(handle: number): void {
    if (!this.#leaving.has(handle) || this.#uses.has(handle)) return;
    this.#leaving.delete(handle);
    this.#names.delete(handle);
    this.#compute.close(handle);
  }
}
