import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { FileStore } from '../host/file-store.ts';
import type { ToolLock } from '../model/index.ts';
import { toolDigest, type ToolSource } from '../pipeline/index.ts';
import { parseToolLock, toolLockText } from '../stages/resolve/index.ts';

/** The two tool sets by name. */
export type ToolSources = Readonly<Record<ToolLock['name'], ToolSource>>;

const ToolRequest = z.strictObject({
  suite: z.string(),
  closure: z.boolean(),
  packages: z.array(z.string()),
  exclude: z.array(z.strictObject({ package: z.string(), reason: z.string() })),
});
const ToolRequests = z.strictObject({ toolbox: z.array(ToolRequest), builder: z.array(ToolRequest) });

/**
 * What toolbox and builder are made of (`data/tools.json`), their committed locks (`locks/`), and what `kept` has in
 * place of those.
 */
export async function readToolSources(folder: string, kept: FileStore): Promise<ToolSources> {
  const requests = ToolRequests.parse(
    JSON.parse(await readFile(path.join(folder, 'data/tools.json'), 'utf8')),
  );
  return {
    toolbox: { requests: requests.toolbox, ...(await readLocks(folder, 'toolbox', kept)) },
    builder: { requests: requests.builder, ...(await readLocks(folder, 'builder', kept)) },
  };
}

/** A lock that replaced the committed one is kept under that one's digest: a newer committed lock ends it. */
async function readLocks(
  folder: string,
  name: ToolLock['name'],
  kept: FileStore,
): Promise<Omit<ToolSource, 'requests'>> {
  const file = `locks/${name}.json`;
  const committed = parseToolLock(await readFile(path.join(folder, file), 'utf8'), file);
  const key = `${name} instead of ${toolDigest(committed)}`;
  const text = await kept.read(key);
  return {
    committed,
    lock: text === undefined ? committed : parseToolLock(text, key),
    keep: (lock) => kept.write(key, toolLockText(lock)),
  };
}
