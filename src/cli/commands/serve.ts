import { statSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { basename, resolve } from "node:path";
import { upgradeWebSocket } from "@hono/node-server";
import { coresThere } from "#platform";
import { UnrolledError } from "../../errors.ts";
import { createServer, type ModelServer } from "../../server/server.ts";
import type { UpgradeWebSocket } from "../../server/upgrade-web-socket.ts";
import { requireKnownCell } from "../asked-cell.ts";
import { CommandError, textOf, UsageError } from "../failure.ts";
import { onInterruption } from "../interruption.ts";
import { listening } from "../listening.ts";
import { apiKeysOf } from "../serve/api-keys.ts";
import { nodeListener } from "../serve/node-listener.ts";
import { prometheus } from "../serve/prometheus.ts";
import { logger } from "../serve/server-log.ts";
import { sessionStoreAt } from "../serve/session-store-at.ts";
import { watchModels } from "../serve/watch-models.ts";
import type { ServeOptions } from "./serve-command.ts";

/** `unrolled serve`: answers requests until it is told to end, and then ends what has begun. */
export async function runServeCommand(places: readonly string[], options: ServeOptions): Promise<void> {
  const models = modelsAt(places);
  const log = logger(options.logLevel);
  const metrics = prometheus();
  const store = await sessionStoreAt(options.sessions, options.sessionKeep);
  const server = await started({
    models,
    sessions: { store, idleSeconds: options.sessionIdle, maxSessions: options.maxSessions },
    metrics: metrics.metrics,
    upgradeWebSocket: upgradeWebSocket as unknown as UpgradeWebSocket,
    threads: options.threads ?? coresThere(),
    backend: options.backend,
    maxBatch: options.maxBatch,
    maxQueue: options.maxQueue,
    maxTokens: options.maxTokens,
    maxBodyBytes: options.maxBody,
    timeoutSeconds: options.timeout,
    apiKeys: apiKeysOf(options.apiKeys),
    corsOrigins: options.cors ?? [],
    observer: {
      request(request) {
        metrics.observer.request?.(request);
        log.info({ ...request, seconds: Number(request.seconds.toFixed(6)) }, "request");
      },
      step: (model, rows) => metrics.observer.step?.(model, rows),
      mistake: (error) => log.error({ err: error }, "mistake"),
    },
    client: (_, environment) => addressOf(environment),
  });
  const { host } = options;
  const { listener, end } = nodeListener(server, host);
  try {
    await listening(listener, { port: options.port, host });
  } catch (error) {
    server.close();
    throw error;
  }
  const { port } = listener.address() as AddressInfo;
  process.stdout.write(
    `Serving ${Object.keys(models).join(", ")} at http://${host.includes(":") ? `[${host}]` : host}:${port}\nCtrl-C ends it.\n`,
  );
  const reload = async (name: string) => {
    try {
      await server.reload(name);
      log.info({ model: name }, "reloaded");
    } catch (error) {
      log.error({ model: name, err: error }, "not reloaded; the model before goes on");
    }
  };
  const unwatch = watchModels(models, (name) => void reload(name));
  onInterruption(async () => {
    log.info("draining");
    unwatch();
    await server.drain();
    server.close();
    await store?.close?.();
    end();
  });
}

async function started(options: Parameters<typeof createServer>[0]): Promise<ModelServer> {
  try {
    return await createServer(options);
  } catch (error) {
    throw error instanceof UnrolledError ? new CommandError(textOf(error)) : error;
  }
}

/** Where models lie, by their names. */
function modelsAt(places: readonly string[]): Record<string, string> {
  const models: Record<string, string> = {};
  for (const place of places) {
    const [, given, path] = /^([\w.-]+)=(.+)$/s.exec(place) ?? [undefined, undefined, place];
    const isUrl = /^https?:/.test(path);
    if (!isUrl && !statSync(path, { throwIfNoEntry: false }))
      throw new CommandError(`${path} does not exist, needed a model's folder or file`);
    if (!isUrl) requireKnownCell(path);
    const name = given ?? basename(isUrl ? new URL(path).pathname : resolve(path));
    if (Object.hasOwn(models, name))
      throw new UsageError(`two models are called ${name}; NAME=PATH gives one another name`);
    models[name] = path;
  }
  return models;
}

/** Who asks, where no key tells. */
function addressOf(environment: unknown): string {
  const { incoming } = environment as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress ?? "";
}
