import { expect, test } from 'vitest';
import { policyForm } from '../../../src/ecr/index.ts';
import type { Json } from '../../../src/model/index.ts';
import { policyChangeLines } from '../../../src/report/ecr-policy-text.ts';

const PULL = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'ecr:BatchGetImage' };

function policy(...statements: readonly Json[]): Json {
  return { Version: '2012-10-17', Statement: statements };
}

test.each<{ summary: string; from: Json; to: Json; lines: readonly string[] }>([
  {
    summary: 'principals that come and go, and one that is only written otherwise',
    from: policy({
      ...PULL,
      Sid: 'Pull',
      Principal: { AWS: ['arn:aws:iam::111122223333:root', '222233334444', '333344445555'] },
    }),
    to: policy({ ...PULL, Sid: 'Pull', Principal: { AWS: ['444455556666', '111122223333'] } }),
    lines: [
      'policy ~ Pull',
      '    Principal.AWS - "222233334444"',
      '    Principal.AWS - "333344445555"',
      '    Principal.AWS + "444455556666"',
    ],
  },
  {
    summary: 'a condition that is gone',
    from: policy({ ...PULL, Sid: 'Pull', Condition: { Bool: { 'aws:SecureTransport': true } } }),
    to: policy({ ...PULL, Sid: 'Pull' }),
    lines: ['policy ~ Pull', '    Condition.Bool.aws:SecureTransport - "true"'],
  },
  {
    summary: 'another version, which is how variables are read',
    from: { Version: '2008-10-17', Id: 'x', Statement: PULL },
    to: policy(PULL),
    lines: ['policy Version: "2008-10-17" → "2012-10-17"', 'policy Id - "x"'],
  },
  {
    summary: 'a Sid that two statements share, and two that share another',
    from: policy({ ...PULL, Sid: 'Pull' }, { ...PULL, Sid: 'Pull', Action: 'ecr:*' }),
    to: policy({ ...PULL, Sid: 'Other', Action: 'ecr:*' }, { ...PULL, Sid: 'Other' }),
    lines: [
      ...['+ Other', '- Pull', '+ Other', '- Pull'].flatMap((title, index) => [
        `policy ${title}`,
        '    Effect: "Allow"',
        '    Principal.AWS: "111122223333"',
        `    Action: "ecr:${index < 2 ? '*' : 'BatchGetImage'}"`,
      ]),
    ],
  },
  {
    summary: 'the same statement twice',
    from: policy(PULL, PULL),
    to: policy(PULL),
    lines: ['policy: written otherwise, says the same'],
  },
  {
    summary: 'text that would move the cursor',
    from: policy(),
    to: policy({ ...PULL, Sid: 'Pull\u001b[2K' }),
    lines: [
      'policy + Pull?[2K',
      '    Effect: "Allow"',
      '    Principal.AWS: "111122223333"',
      '    Action: "ecr:BatchGetImage"',
    ],
  },
])('$summary', ({ from, to, lines }) => {
  const got = policyChangeLines(policyForm(from), policyForm(to));
  expect(got).toEqual(lines.map((line) => `    ${line}`));
});
