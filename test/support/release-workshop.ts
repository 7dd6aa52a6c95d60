import type { GatedImage, SignedImage, Tag } from '../../src/model/index.ts';
import type { RegistryClient } from '../../src/oci/index.ts';
import type { Release, TrackName, WriteDeps } from '../../src/stages/promote/index.ts';
import { publish } from '../../src/stages/publish/index.ts';
import { imageStatements, sign } from '../../src/stages/sign/index.ts';
import type { BundleSettings } from '../../src/stages/sign/index.ts';
import { evidence } from './evidence.ts';
import { fakeCosign } from './fake-cosign.ts';
import { gatedImage } from './gated-image.ts';
import { clientFor, serveRegistry } from './registry.ts';
import type { TestRegistry, TestRegistryOptions } from './registry.ts';
import { testKeys, testPool } from './signing.ts';
import type { TestKeys } from './signing.ts';

export const TRACK = '3.13' as Tag;
export const RELEASE: Release = {
  track: TRACK,
  version: '3.13.5',
  epoch: 1_790_000_000,
  reason: 'security update of openssl',
  promotedAt: '2026-11-21T03:12:59.000Z',
};

/** A registry in memory, and images signed and published to it in two namespaces. */
export interface ReleaseWorkshop {
  readonly served: TestRegistry;
  readonly registry: RegistryClient;
  readonly keys: TestKeys;
  readonly deps: WriteDeps;
  readonly repository: string;
  readonly copy: string;
  readonly name: TrackName;
  /** Other content is another image, with another build id. */
  signedImage(content: string): Promise<SignedImage>;
  /** Publishes, signs and attests it. */
  signed(image: GatedImage): Promise<SignedImage>;
}

export interface WorkshopOptions extends TestRegistryOptions {
  /** How the target wants attestations. */
  readonly bundles?: BundleSettings;
}

export async function releaseWorkshop({
  bundles,
  ...options
}: WorkshopOptions = {}): Promise<ReleaseWorkshop> {
  const served = await serveRegistry(undefined, options);
  const registry = clientFor();
  const keys = testKeys();
  const deps = { registry, ...keys };
  const repository = `${served.address}/golden/python`;
  const copy = `${served.address}/team-a/python`;

  async function signed(image: GatedImage): Promise<SignedImage> {
    const pool = testPool();
    const published = await publish(image, { repository, copies: [copy] }, { registry, pool });
    const platforms = image.tested.built.platforms.map(({ manifest }) => manifest);
    return sign(
      { published, platforms, statements: imageStatements(image, evidence()) },
      {
        ...deps,
        pool,
        processes: fakeCosign(registry),
        cosign: 'cosign',
        publicKeyFile: 'cosign.pub',
        signal: new AbortController().signal,
        ...(bundles && { bundles }),
      },
    );
  }
  return {
    served,
    registry,
    keys,
    deps,
    repository,
    copy,
    name: { repository, track: TRACK },
    signed,
    signedImage: async (content) => signed(await gatedImage({ content, buildId: `id-${content}` })),
  };
}

/** Tags that are not cosign's, and what they point at. */
export function tagsOf(served: TestRegistry, name = 'golden/python'): Record<string, string> {
  const tags = [...served.repository(name).tags].filter(([tag]) => !tag.startsWith('sha256-'));
  return Object.fromEntries(tags);
}
