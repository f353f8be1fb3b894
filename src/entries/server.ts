// `unrolled/server`: models over HTTP.

export type { AnsweredRequest, MetricsText, Observer, ServerState } from "../server/observer.ts";
export type { UpgradeWebSocket } from "../server/routes/stream-routes.ts";
export { createServer, type ModelServer, type ServerOptions } from "../server/server.ts";
export type { SessionStore, StoredSession } from "../server/session-store.ts";
