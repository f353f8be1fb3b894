// `npm test`: sets up, checks format, lint and types, runs all tests but the long ones, and ends with the line "N passed, N failed".
// `npm run test:release`: the long ones (*.release.test.ts, and tests with the tag "long"), and ten minutes of broken files for the
// readers. Parameters go to Vitest: npm test -- src/data
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, setUpForTests } from "./setup.mjs";

const FUZZING_MINUTES = 10;
const [isRelease, parameters] =
  process.argv[2] === "--release" ? [true, process.argv.slice(3)] : [false, process.argv.slice(2)];

let passed = 0;
let failed = 0;

try {
  setUpForTests();
  if (isRelease) {
    runTests(["release"], []);
    runTests(["node", "browser"], ["--tags-filter", "long"]);
    const fuzzing = ["tsx/dist/cli.mjs", "test/fuzz/main.ts", "--minutes", String(FUZZING_MINUTES)];
    check(`Broken files for ${FUZZING_MINUTES} minutes`, fuzzing);
  } else {
    check("Format and lint", ["@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."]);
    check("Types", ["typescript/bin/tsc", "--noEmit"]);
    runTests(["node", "browser"], ["--tags-filter", "!long"]);
  }
} catch (error) {
  console.error(`error: ${error.message}`);
  failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** A check of the sources as a whole counts as one test. */
function check(what, command) {
  console.log(`${what} …`);
  if (runModule(command) === 0) passed += 1;
  else failed += 1;
}

function runTests(projects, filter) {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-test-"));
  const report = join(folder, "report.json");
  try {
    const status = runModule([
      ...["vitest/vitest.mjs", "run", ...projects.flatMap((name) => ["--project", name]), ...filter],
      ...["--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
      ...parameters,
    ]);
    const counted = countTests(JSON.parse(readFileSync(report, "utf8")));
    passed += counted.passed;
    // Vitest also fails where no test does, such as for an error that nobody caught.
    failed += counted.failed === 0 && status !== 0 ? 1 : counted.failed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file whose tests could not even begin counts as one failed test. */
function countTests({ numPassedTests, numFailedTests, testResults }) {
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  return { passed: numPassedTests, failed: numFailedTests + broken.length };
}

function runModule([module, ...parameters]) {
  const { status } = spawnSync(process.execPath, [join(root, "node_modules", module), ...parameters], {
    cwd: root,
    stdio: "inherit",
  });
  return status ?? 1;
}
