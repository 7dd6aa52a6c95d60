#!/usr/bin/env node
import type { Surroundings } from './cli/index.ts';

/**
 * The first that can be told to trust the system's certificates (`tls.setDefaultCACertificates`). No value is imported
 * above: an older Node could not read those files, and has to be told first.
 */
const OLDEST_NODE = '24.5';
const USAGE = 2;

if (process.versions.node.localeCompare(OLDEST_NODE, 'en', { numeric: true }) < 0) {
  console.error(`ingot: cannot start: expected Node ${OLDEST_NODE} or newer, got ${process.versions.node}`);
  console.error('  hint: run "npm ci" in the repository, then "npx ingot", which runs the Node it brought');
  process.exit(USAGE);
}

// Layers go through buffers, and for every 32 MB of them V8 13 and 14 would collect the whole heap, which doubles the
// time to read one. With the flag they count as part of the heap; it goes when V8 counts so by itself.
const { setFlagsFromString } = await import('node:v8');
setFlagsFromString('--external-memory-accounted-in-global-limit');

const { keepCompiledCode } = await import('./cli/compiled-code.ts');
keepCompiledCode(process.env);

const { EXIT, exitCodeOfError, openers, runCli } = await import('./cli/index.ts');
const { explainError } = await import('./model/index.ts');
const { failureText } = await import('./report/index.ts');

const cancellation = new AbortController();
let isCancelled = false;

/** The first one lets everything stop what it started; who asks again does not want to wait for that. */
function cancel(): void {
  if (isCancelled) {
    process.exit(EXIT.cancelled);
  }
  isCancelled = true;
  console.error('\ningot: stopping; once more ends at once');
  cancellation.abort();
}

process.on('SIGINT', cancel);
process.on('SIGTERM', cancel);
// The terminal was closed, or the connection to it was lost.
process.on('SIGHUP', cancel);
process.on('uncaughtException', (error) => {
  const failure = explainError(error, cancellation.signal);
  console.error(failureText(failure));
  process.exit(exitCodeOfError(failure));
});
// Whoever reads our output may have read enough, and a log may lie on a full disk: the work goes on.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

const surroundings: Surroundings = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: { ...process.env },
  cwd: process.cwd(),
  startedAt: new Date(),
  signal: cancellation.signal,
};
// Only we need it: no child process gets it.
delete process.env['COSIGN_PASSWORD'];
const exitCode = await runCli(process.argv.slice(2), surroundings, openers);
// A pipe takes 64 KiB at a time: what is still on its way would be lost with the process.
await new Promise((resolve) => process.stdout.write('', resolve));
process.exit(exitCode);
