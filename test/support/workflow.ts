import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { createProcessRunner, type ProcessResult } from '../../src/host/process.ts';

export interface WorkflowStep {
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface WorkflowJob {
  readonly environment?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly WorkflowStep[];
}

/** What of a GitHub workflow decides who may do what. */
export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly concurrency: Readonly<Record<string, unknown>>;
  readonly defaults: object;
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

export async function readWorkflow(file: string): Promise<Workflow> {
  return parse(await readFile(file, 'utf8')) as Workflow;
}

export function stepsOf({ jobs }: Workflow): readonly WorkflowStep[] {
  return Object.values(jobs).flatMap(({ steps }) => steps);
}

/** Runs a step's script as a runner does for `shell: bash`, its expressions left to `env`. */
export function runStep(
  workflow: Workflow,
  name: string,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<ProcessResult> {
  const script = stepsOf(workflow).find((step) => step.name === name)?.run ?? `missing step: ${name}`;
  const shell = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', script];
  return createProcessRunner().run(shell, { cwd, env });
}
