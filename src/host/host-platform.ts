import { FactoryError, PLATFORMS, type Platform } from '../model/index.ts';

/** What this host's processor runs by itself. */
export function platformOfHost(): Platform {
  const platforms: Partial<Record<NodeJS.Architecture, Platform>> = {
    x64: 'linux/amd64',
    arm64: 'linux/arm64',
  };
  const platform = platforms[process.arch];
  if (platform === undefined) {
    throw new FactoryError(
      'HOST_UNSUPPORTED',
      `cannot build here: expected an x64 or arm64 host, got ${process.arch}`,
    );
  }
  return platform;
}

/** The one of the two platforms that it cannot. */
export function foreignPlatform(): Platform {
  const host = platformOfHost();
  return PLATFORMS.find((platform) => platform !== host) ?? host;
}
