import { setFlagsFromString } from 'node:v8';
import { EXIT, exitCodeOfError, openers, runCli, type Surroundings } from './cli/index.ts';
import { explainError } from './model/index.ts';
import { failureText } from './report/index.ts';

// Layers go through buffers, and for every 32 MB of them V8 13 and 14 would collect the whole heap, which doubles the
// time to read one. With the flag they count as part of the heap; it goes when V8 counts so by itself.
setFlagsFromString('--external-memory-accounted-in-global-limit');
// V8 lets its young generation grow to a third of all that a night with nothing to do holds, and is no faster for it.
setFlagsFromString('--semi-space-growth-factor=1');

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
