import { expect, test } from 'vitest';
import type { CatalogEntry, LockedImage } from '../../../../src/model/index.ts';
import { toEnvironment } from '../../../../src/stages/render/environment.ts';
import { lockFor } from '../../../support/lock.ts';
import { ownCatalog } from '../../../support/repository.ts';

const { entries } = await ownCatalog();

/** The image as its lock names it, with one version of what its own version is taken from for each platform. */
function locked(id: string, versions: readonly string[]): LockedImage {
  const entry = entries.find((each) => each.id === id) as CatalogEntry;
  const lock = lockFor(entry);
  const platforms = lock.platforms.map((platform, index) => ({
    ...platform,
    layers: platform.layers.map((layer) => ({
      ...layer,
      packages: layer.packages.map((each) =>
        each.name === entry.version.name ? { ...each, version: versions[index] ?? '' } : each,
      ),
    })),
  }));
  return { entry, lock: { ...lock, version: '21.0.13', platforms } };
}

test.each([
  { summary: 'all numbers', versions: ['21.0.13.1+2-1', '21.0.13.1+2-1'], version: '21.0.13.1' },
  { summary: "not Debian's revision", versions: ['21~12-1', '21~12-1+b2'], version: '21' },
  { summary: 'nor its epoch', versions: ['2:21.0.13-1', '21.0.13-2'], version: '21.0.13' },
  {
    summary: "the image's own where platforms differ",
    versions: ['21.0.13.1+2-1', '21.0.13+9-1'],
    version: '21.0.13',
  },
])('{{version}} is $summary', ({ versions, version }) => {
  const environment = toEnvironment(locked('java-jre-21', versions));
  expect(environment['JAVA_VERSION']).toBe(version);
});

test('values without it stay as they are', () => {
  const image = locked('java-jre-21', ['21.0.13-1', '21.0.13-1']);
  const { JAVA_VERSION, ...others } = toEnvironment(image);
  expect({ ...others, JAVA_VERSION: '{{version}}' }).toEqual(image.entry.config.environment);
  expect(JAVA_VERSION).toBe('21.0.13');
});
