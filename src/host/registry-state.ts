import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { createFileStore } from './file-store.ts';

/** The registry that `ingot local start` left running. */
export interface KeptRegistry {
  readonly pid: number;
  /** `127.0.0.1:5000` */
  readonly address: string;
}

const CONFIG = 'config.json';
const STATE = 'running.json';

const StateSchema = z.object({ pid: z.int().positive(), address: z.string() });

export function configFile(folder: string): string {
  return path.join(folder, CONFIG);
}

/**
 * docker-registry 2.8's configuration; its YAML reader takes JSON. It is the same for every process that serves the
 * folder: what differs comes with the environment. Deleting is on, for retention later.
 */
export async function writeConfig(folder: string): Promise<void> {
  const config = {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: path.join(folder, 'content') }, delete: { enabled: true } },
  };
  await createFileStore(folder).write(CONFIG, JSON.stringify(config));
}

/** The process that is kept, if it is alive: what a restart of the machine left in the file does not count. */
export async function readKept(folder: string): Promise<KeptRegistry | undefined> {
  try {
    const text = await createFileStore(folder).read(STATE);
    const state = StateSchema.parse(JSON.parse(text ?? ''));
    return (await isOurs(state.pid, folder)) ? state : undefined;
  } catch {
    return undefined;
  }
}

export async function writeKept(folder: string, state: KeptRegistry): Promise<void> {
  await createFileStore(folder).write(STATE, JSON.stringify(state));
}

export async function removeKept(folder: string): Promise<void> {
  await rm(path.join(folder, STATE), { force: true });
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
