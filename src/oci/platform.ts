import { PLATFORMS } from '../model/index.ts';
import type { DebianArchitecture, Descriptor, Platform, Sha256 } from '../model/index.ts';

/** A platform in the words of Debian and of ELF. */
interface Machine {
  readonly architecture: DebianArchitecture;
  /** Of folders of libraries, https://wiki.debian.org/Multiarch/Tuples */
  readonly triplet: string;
  /** elf(5), `e_machine`. */
  readonly elfMachine: number;
}

const MACHINES: Readonly<Record<Platform, Machine>> = {
  'linux/amd64': { architecture: 'amd64', triplet: 'x86_64-linux-gnu', elfMachine: 62 },
  'linux/arm64': { architecture: 'arm64', triplet: 'aarch64-linux-gnu', elfMachine: 183 },
};

/** The platform a descriptor names, if it is one of ours. arm64's variant v8 is the plain one. */
export function platformOf(descriptor: Descriptor): Platform | undefined {
  const { platform } = descriptor;
  if (platform === undefined) {
    return undefined;
  }
  const text = `${platform.os}/${platform.architecture}`;
  return PLATFORMS.find((candidate) => candidate === text);
}

/** What an index has for one platform. */
export interface PlatformManifest {
  readonly platform: Platform;
  readonly digest: Sha256;
}

/** What an index lists, as far as it is for a platform of ours. */
export function platformManifests(manifests: readonly Descriptor[]): readonly PlatformManifest[] {
  return manifests.flatMap((manifest) => {
    const platform = platformOf(manifest);
    return platform === undefined ? [] : [{ platform, digest: manifest.digest }];
  });
}

/** How an index names a platform, OCI image spec 1.1 "Image index". */
export function toOciPlatform(platform: Platform): { readonly os: string; readonly architecture: string } {
  return { os: 'linux', architecture: architectureOf(platform) };
}

/** Debian's and OCI's names are the same for the platforms we build. */
export function architectureOf(platform: Platform): DebianArchitecture {
  return MACHINES[platform].architecture;
}

/** Debian's name of the folders that have the platform's libraries. */
export function tripletOf(platform: Platform): string {
  return MACHINES[platform].triplet;
}

/** What an ELF file for the platform says it is for. */
export function elfMachineOf(platform: Platform): number {
  return MACHINES[platform].elfMachine;
}
