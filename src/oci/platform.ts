import { PLATFORMS } from '../model/index.ts';
import type { DebianArchitecture, Descriptor, Platform } from '../model/index.ts';

const ARCHITECTURES: Readonly<Record<Platform, DebianArchitecture>> = {
  'linux/amd64': 'amd64',
  'linux/arm64': 'arm64',
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

/** How an index names a platform, OCI image spec 1.1 "Image index". */
export function toOciPlatform(platform: Platform): { readonly os: string; readonly architecture: string } {
  return { os: 'linux', architecture: ARCHITECTURES[platform] };
}

/** Debian's and OCI's names are the same for the platforms we build. */
export function architectureOf(platform: Platform): DebianArchitecture {
  return ARCHITECTURES[platform];
}
