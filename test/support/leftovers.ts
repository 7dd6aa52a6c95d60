import { readdir, readFile } from 'node:fs/promises';

/** Processes that run with the folder in their environment, as everything does that a run started there. */
export async function processesOf(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (environment.includes(folder)) {
      found.push((await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' '));
    }
  }
  return found;
}

/** Mounts below the folder, or of an engine of ours. */
export async function mountsOf(folder: string): Promise<readonly string[]> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n');
  return mounts.filter((line) => line.includes(folder) || line.includes('/run/ingot-'));
}
