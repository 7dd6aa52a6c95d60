import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** Who serves the local registry's folder right now. */
export interface RegistryState {
  readonly pid: number;
  /** `127.0.0.1:5000` */
  readonly address: string;
  /** The ingot process that will stop it; absent for one that `ingot local start` keeps. */
  readonly owner?: number;
}

const StateSchema = z.object({
  pid: z.int().positive(),
  address: z.string(),
  owner: z.int().positive().exactOptional(),
});

export function configFile(folder: string): string {
  return path.join(folder, 'config.json');
}

function stateFile(folder: string): string {
  return path.join(folder, 'running.json');
}

/** The process that serves the folder, if it is alive; what a killed run left in the file does not count. */
export async function readState(folder: string): Promise<RegistryState | undefined> {
  try {
    const state = StateSchema.parse(JSON.parse(await readFile(stateFile(folder), 'utf8')));
    return (await isOurs(state.pid, folder)) ? state : undefined;
  } catch {
    return undefined;
  }
}

export async function writeState(folder: string, state: RegistryState): Promise<void> {
  const unfinished = `${stateFile(folder)}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify(state));
  await rename(unfinished, stateFile(folder));
}

export async function removeState(folder: string): Promise<void> {
  await rm(stateFile(folder), { force: true });
}

/** Whether someone else will stop it: then it can be used, and must be left alone. */
export function isLookedAfter({ owner }: RegistryState): boolean {
  if (owner === undefined) {
    return true;
  }
  try {
    // Signal 0 only asks, kill(2).
    return process.kill(owner, 0);
  } catch {
    return false;
  }
}

/** Pids are used again: only a process that was given our configuration file is the registry. */
export async function isOurs(pid: number, folder: string): Promise<boolean> {
  try {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    return commandLine.split('\0').includes(configFile(folder));
  } catch {
    return false;
  }
}
