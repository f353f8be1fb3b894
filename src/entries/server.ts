// `unrolled/server`: models over HTTP.

export type { AnsweredRequest, MetricsText, Observer, ServerState } from "../server/observer.ts";
export { createServer, type ModelServer, type ServerOptions } from "../server/server.ts";
export type { SessionStore, StoredSession } from "../server/session-store.ts";
export type { UpgradeWebSocket } from "../server/upgrade-web-socket.ts";
