/** A request that was answered. */
export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of its path, such as /v1/models/{model}. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
  /** Whose it was. */
  readonly client: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Who is told what a server does. */
export interface Observer {
  request?(request: AnsweredRequest): void;
  /** How many streams of a model took a step together, or how many inputs it answered together. */
  step?(model: string, rows: number): void;
  /** Something failed that should not have. */
  mistake?(error: unknown): void;
}

/** How a server is now. */
export interface ServerState {
  /** Texts, inputs and steps that are worked on or wait. */
  readonly queue: number;
  /** Sessions in memory. */
  readonly sessions: number;
}

/** What `/metrics` answers with. */
export interface MetricsText {
  readonly contentType: string;
  text(state: ServerState): Promise<string>;
}
