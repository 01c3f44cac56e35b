/** `prestoscale`: commands for those who run clusters (docs/cli.md). */
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { text } from 'node:stream/consumers';
import { epochSeconds } from '../lambdas/core/quantities.ts';
import type { Io } from './program/io.ts';
import { runProgram } from './program/main.ts';

// On Node 20 the SDK warns at its first use; what it says is in the README.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
// A reader that has seen enough (`| head`) ends the program quietly.
process.stdout.on('error', () => process.exit(0));

/** Lines for a file or another program are as long as they are. */
const UNLIMITED_COLUMNS = 10_000;

/** A container may run under a number that has no name. */
const userName = (): string | undefined => {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
};

const io: Io = {
  out: (said) => void process.stdout.write(said),
  err: (said) => void process.stderr.write(said),
  user: process.env['USER'] ?? process.env['LOGNAME'] ?? userName(),
  folder: process.cwd(),
  columns: process.stdout.isTTY ? process.stdout.columns : UNLIMITED_COLUMNS,
  colours: process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '',
  clock: { now: () => epochSeconds(Date.now() / 1000) },
  readInput: () => text(process.stdin),
  pause: (milliseconds) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    }),
  newId: randomUUID,
};

process.exitCode = await runProgram(process.argv.slice(2), io);
