import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { FileStore } from '../host/file-store.ts';
import { toolDigest, type ToolSource } from '../pipeline/index.ts';
import { parseToolLock, toolLockText } from '../stages/resolve/index.ts';

/** The tool sets: what runs the builder, and by Debian release what its images are made with. */
export interface ToolSources {
  readonly builder: ToolSource;
  /** Not in any build id: it runs images, and makes nothing of them. */
  readonly emulator: ToolSource;
  readonly toolboxes: ReadonlyMap<string, ToolSource>;
}

const ToolRequest = z.strictObject({
  suite: z.string(),
  closure: z.boolean(),
  packages: z.array(z.string()),
  exclude: z.array(z.strictObject({ package: z.string(), reason: z.string() })),
});
const ToolRequests = z
  .object({ builder: z.array(ToolRequest), emulator: z.array(ToolRequest) })
  .catchall(z.array(ToolRequest));

const TOOLBOX = 'toolbox-';

export interface KeptLocks {
  /** What replaced a committed lock on this machine. */
  readonly kept: FileStore;
  /** It does not count: nobody reviewed it. */
  readonly locked?: boolean;
}

/** What the tool sets are made of (`data/tools.json`), their committed locks (`locks/`), and what was kept instead. */
export async function readToolSources(folder: string, locks: KeptLocks): Promise<ToolSources> {
  const text = await readFile(path.join(folder, 'data/tools.json'), 'utf8');
  const { builder, emulator, ...others } = ToolRequests.parse(JSON.parse(text));
  const toolboxes = new Map<string, ToolSource>();
  for (const [name, requests] of Object.entries(others).filter(([set]) => set.startsWith(TOOLBOX))) {
    toolboxes.set(name.slice(TOOLBOX.length), { requests, ...(await readLocks(folder, name, locks)) });
  }
  return {
    builder: { requests: builder, ...(await readLocks(folder, 'builder', locks)) },
    emulator: { requests: emulator, ...(await readLocks(folder, 'emulator', locks)) },
    toolboxes,
  };
}

/** All of them, for who treats them alike. */
export function allTools({ builder, emulator, toolboxes }: ToolSources): readonly ToolSource[] {
  return [builder, emulator, ...toolboxes.values()];
}

/** A lock that replaced the committed one is kept under that one's digest: a newer committed lock ends it. */
async function readLocks(
  folder: string,
  name: string,
  { kept, locked = false }: KeptLocks,
): Promise<Omit<ToolSource, 'requests'>> {
  const file = `locks/${name}.json`;
  const committed = parseToolLock(await readFile(path.join(folder, file), 'utf8'), file);
  const key = `${name} instead of ${toolDigest(committed)}`;
  const text = locked ? undefined : await kept.read(key);
  return {
    committed,
    lock: text === undefined ? committed : parseToolLock(text, key),
    keep: (lock) => kept.write(key, toolLockText(lock)),
  };
}
