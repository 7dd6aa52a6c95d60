import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareImages } from '../../../src/inspect/index.ts';
import type { ImageChanges } from '../../../src/model/index.ts';
import type { LayerFile, TestImage } from '../../support/layout.ts';
import { lookedAt } from '../../support/looked-at.ts';

const NOT_SCANNED = { scanned: { before: false, after: false }, appeared: [], gone: [] };

async function sideOf(image: TestImage) {
  const name = { reference: 'x', platform: 'linux/amd64', manifest: 'sha256:1' };
  return { name, looked: await lookedAt(image), upstream: undefined };
}

async function compare(before: TestImage, after: TestImage): Promise<ImageChanges> {
  return compareImages(await sideOf(before), await sideOf(after), NOT_SCANNED);
}

function packaged(name: string, version: string): LayerFile {
  const content = `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\n`;
  return { path: `var/lib/dpkg/status.d/${name}`, content };
}

describe('whatever the images', () => {
  const name = fc.constantFrom('a', 'b', 'c/d');
  const file = fc.record({
    path: name,
    content: fc.constantFrom('', 'x', 'y'),
    mode: fc.constantFrom(0o644, 0o4755),
    uid: fc.nat(1),
  });
  const packages = fc.array(
    fc.record({ name: fc.constantFrom('p', 'q'), version: fc.constantFrom('1', '2') }),
    { maxLength: 2 },
  );
  const image = fc
    .record({
      layers: fc.array(fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 3 }), {
        minLength: 1,
        maxLength: 2,
      }),
      packages,
    })
    .map(({ layers, packages: installed }): TestImage => {
      const unique = [...new Map(installed.map((each) => [each.name, each])).values()];
      return { layers: [...layers, unique.map((each) => packaged(each.name, each.version))] };
    });

  test('nothing differs from itself', async () => {
    await fc.assert(
      fc.asyncProperty(image, async (one) => {
        const { packages: changed, files, config, layers } = await compare(one, one);
        expect([changed, files, config]).toEqual([[], [], []]);
        expect(layers.every((layer) => layer.in === 'both')).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test('the way back mirrors the way there', async () => {
    await fc.assert(
      fc.asyncProperty(image, image, async (one, two) => {
        const [there, back] = [await compare(one, two), await compare(two, one)];
        const mirrored = there.files.map(({ before, after, ...rest }) => ({
          ...rest,
          ...(after === undefined ? {} : { before: after }),
          ...(before === undefined ? {} : { after: before }),
        }));
        expect(back.files).toEqual(mirrored);
        expect(back.packages.map(({ name: n, before, after }) => [n, after, before])).toEqual(
          there.packages.map(({ name: n, before, after }) => [n, before, after]),
        );
        expect(back.sizes.unpacked).toEqual({
          before: there.sizes.unpacked.after,
          after: there.sizes.unpacked.before,
        });
      }),
      { numRuns: 20 },
    );
  });
});
