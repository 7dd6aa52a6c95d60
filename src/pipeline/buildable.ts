import { FactoryError, type CatalogEntry, type Platform } from '../model/index.ts';

/** A runtime image is unpacked, which any machine does for any other; in a dev image dpkg runs the image's own programs. */
export function assertBuildable(
  entry: Pick<CatalogEntry, 'id' | 'stacks'>,
  platforms: readonly Platform[],
  engine: { readonly platforms: readonly Platform[] },
): void {
  const missing = platforms.filter((platform) => !engine.platforms.includes(platform));
  if (missing.length > 0 && entry.stacks.some(({ isInstalled }) => isInstalled)) {
    throw new FactoryError(
      'HOST_UNSUPPORTED',
      `cannot build "${entry.id}" for ${missing.join(', ')}: expected a builder that runs it, got one for ${engine.platforms.join(', ')}`,
      {
        hint: 'what is published stays as it is; `ingot local start --emulation` lets this host run both platforms',
      },
    );
  }
}
