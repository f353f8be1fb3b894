// Errors as clients of OpenAI's interface expect them: a status, a message, and which argument is meant.
import { UnrolledError } from "../errors.ts";
import { DeadlineError } from "./compute/waiting.ts";

/** A request that is refused. */
export class HttpError extends Error {
  readonly status: number;
  /** The argument that is meant, as the request has it. */
  readonly param: string | undefined;
  readonly code: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    {
      param,
      code,
      headers = {},
    }: { param?: string | undefined; code?: string; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.param = param;
    this.code = code;
    this.headers = headers;
  }
}

/** The body of an error. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** Mistakes of who asks, by the library's codes. */
const MISTAKES: readonly string[] = [
  "invalid-argument",
  "shape-mismatch",
  "invalid-utf8",
  "text-too-short",
  "not-finite",
];

/** Any error as one that can be answered. What is a mistake of this server is not told to who asks. */
export function httpErrorOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof DeadlineError) return new HttpError(504, error.message, { code: "deadline_exceeded" });
  if (error instanceof UnrolledError) {
    if (MISTAKES.includes(error.code)) {
      const [option] = error.options;
      const text = error.textFor((typed) => ("option" in typed ? underscored(typed.option) : typed.word));
      return new HttpError(400, text, { param: option && underscored(option) });
    }
    // Nobody hears it.
    if (error.code === "aborted") return new HttpError(499, error.textFor());
    if (error.code === "worker-died")
      return new HttpError(503, "a thread that computes has died; ask again", {
        headers: { "retry-after": "1" },
      });
  }
  return new HttpError(500, "the server has made a mistake");
}

/** The answer to a request that failed. */
export function errorResponse({ status, headers, ...error }: HttpError, message: string): Response {
  return Response.json(errorBody(status, message, error), { status, headers });
}

export function errorBody(
  status: number,
  message: string,
  { param, code }: Pick<HttpError, "param" | "code">,
): ErrorBody {
  return { error: { message, type: typeOf(status), param: param ?? null, code: code ?? null } };
}

function typeOf(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}

/** maxTokens as max_tokens. */
function underscored(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
