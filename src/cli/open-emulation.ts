import path from 'node:path';
import {
  assertCanRegister,
  type EmulatorOwner,
  findEmulation,
  isOfEmulator,
  isOwnedBy,
  mountFormats,
  registerEmulator,
  unregisterEmulators,
} from '../host/emulation.ts';
import { foreignPlatform, platformOfHost } from '../host/host-platform.ts';
import { homeFolder, ingotPaths, shortName } from '../host/paths.ts';
import { createProcessRunner } from '../host/process.ts';
import type { Platform } from '../model/index.ts';
import { architectureOf } from '../oci/index.ts';
import type { HostEmulation, LocalRequest } from './factory.ts';
import { openResolve, openToolArchive } from './open-resolve.ts';
import { OWN_FOLDER } from './own-folder.ts';
import { prepareTools } from './prepare-tools.ts';
import { readToolSources } from './tool-sources.ts';

/** The emulation that is there: ours or another program's. */
export async function presentEmulation(request: LocalRequest): Promise<HostEmulation | undefined> {
  const found = await findEmulation(foreignPlatform());
  if (found === undefined) {
    assertCanRegister();
    return undefined;
  }
  return { ...found, isOurs: isOwnedBy(ownerOf(request), found.name) };
}

/** Fetches the emulator as its lock says, and registers it with the kernel. */
export async function addEmulation(request: LocalRequest): Promise<HostEmulation> {
  const platform = foreignPlatform();
  await mountFormats(createProcessRunner());
  // what another program registered may only now be seen
  const present = await presentEmulation(request);
  if (present !== undefined) {
    return present;
  }
  const toolsDir = await unpackEmulator(request, platform);
  return { ...(await registerEmulator(platform, ownerOf(request), toolsDir)), isOurs: true };
}

/** Ours are those of this data folder: another ingot on this host stops its own. */
export function removeEmulation(request: LocalRequest): Promise<readonly string[]> {
  return unregisterEmulators(ownerOf(request));
}

function ownerOf({ environment }: LocalRequest): EmulatorOwner {
  return shortName(ingotPaths(environment, homeFolder(environment)).data);
}

async function unpackEmulator(request: LocalRequest, platform: Platform): Promise<string> {
  await using closing = new AsyncDisposableStack();
  const paths = ingotPaths(request.environment, homeFolder(request.environment));
  const resolve = await openResolve(request, {}, closing);
  const sources = await readToolSources(OWN_FOLDER, { kept: resolve.state });
  const { folder } = await prepareTools(sources.emulator, path.join(paths.cache, 'emulator'), {
    ...request,
    resolve,
    archive: openToolArchive(resolve),
    architecture: architectureOf(platformOfHost()),
    isNeeded: (file) => isOfEmulator(platform, file),
  });
  return folder;
}
