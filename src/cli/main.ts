#!/usr/bin/env node
import { leaveWorld } from "./ranks/joined-world.ts";
import { runCommand } from "./run-command.ts";
import { endWhenStreamsFail } from "./standard-streams.ts";

endWhenStreamsFail();
const exitCode = await runCommand(process.argv.slice(2));
if (exitCode !== undefined) process.exitCode = exitCode;
await leaveWorld();
