// `unrolled/server`: models over HTTP.

export type { AnsweredRequest, Observer } from "../server/observer.ts";
export { createServer, type ModelServer, type ServerOptions } from "../server/server.ts";
