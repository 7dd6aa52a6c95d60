import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { ToolLock } from '../model/index.ts';
import type { ToolSource } from '../pipeline/index.ts';
import { parseToolLock } from '../stages/resolve/index.ts';

/** The two tool sets by name. */
export type ToolSources = Readonly<Record<ToolLock['name'], ToolSource>>;

const ToolRequest = z.strictObject({
  suite: z.string(),
  closure: z.boolean(),
  packages: z.array(z.string()),
  exclude: z.array(z.strictObject({ package: z.string(), reason: z.string() })),
});
const ToolRequests = z.strictObject({ toolbox: z.array(ToolRequest), builder: z.array(ToolRequest) });

/** What toolbox and builder are made of (`data/tools.json`), and their committed locks (`locks/`). */
export async function readToolSources(folder: string): Promise<ToolSources> {
  const requests = ToolRequests.parse(
    JSON.parse(await readFile(path.join(folder, 'data/tools.json'), 'utf8')),
  );
  return {
    toolbox: { requests: requests.toolbox, lock: await readLock(folder, 'toolbox') },
    builder: { requests: requests.builder, lock: await readLock(folder, 'builder') },
  };
}

async function readLock(folder: string, name: ToolLock['name']): Promise<ToolLock> {
  const file = `locks/${name}.json`;
  return parseToolLock(await readFile(path.join(folder, file), 'utf8'), file);
}
