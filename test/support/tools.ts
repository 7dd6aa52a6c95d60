import { join } from 'node:path';
import { openHost } from '../../src/cli/open-host.ts';
import { REPOSITORY } from './repository.ts';

/** Downloads and unpacked tools, kept between test runs; `npm ci` removes them. */
export const TEST_CACHE = join(REPOSITORY, 'node_modules/.cache/ingot-test');

let folder: Promise<string> | undefined;

/** Path of a program of the embedded builder, such as `cosign`: the very one that a run uses. */
export async function toolPath(name: string): Promise<string> {
  return join(await toolsFolder(), 'usr/bin', name);
}

/** For what runs them: they find each other and their libraries below it. */
export function toolsFolder(): Promise<string> {
  folder ??= prepare();
  return folder;
}

async function prepare(): Promise<string> {
  await using closing = new AsyncDisposableStack();
  const environment = { ...process.env, XDG_CACHE_HOME: TEST_CACHE };
  const request = {
    environment,
    cwd: REPOSITORY,
    startedAt: new Date(),
    emit: () => undefined,
    signal: new AbortController().signal,
  };
  const { tools } = await openHost(request, {}, closing);
  return tools.folder;
}
