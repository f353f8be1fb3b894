// WebSockets of whatever runtime listens.
/** A socket, as all runtimes have it. */
export interface Socket {
  send(data: string | ArrayBuffer): void;
  close(code?: number, reason?: string): void;
}

/** What a socket calls. */
export interface SocketHandlers {
  onOpen(event: unknown, socket: Socket): void;
  onMessage(event: { readonly data: unknown }, socket: Socket): void;
  onClose(): void;
}

/** Hono's `upgradeWebSocket` of the runtime that listens. */
export type UpgradeWebSocket = (handlers: () => SocketHandlers) => unknown;
