import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideGate } from '../../../../src/stages/gate/index.ts';
import { parseLicenceExpression } from '../../../../src/stages/gate/licence-expression.ts';
import { deniedIn } from '../../../../src/stages/gate/licences.ts';
import { CONDITIONS, goodFacts } from '../../../support/gate-facts.ts';

test.each<[string, readonly string[], readonly string[]]>([
  ['MIT', ['AGPL-*'], []],
  ['AGPL-3.0-or-later', ['AGPL-*'], ['AGPL-3.0-or-later']],
  ['agpl-3.0-only', ['AGPL-*'], ['agpl-3.0-only']],
  ['AGPL-3.0-or-later OR MIT', ['AGPL-*'], []],
  ['AGPL-3.0-or-later OR SSPL-1.0', ['AGPL-*', 'SSPL-1.0'], ['AGPL-3.0-or-later', 'SSPL-1.0']],
  ['AGPL-3.0-or-later AND MIT', ['AGPL-*'], ['AGPL-3.0-or-later']],
  ['MIT AND (AGPL-3.0-or-later OR BSD-3-Clause)', ['AGPL-*'], []],
  ['MIT OR BSD-3-Clause AND AGPL-3.0-or-later', ['AGPL-*'], []],
  ['(MIT OR BSD-3-Clause) AND AGPL-3.0-or-later', ['AGPL-*'], ['AGPL-3.0-or-later']],
  ['GPL-3.0-or-later WITH GCC-exception-3.1', ['GPL-3.0-or-later'], []],
  ['GPL-3.0-or-later WITH GCC-exception-3.1', ['GPL-3.0-*'], ['GPL-3.0-or-later WITH GCC-exception-3.1']],
  ['LicenseRef-Unicode AND MIT', ['LicenseRef-*'], ['LicenseRef-Unicode']],
  ['NOASSERTION', ['NOASSERTION'], ['NOASSERTION']],
  // no expressions: nobody knows what they leave to choose
  ['AGPL-3.0-or-later OR', ['AGPL-*'], ['AGPL-3.0-or-later']],
  ['MIT OR (AGPL-3.0-only', ['AGPL-*'], ['AGPL-3.0-only']],
  ['', ['*'], []],
])('%j with %j denied', (expression, patterns, denied) => {
  expect(deniedIn(expression, patterns)).toEqual(denied);
});

describe('the rule', () => {
  const licences = [
    { package: 'libc6', expression: 'LGPL-2.1-or-later' },
    { package: 'mongodb', expression: 'SSPL-1.0' },
  ];
  const strict = { ...CONDITIONS, policy: { ...CONDITIONS.policy, deniedLicences: ['SSPL-*'] } };

  test('names the package', () => {
    expect(decideGate(goodFacts({ licences }), strict)).toEqual({
      kind: 'block',
      reasons: [{ rule: 'denied-licence', message: 'mongodb: SSPL-1.0 is denied, got "SSPL-1.0"' }],
    });
  });

  test('denies nothing by default', () => {
    expect(decideGate(goodFacts({ licences }), CONDITIONS)).toEqual({ kind: 'pass' });
  });

  test('is not content with an SBOM that says nothing', () => {
    expect(decideGate(goodFacts(), strict)).toMatchObject({ reasons: [{ rule: 'licences-unknown' }] });
  });
});

const expressions = fc.letrec<{ one: string; all: string }>((tie) => ({
  one: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('MIT', 'AGPL-3.0-only', 'LicenseRef-x', 'GPL-2.0-only WITH Classpath-exception-2.0'),
    tie('all').map((inner) => `(${inner})`),
  ),
  all: fc
    .array(fc.tuple(tie('one'), fc.constantFrom('AND', 'OR')), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.map(([part, operator], at) => (at === 0 ? part : `${operator} ${part}`)).join(' ')),
})).all;

test('every expression can be read, and denying more never allows more', () => {
  fc.assert(
    fc.property(expressions, (expression) => {
      expect(parseLicenceExpression(expression)).toBeDefined();
      const some = deniedIn(expression, ['AGPL-*']);
      const all = deniedIn(expression, ['*']);
      expect(all.length).toBeGreaterThan(0);
      expect(some.every((name) => all.includes(name))).toBe(true);
    }),
  );
});
