import { readdir, readFile } from 'node:fs/promises';

/** Processes that run with the folder in their environment, as everything does that a run started there. */
export async function processesOf(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of await processIds()) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (environment.includes(folder)) {
      found.push((await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' '));
    }
  }
  return found;
}

/** Processes that ended below one, of which nobody took leave yet. */
export async function endedBelow(ancestor: number): Promise<readonly string[]> {
  const found: { pid: number; name: string; state: string; parent: number }[] = [];
  for (const pid of await processIds()) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // proc_pid_stat(5); one that is gone meanwhile has none
    const [, name = '', state = '', parent] = /^\d+ (\(.*\)) (\S) (\d+) /s.exec(stat) ?? [];
    if (parent !== undefined) {
      found.push({ pid: Number(pid), name, state, parent: Number(parent) });
    }
  }
  const parents = new Map(found.map(({ pid, parent }) => [pid, parent]));
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === ancestor || isBelow(parent));
  };
  return found.filter(({ pid, state }) => state === 'Z' && isBelow(pid)).map(({ name }) => name);
}

async function processIds(): Promise<readonly string[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
}

/** Mounts below any of the folders. */
export async function mountsOf(folders: readonly string[]): Promise<readonly string[]> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n');
  return mounts.filter((line) => folders.some((folder) => line.includes(folder)));
}
