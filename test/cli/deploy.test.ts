// What deploy/ says to run is what there is: the image's command and its check, the addresses of probes, flags.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { BUILD_MS, build, SMALL, started, temporaryFolder, unrolled, writeText } from "./command.ts";
import { servedBy } from "./served.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = temporaryFolder();
const written = (name: string) => readFileSync(join(root, "deploy", name), "utf8");

beforeAll(async () => {
  build();
  writeText(join(folder.path, "text.txt"), 6000);
  const train = ["train", "text.txt", "--out", "book", "--steps", "2", ...SMALL];
  expect((await unrolled(train, folder.path)).code).toBe(0);
  mkdirSync(join(folder.path, "node_modules"));
  symlinkSync(root, join(folder.path, "node_modules/unrolled"));
}, BUILD_MS);
afterAll(() => folder.remove());

/** The lists of an instruction of the image's. */
function instructions(name: string): string[][] {
  const lines = written("Dockerfile").split("\n");
  return lines
    .filter((line) => line.startsWith(name))
    .map((line) => JSON.parse(line.slice(line.indexOf("["))));
}

interface Container {
  readonly args: string[];
  readonly ports: readonly { readonly containerPort: number }[];
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: number };
}

test("the image's command serves, its check knows whether it does, and the probes are answered", async () => {
  const [[node, ...command]] = instructions("ENTRYPOINT");
  expect(node).toBe("node");
  const more = ["book", "--port", "0", "--threads", "1", "--log-level", "silent"];
  const [main, ...parameters] = command;
  const served = await servedBy(started([...parameters, ...more], folder.path, main));
  const [[program, ...check]] = instructions("HEALTHCHECK");
  expect(program).toBe("node");
  const checked = () =>
    run(
      process.execPath,
      check.map((part) => part.replace(":8080", `:${served.url.port}`)),
    ).then(
      () => "healthy",
      ({ code }) => code,
    );
  expect(await checked()).toBe("healthy");
  for (const probe of probes()) {
    expect(probe.httpGet.port).toBe(8080);
    const { status } = await fetch(`http://127.0.0.1:${served.url.port}${probe.httpGet.path}`);
    expect(status).toBe(200);
  }
  served.child.kill("SIGTERM");
  expect((await served.end).code).toBe(0);
  expect(await checked()).toBe(1);
});

function containers(): (Container & { readonly graceSeconds: number })[] {
  return parseAllDocuments(written("kubernetes.yaml"))
    .map((document) => document.toJS())
    .filter(({ kind, metadata }) => kind === "Deployment" && metadata.name === "unrolled")
    .flatMap(({ spec }) => {
      const { containers, terminationGracePeriodSeconds: graceSeconds } = spec.template.spec;
      return containers.map((container: Container) => ({ ...container, graceSeconds }));
    });
}

function probes(): Probe[] {
  return containers().flatMap(({ readinessProbe, livenessProbe }) => [readinessProbe!, livenessProbe!]);
}

test("flags are those of serve, and what has begun has time to end", async () => {
  const help = (await unrolled(["serve", "--help"], folder.path)).stdout;
  const byDefault = (flag: string) => Number(new RegExp(`${flag}[^(]*\\(default:\\s+(\\d+)`).exec(help)![1]);
  const [{ args, ports, graceSeconds }] = containers();
  const unit = written("unrolled.service");
  const start = /^ExecStart=.* unrolled serve (.*)$/m.exec(unit)![1].split(" ");
  const flags = [...args, ...start, ...instructions("ENTRYPOINT").flat()].filter((word) =>
    word.startsWith("--"),
  );
  expect(flags).toContain("--sessions");
  for (const flag of flags) expect(help).toContain(`${flag} `);
  expect(ports.map(({ containerPort }) => containerPort)).toEqual([byDefault("--port")]);
  expect(written("Dockerfile")).toMatch(new RegExp(`^EXPOSE ${byDefault("--port")}$`, "m"));
  for (const seconds of [graceSeconds, Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)![1])])
    expect(seconds).toBeGreaterThan(byDefault("--timeout"));
});
