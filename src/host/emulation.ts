import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, FactoryError, type Platform } from '../model/index.ts';
import {
  debianFormat,
  emulatorName,
  emulatorOf,
  parseFormat,
  registrationLine,
} from './emulation-formats.ts';
import type { ProcessRunner } from './process.ts';

export { isOfEmulator } from './emulation-formats.ts';

/** The kernel's table of interpreters, the same for every process and container. */
const KERNEL_FORMATS = '/proc/sys/fs/binfmt_misc';

/** The file that takes new ones; it cannot be read. */
const REGISTER = 'register';

/** Written to an entry's file, it removes the entry. */
const REMOVE = '-1';

/** Programs of another platform run on this host. */
export interface Emulation {
  readonly platform: Platform;
  /** Entry of binfmt_misc. */
  readonly name: string;
  readonly interpreter: string;
}

/**
 * Whose emulator an entry is, `ingot-1a2b3c4d`: its name begins so. Nothing has to be written down about what to take
 * away again, and what another ingot of this host registered is not ours.
 */
export type EmulatorOwner = string;

export function isOwnedBy(owner: EmulatorOwner, name: string): boolean {
  return name.startsWith(`${owner}-`);
}

/** What the kernel knows; nothing where it has no binfmt_misc, or nobody mounted it, or it is switched off. */
export async function findEmulation(
  platform: Platform,
  folder = KERNEL_FORMATS,
): Promise<Emulation | undefined> {
  return emulationIn(await readFormats(folder), platform);
}

/** The same of any kernel, by the texts of its entries and `status`. */
export function emulationIn(texts: ReadonlyMap<string, string>, platform: Platform): Emulation | undefined {
  if (texts.get('status')?.trim() !== 'enabled') {
    return undefined;
  }
  const format = emulatorOf(
    platform,
    [...texts].flatMap(([name, text]) => parseFormat(name, text) ?? []),
  );
  return format && { platform, name: format.name, interpreter: format.interpreter };
}

/** Called before anybody is asked and anything fetched. */
export function assertCanRegister(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new FactoryError(
      'HOST_UNSUPPORTED',
      `cannot register an emulator: expected root on Linux, got ${process.platform} as user ${String(process.getuid?.())}`,
      { hint: 'run `ingot local start --emulation` as root (sudo): the kernel registers for root only' },
    );
  }
}

/** Mounts binfmt_misc where nobody has; the kernel loads its module for that. */
export async function mountFormats(runner: ProcessRunner): Promise<void> {
  const files: readonly string[] = await readdir(KERNEL_FORMATS).catch(() => []);
  if (files.includes(REGISTER)) {
    return;
  }
  try {
    await runner.run(['mount', '-t', 'binfmt_misc', 'binfmt_misc', KERNEL_FORMATS]);
  } catch (cause) {
    throw cannotRegister(cause, 'the kernel needs binfmt_misc; a container needs --privileged');
  }
}

/** Registers the emulator that was unpacked below `toolsDir`, for every process of this host until it is taken away. */
export async function registerEmulator(
  platform: Platform,
  owner: EmulatorOwner,
  toolsDir: string,
): Promise<Emulation> {
  const debianLine = await readFile(join(toolsDir, debianFormat(platform)), 'utf8');
  const name = `${owner}-${emulatorName(platform)}`;
  // one of ours that is switched off is in the way
  await unregisterEmulators(owner);
  try {
    await writeFile(join(KERNEL_FORMATS, REGISTER), registrationLine(debianLine, name, toolsDir));
  } catch (cause) {
    throw cannotRegister(cause, 'a container needs --privileged, with /proc/sys writable');
  }
  const registered = await findEmulation(platform);
  if (registered === undefined) {
    throw cannotRegister(
      new Error(`the kernel lists "${name}", but does not use it`),
      `write 1 to ${KERNEL_FORMATS}/status`,
    );
  }
  return registered;
}

/** Takes away what the owner registered, and nothing else; tells the names. */
export async function unregisterEmulators(
  owner: EmulatorOwner,
  folder = KERNEL_FORMATS,
): Promise<readonly string[]> {
  const files = await readdir(folder).catch(() => []);
  const names = files.filter((name) => isOwnedBy(owner, name)).sort();
  for (const name of names) {
    try {
      await writeFile(join(folder, name), REMOVE);
    } catch (cause) {
      throw new FactoryError(
        'HOST_UNSUPPORTED',
        `cannot unregister the emulator "${name}": ${errorCode(cause)}`,
        { hint: 'run `ingot local stop` as the user that started it, root', cause },
      );
    }
  }
  return names;
}

async function readFormats(folder: string): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    if (name !== REGISTER) {
      texts.set(name, await readFile(join(folder, name), 'utf8').catch(() => ''));
    }
  }
  return texts;
}

function cannotRegister(cause: unknown, hint: string): FactoryError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new FactoryError('HOST_UNSUPPORTED', `cannot register an emulator: ${reason}`, { hint, cause });
}
