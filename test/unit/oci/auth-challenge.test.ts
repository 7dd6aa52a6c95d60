import { expect, test } from 'vitest';
import { parseChallenge } from '../../../src/oci/index.ts';

const realm = 'https://auth.example.com/token';

test.each([
  { header: 'Basic realm="x"', expected: { kind: 'basic' } },
  { header: 'basic', expected: { kind: 'basic' } },
  {
    header: `Bearer realm="${realm}",service="s",scope="repository:a:pull,push"`,
    expected: { kind: 'bearer', realm, service: 's' },
  },
  {
    header: `bearer service="a \\"b\\"", realm="${realm}"`,
    expected: { kind: 'bearer', realm, service: 'a "b"' },
  },
  { header: `Negotiate, Bearer realm="${realm}"`, expected: { kind: 'bearer', realm, service: undefined } },
  { header: 'Bearer service="s"', expected: undefined },
  { header: 'Negotiate', expected: undefined },
  { header: '', expected: undefined },
])('$header', ({ header, expected }) => {
  expect(parseChallenge(header)).toEqual(expected);
});
