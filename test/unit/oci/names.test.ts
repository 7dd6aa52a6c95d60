import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Platform } from '../../../src/model/index.ts';
import {
  architectureOf,
  assertDigest,
  hexOf,
  isLoopback,
  isSha256,
  parseReference,
  parseRepository,
  parseSha256,
  parseTag,
  platformOf,
  referenceText,
  sha256Of,
  toOciPlatform,
} from '../../../src/oci/index.ts';

const hex = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const digest = parseSha256(`sha256:${hex}`);

describe('digests', () => {
  test('of bytes', () => {
    expect(sha256Of('')).toBe(digest);
    expect(hexOf(digest)).toBe(hex);
  });

  test.each([
    hex,
    `sha256:${hex.toUpperCase()}`,
    `sha256:${hex.slice(1)}`,
    `sha512:${hex}`,
    '',
    `sha256:${hex}\n`,
  ])('%j is none', (text) => {
    expect(isSha256(text)).toBe(false);
    expect(() => parseSha256(text)).toThrow(expect.objectContaining({ code: 'REGISTRY_INVALID' }));
  });

  test('one flipped bit is found', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (bytes, at) => {
        const expected = sha256Of(bytes);
        const changed = Uint8Array.from(bytes);
        const place = at % bytes.length;
        changed[place] = (changed[place] ?? 0) ^ 1;
        expect(() => {
          assertDigest(bytes, expected, 'it');
        }).not.toThrow();
        expect(() => {
          assertDigest(changed, expected, 'it');
        }).toThrow(expect.objectContaining({ code: 'DIGEST_MISMATCH' }));
      }),
    );
  });
});

describe('tags', () => {
  test.each(['3.13', '24.21.0.202611210312', `build-${hex}`, '_x', 'a'.repeat(128)])('%s', (text) => {
    expect(parseTag(text)).toBe(text);
  });

  test.each(['', '.x', '-x', 'a/b', '1.0+dfsg', '1.0~rc1', 'a b', 'a'.repeat(129)])('%j is none', (text) => {
    expect(() => parseTag(text)).toThrow(expect.objectContaining({ code: 'REGISTRY_INVALID' }));
  });
});

describe('repositories and references', () => {
  test.each([
    { text: '127.0.0.1:5000/golden/python', registry: '127.0.0.1:5000', name: 'golden/python' },
    { text: 'localhost/python', registry: 'localhost', name: 'python' },
    { text: 'registry.example.com/a/b__c/d-e', registry: 'registry.example.com', name: 'a/b__c/d-e' },
    { text: '[::1]:5000/python', registry: '[::1]:5000', name: 'python' },
  ])('$text', ({ text, registry, name }) => {
    expect(parseRepository(text)).toEqual({ registry, name });
  });

  test.each([
    'python',
    'golden/python',
    'a.example.com/',
    'a.example.com/Upper',
    'a.example.com/a//b',
    'a.example.com/../b',
    'user@a.example.com/b',
  ])('%s is no repository', (text) => {
    expect(() => parseRepository(text)).toThrow(expect.objectContaining({ code: 'REGISTRY_INVALID' }));
  });

  test.each([
    {
      text: 'a.example.com:5000/b:3.13',
      expected: { kind: 'tag', repository: 'a.example.com:5000/b', tag: '3.13' },
    },
    {
      text: `a.example.com/b@${digest}`,
      expected: { kind: 'digest', repository: 'a.example.com/b', digest },
    },
    {
      text: `a.example.com/b:3.13@${digest}`,
      expected: { kind: 'digest', repository: 'a.example.com/b', digest },
    },
  ])('$text', ({ text, expected }) => {
    expect(parseReference(text)).toEqual(expected);
  });

  test.each(['a.example.com/b', 'a.example.com/b:', 'a.example.com/b@sha256:1', 'b:3.13'])(
    '%s is no reference',
    (text) => {
      expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'REGISTRY_INVALID' }));
    },
  );

  test('text and back', () => {
    const ref = { repository: '127.0.0.1:5000/golden/python', digest };
    expect(parseReference(referenceText(ref))).toEqual({ kind: 'digest', ...ref });
  });
});

test.each([
  { host: '127.0.0.1:5000', expected: true },
  { host: 'localhost', expected: true },
  { host: '[::1]:5000', expected: true },
  { host: '127.0.0.1.example.com', expected: false },
  { host: 'localhost.example.com:5000', expected: false },
  { host: '10.0.0.1:5000', expected: false },
])('$host is this machine: $expected', ({ host, expected }) => {
  expect(isLoopback(host)).toBe(expected);
});

describe('platforms', () => {
  test.each<Platform>(['linux/amd64', 'linux/arm64'])('%s there and back', (platform) => {
    const descriptor = { mediaType: '', digest, size: 1, platform: toOciPlatform(platform) };
    expect(platformOf(descriptor)).toBe(platform);
    expect(architectureOf(platform)).toBe(platform.slice('linux/'.length));
  });

  test.each([undefined, { os: 'linux', architecture: 's390x' }, { os: 'unknown', architecture: 'unknown' }])(
    '%o is none of ours',
    (platform) => {
      const descriptor = { mediaType: '', digest, size: 1, ...(platform !== undefined && { platform }) };
      expect(platformOf(descriptor)).toBeUndefined();
    },
  );
});
