import { jsonReporter } from './json-reporter.ts';
import { plainReporter } from './plain-reporter.ts';
import type { Reporter } from './reporter.ts';

export interface ReporterOptions {
  readonly json: boolean;
  readonly stdout: NodeJS.WriteStream;
  /** `TERM=dumb` and `CI` are heard. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** JSON lines when asked for, a live display on a terminal, plain lines everywhere else. */
export async function chooseReporter({ json, stdout, environment }: ReporterOptions): Promise<Reporter> {
  if (json) {
    return jsonReporter(stdout);
  }
  const isDumb = environment['TERM'] === 'dumb' || (environment['CI'] ?? '') !== '';
  if (!stdout.isTTY || isDumb) {
    return plainReporter(stdout);
  }
  const { liveReporter } = await import('./live-reporter.ts');
  return liveReporter({ stream: stdout, now: () => performance.now() });
}
