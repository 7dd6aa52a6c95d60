import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** Removes the oldest of what a folder holds under names that begin with their time. What cannot be removed stays. */
export async function keepNewest(folder: string, names: RegExp, count: number): Promise<void> {
  const entries = await readdir(folder).catch(() => []);
  const oldest = entries
    .filter((name) => names.test(name))
    .sort()
    .slice(0, -count);
  for (const name of oldest) {
    await rm(path.join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
