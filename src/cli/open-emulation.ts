import path from 'node:path';
import {
  assertCanRegister,
  findEmulation,
  isOfEmulator,
  mountFormats,
  registerEmulator,
  type Emulation,
} from '../host/emulation.ts';
import { foreignPlatform, platformOfHost } from '../host/host-platform.ts';
import { homeFolder, ingotPaths } from '../host/paths.ts';
import { createProcessRunner } from '../host/process.ts';
import type { Platform } from '../model/index.ts';
import { architectureOf } from '../oci/index.ts';
import type { LocalRequest } from './factory.ts';
import { openResolve, openToolArchive } from './open-host.ts';
import { OWN_FOLDER } from './own-folder.ts';
import { prepareTools } from './prepare-tools.ts';
import { readToolSources } from './tool-sources.ts';

/** The emulation that is there: ours or another program's. */
export async function presentEmulation(): Promise<Emulation | undefined> {
  const found = await findEmulation(foreignPlatform());
  if (found === undefined) {
    assertCanRegister();
  }
  return found;
}

/** Fetches the emulator as its lock says, and registers it with the kernel. */
export async function addEmulation(request: LocalRequest): Promise<Emulation> {
  const platform = foreignPlatform();
  await mountFormats(createProcessRunner());
  // what another program registered may only now be seen
  return (
    (await findEmulation(platform)) ?? registerEmulator(platform, await unpackEmulator(request, platform))
  );
}

async function unpackEmulator(request: LocalRequest, platform: Platform): Promise<string> {
  await using closing = new AsyncDisposableStack();
  const paths = ingotPaths(request.environment, homeFolder(request.environment));
  const resolve = await openResolve(request, {}, closing);
  const sources = await readToolSources(OWN_FOLDER, resolve.state);
  const { folder } = await prepareTools(sources.emulator, path.join(paths.cache, 'emulator'), {
    ...request,
    resolve,
    archive: () => openToolArchive(sources, resolve),
    architecture: architectureOf(platformOfHost()),
    isNeeded: (file) => isOfEmulator(platform, file),
  });
  return folder;
}
