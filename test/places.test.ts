// Models that lead elsewhere: names, redirections and links that leave a model's own folder, and files that never end.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openModel } from "unrolled";
import { writeSafetensors } from "unrolled/formats/safetensors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fetchedBeside, fetchedPlace } from "../src/platform/fetch-place.ts";

describe("below a URL", () => {
  let server: Server;
  let other: Server;
  let asked: string[] = [];
  const redirections: Record<string, string> = {};
  const listening = async (made: Server) => {
    await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
  };
  const answering = (name: string) =>
    createServer(({ url }, response) => {
      asked.push(`${name} ${url}`);
      const location = redirections[url!];
      if (location === undefined) response.end("bytes");
      else response.writeHead(302, { location }).end();
    });
  let at: (path: string) => URL;
  let elsewhere: string;

  beforeAll(async () => {
    server = answering("own");
    other = answering("other");
    const origin = await listening(server);
    elsewhere = await listening(other);
    at = (path) => new URL(path, origin);
    Object.assign(redirections, {
      "/models/one/beside.bin": "data/moved.bin",
      "/models/one/out.bin": "../secret",
      "/models/one/away.bin": `${elsewhere}/secret`,
      "/models/one/round.bin": "round.bin",
      "/models/one/hop.bin": "out.bin",
    });
  });
  afterAll(() => {
    server.close();
    other.close();
  });

  const read = async (name: string) => {
    asked = [];
    return fetchedBeside("openModel", at("/models/one/model.json"), name);
  };

  test.each([
    ["weights.bin", ["own /models/one/weights.bin"]],
    ["data/weights.bin", ["own /models/one/data/weights.bin"]],
    ["data/../weights.bin", ["own /models/one/weights.bin"]],
    ["beside.bin", ["own /models/one/beside.bin", "own /models/one/data/moved.bin"]],
  ])("%s is read", async (name, requests) => {
    expect(new TextDecoder().decode(await read(name))).toBe("bytes");
    expect(asked).toEqual(requests);
  });

  const HOSTILE: readonly (readonly [name: string, () => string])[] = [
    ["a folder up", () => "../secret"],
    ["a folder up, encoded", () => "%2e%2e/secret"],
    ["half encoded, in capitals", () => ".%2E/secret"],
    ["a tab in the dots", () => ".\t./secret"],
    ["line feeds in the dots", () => ".\n.\r/secret"],
    ["a backslash", () => "..\\secret"],
    ["an encoded slash", () => "..%2fsecret"],
    ["an encoded backslash", () => "..%5Csecret"],
    ["a path of the host", () => "/secret"],
    ["another host", () => `${elsewhere.replace("http:", "")}/secret`],
    ["another host behind a tab", () => `/\t/${elsewhere.slice("http://".length)}/secret`],
    ["another origin", () => `${elsewhere}/secret`],
    ["another scheme", () => "data:text/plain,secret"],
    ["a scheme behind a line feed", () => "da\nta:text/plain,secret"],
    ["no reference at all", () => "http://[/"],
  ];
  test.each(HOSTILE)("%s is refused, and nothing is asked for", async (_, name) => {
    await expect(read(name())).rejects.toMatchObject({
      code: "invalid-file",
      message: expect.stringMatching(
        /^openModel: ".*" leads out of http:\/\/127\.0\.0\.1:\d+\/models\/one\/, /,
      ),
    });
    expect(asked).toEqual([]);
  });

  test.each([
    ["out.bin", ["own /models/one/out.bin"]],
    ["away.bin", ["own /models/one/away.bin"]],
    ["hop.bin", ["own /models/one/hop.bin", "own /models/one/out.bin"]],
  ])("a redirection by %s out of the folder is not followed", async (name, requests) => {
    await expect(read(name)).rejects.toMatchObject({ code: "invalid-file" });
    expect(asked).toEqual(requests);
  });

  test("a redirection without end has one", async () => {
    await expect(read("round.bin")).rejects.toThrow("is redirected without end");
  });

  test("a folder's own files are below it, whatever its name", async () => {
    const place = await fetchedPlace("openModel", at("/models/one/"));
    expect(place.bytes).toBeUndefined();
    expect((await place.read("config.json")).length).toBe(5);
    await expect(place.read("../one-more/config.json")).rejects.toThrow("leads out of");
  });
});

describe("on a disk", () => {
  let folder: string;
  const model = () => join(folder, "model");
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "unrolled-places-"));
    mkdirSync(model());
    mkdirSync(join(folder, "linked"));
    const weights = writeSafetensors({ "out.weight": { shape: [2, 3], data: new Float32Array(6) } });
    writeFileSync(join(folder, "secret.safetensors"), weights);
    writeFileSync(join(model(), "real.safetensors"), weights);
    symlinkSync("../secret.safetensors", join(model(), "model.safetensors"));
    symlinkSync("../model/real.safetensors", join(folder, "linked", "model.safetensors"));
    symlinkSync("model", join(folder, "other-name"));
    execFileSync("mkfifo", [join(folder, "pipe"), join(folder, "pipe.onnx")]);
    mkdirSync(join(folder, "piped"));
    execFileSync("mkfifo", [join(folder, "piped", "config.json")]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("a link out of a model's folder is refused, by whatever way the folder is reached", async () => {
    for (const path of [model(), join(folder, "linked"), join(folder, "other-name")])
      await expect(openModel(path)).rejects.toMatchObject({
        code: "invalid-file",
        message: expect.stringMatching(/model\.safetensors leads out of its folder, needed a file in it$/),
      });
  });

  test("a link inside the folder is a file of it, and one that is named itself is what it leads to", async () => {
    rmSync(join(model(), "model.safetensors"));
    symlinkSync("real.safetensors", join(model(), "model.safetensors"));
    const options = { kinds: { out: "linear" } } as const;
    expect((await openModel(join(folder, "other-name"), options)).format).toBe("safetensors");
    expect((await openModel(join(folder, "linked", "model.safetensors"), options)).format).toBe(
      "safetensors",
    );
  });

  test.each(["pipe", "pipe.onnx", "piped"])(
    "%s, which nobody writes to, is refused at once",
    async (name) => {
      await expect(openModel(join(folder, name))).rejects.toThrow(/is a pipe, needed a regular file$/);
    },
  );

  test("devices are refused, for a folder's own file too", async () => {
    await expect(openModel("/dev/zero")).rejects.toThrow("/dev/zero is a device, needed a regular file");
    await expect(openModel(join(folder, "piped"))).rejects.toThrow("is a pipe, needed a regular file");
  });
});
