import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Descriptor } from '../../../src/model/index.ts';
import { MEDIA_TYPE, buildIndex, parseIndex, parseManifest, sha256Of } from '../../../src/oci/index.ts';

function manifestFor(architecture: string): Descriptor {
  return {
    mediaType: MEDIA_TYPE.manifest,
    digest: sha256Of(architecture),
    size: 100,
    platform: { os: 'linux', architecture },
  };
}

const amd64 = manifestFor('amd64');
const arm64 = manifestFor('arm64');

describe('an index', () => {
  test('reads back as what it was made of, and is named by its own bytes', () => {
    const { bytes, descriptor } = buildIndex([arm64, amd64], { 'org.opencontainers.image.title': 'python' });
    expect(descriptor).toEqual({ mediaType: MEDIA_TYPE.index, digest: sha256Of(bytes), size: bytes.length });
    expect(parseIndex(bytes, 'index')).toEqual({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.index,
      manifests: [amd64, arm64],
      annotations: { 'org.opencontainers.image.title': 'python' },
    });
  });

  test('a golden digest: the same on every machine', () => {
    expect(buildIndex([amd64], {}).descriptor.digest).toMatchInlineSnapshot(
      `"sha256:7950553b3481b74484b6c39d03ecc4a4537da2f5950a62f2d38fba534ecab71c"`,
    );
  });

  test('does not depend on the order of anything', () => {
    const annotations = fc.dictionary(fc.string(), fc.string());
    fc.assert(
      fc.property(annotations, (written) => {
        const reversed = Object.fromEntries(Object.entries(written).toReversed());
        expect(buildIndex([amd64, arm64], written)).toEqual(buildIndex([arm64, amd64], reversed));
      }),
    );
  });
});

test.each([
  { summary: 'not JSON', text: '{' },
  {
    summary: "Docker's own manifest list",
    text: '{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json","manifests":[]}',
  },
  {
    summary: 'a digest that is none',
    text: `{"schemaVersion":2,"mediaType":"${MEDIA_TYPE.index}","manifests":[{"mediaType":"","digest":"sha256:x","size":1}]}`,
  },
  {
    summary: 'a negative size',
    text: `{"schemaVersion":2,"mediaType":"${MEDIA_TYPE.index}","manifests":[{"mediaType":"","digest":"${amd64.digest}","size":-1}]}`,
  },
])('$summary is not accepted', ({ text }) => {
  const invalid = expect.objectContaining({ code: 'REGISTRY_INVALID' });
  expect(() => parseIndex(Buffer.from(text), 'index')).toThrow(invalid);
  expect(() => parseManifest(Buffer.from(text), 'manifest')).toThrow(invalid);
});
