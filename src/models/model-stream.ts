import type { ModelInput, ModelOutput, ModelSession, ModelValue } from "./opened-model.ts";

/** What every kind of session has beside its steps. */
interface Stateful {
  state(): Uint8Array;
  restore(state: Uint8Array): void;
  reset(): void;
}

/** A stream over a session of one kind of model: how its steps are given their numbers is all that differs. */
export abstract class ModelStream<Session extends Stateful> implements ModelSession {
  abstract readonly inputs: readonly ModelValue[];
  abstract readonly outputs: readonly ModelValue[];
  protected readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  abstract step(inputs: Readonly<Record<string, ModelInput>>): Record<string, ModelOutput>;

  abstract fork(): ModelSession;

  state(): Uint8Array {
    return this.session.state();
  }

  restore(state: Uint8Array): void {
    this.session.restore(state);
  }

  reset(): void {
    this.session.reset();
  }
}
