import { onTestFinished, vi } from 'vitest';
import { temporaryFolder, writeCatalog } from './catalog-folder.ts';
import { ecrCatalog } from './ecr-target-files.ts';
import { serveEcr } from './ecr-server.ts';
import type { EcrServer } from './ecr-server.ts';
import { runFakeCli } from './fake-factory.ts';
import type { CliResult } from './fake-factory.ts';

/** A catalog with a target in ECR, and the server that plays it. */
export interface EcrWorld {
  readonly server: EcrServer;
  readonly folder: string;
  run(...argv: readonly string[]): Promise<CliResult>;
  /** The same on another day. */
  runOn(startedAt: Date, ...argv: readonly string[]): Promise<CliResult>;
  /** Plans into `plan.json`. */
  plan(): Promise<CliResult>;
}

export const TEAM = {
  name: 'payments',
  namespace: 'team-payments',
  owner: 'payments@example.com',
  images: ['node'],
};

const WRITING = /^(Create|Put|Set|Tag|Delete|Untag|BatchDelete)/;

export async function ecrWorld(target: object = {}): Promise<EcrWorld> {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  writeCatalog(folder.path, ecrCatalog(target));
  const server = await serveEcr();
  for (const [name, value] of Object.entries(server.environment)) {
    vi.stubEnv(name, value);
  }
  const run = (...argv: readonly string[]) => runFakeCli(argv, { cwd: folder.path });
  const runOn = (startedAt: Date, ...argv: readonly string[]) =>
    runFakeCli(argv, { cwd: folder.path, startedAt });
  return { server, folder: folder.path, run, runOn, plan: () => run('ecr', 'plan', '--output', 'plan.json') };
}

/** After its first plan was applied; what was asked for that is forgotten. */
export async function appliedWorld(target: object = {}): Promise<EcrWorld> {
  const made = await ecrWorld(target);
  await made.plan();
  const { exitCode, stderr } = await made.run('ecr', 'apply', 'plan.json');
  if (exitCode !== 0) {
    throw new Error(stderr);
  }
  made.server.calls.length = 0;
  return made;
}

/** What was asked for that changes something, with its subject. */
export function writes({ server }: EcrWorld): readonly string[] {
  return server.calls
    .filter(({ operation }) => WRITING.test(operation))
    .map(({ operation, input }) => `${operation} ${input.repositoryName ?? input.resourceArn ?? ''}`.trim());
}
