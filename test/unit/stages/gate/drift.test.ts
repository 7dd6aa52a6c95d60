import { describe, expect, test } from 'vitest';
import type { AcceptDecision, PlatformContent, Policy } from '../../../../src/model/index.ts';
import { decisionsOnDrift, driftNotices, type Compared } from '../../../../src/stages/gate/index.ts';
import {
  comparedWith,
  CONDITIONS,
  contentOf,
  digestOf,
  goodFacts,
  ORIGIN,
} from '../../../support/gate-facts.ts';
import { accept, driftFacts as factsOf, driftReasons as reasonsOf } from '../../../support/drift.ts';

const BY_ITSELF = ', and no change of catalog or stack explains it';

interface Case {
  readonly summary: string;
  readonly before: PlatformContent;
  readonly now: PlatformContent;
  readonly origin?: Parameters<typeof comparedWith>[1];
  readonly policy?: Partial<Policy>;
  readonly expected: readonly string[];
}

const SAME = contentOf(['libc6', 'libssl3t64']);

const CASES: readonly Case[] = [
  { summary: 'nothing', before: SAME, now: SAME, expected: [] },
  {
    summary: 'a package that appeared',
    before: SAME,
    now: contentOf(['libc6', 'libssl3t64', 'libzstd1']),
    expected: [`drift-package-added: linux/amd64: package appeared: libzstd1${BY_ITSELF}`],
  },
  {
    summary: 'a package that was renamed',
    before: SAME,
    now: contentOf(['libc6', 'libssl4']),
    expected: [
      `drift-package-added: linux/amd64: package appeared: libssl4${BY_ITSELF}`,
      `drift-package-removed: linux/amd64: package disappeared: libssl3t64${BY_ITSELF}`,
    ],
  },
  {
    summary: 'programs, a setuid file and a port that appeared',
    before: contentOf([], { surface: { executables: ['/usr/bin/python3.13'], openPorts: ['8080/tcp'] } }),
    now: contentOf([], {
      surface: {
        executables: ['/usr/bin/nc', '/usr/bin/python3.13', '/usr/bin/wget'],
        setuidFiles: ['/usr/bin/nc'],
        openPorts: ['22/tcp', '8080/tcp'],
      },
    }),
    expected: [
      `drift-setuid-file: linux/amd64: setuid file appeared: /usr/bin/nc${BY_ITSELF}`,
      `drift-executable: linux/amd64: program appeared: /usr/bin/nc, /usr/bin/wget${BY_ITSELF}`,
      `drift-open-port: linux/amd64: open port appeared: 22/tcp${BY_ITSELF}`,
    ],
  },
  {
    summary: 'programs and ports that disappeared',
    before: contentOf([], { surface: { executables: ['/usr/bin/nc'], openPorts: ['22/tcp'] } }),
    now: contentOf([]),
    expected: [],
  },
  {
    summary: 'what policy does not ask about',
    before: SAME,
    now: contentOf(['libc6']),
    policy: { blockDrift: false },
    expected: [],
  },
  {
    summary: 'growth within the percentage',
    before: contentOf([], { compressed: 50_000_000 }),
    now: contentOf([], { compressed: 62_500_000 }),
    expected: [],
  },
  {
    summary: 'growth beyond it',
    before: contentOf([], { compressed: 50_000_000 }),
    now: contentOf([], { compressed: 62_600_000 }),
    expected: [
      `size-growth: linux/amd64: download grew: 50.0 MB before, 62.6 MB now, expected at most 25 % more${BY_ITSELF}`,
    ],
  },
  {
    summary: 'growth of something small',
    before: contentOf([], { compressed: 1_000_000 }),
    now: contentOf([], { compressed: 6_000_000 }),
    expected: [],
  },
  {
    summary: 'growth is no drift that policy can leave out',
    before: contentOf([], { compressed: 1_000_000 }),
    now: contentOf([], { compressed: 6_000_001 }),
    policy: { blockDrift: false, maxGrowthPercent: 0 },
    expected: [
      `size-growth: linux/amd64: download grew: 1.0 MB before, 6.0 MB now, expected at most 0 % more${BY_ITSELF}`,
    ],
  },
];

describe('drift without a change of catalog or stack', () => {
  test.each(CASES)('$summary', ({ before, now, policy, expected }) => {
    const conditions = { ...CONDITIONS, policy: { ...CONDITIONS.policy, ...policy } };
    expect(reasonsOf(factsOf(before, now), conditions)).toEqual(expected);
  });

  test('on two platforms is one thing', () => {
    const arm: Pick<PlatformContent, 'platform'> = { platform: 'linux/arm64' };
    const facts = goodFacts({ compared: comparedWith([SAME, { ...SAME, ...arm }]) });
    const now = contentOf(['libc6', 'libssl3t64', 'libzstd1']);
    const checks = [SAME, { ...SAME, ...arm }].map(({ platform }) => ({
      kind: 'passed' as const,
      check: 'x',
      platform,
    }));
    expect(reasonsOf({ ...facts, report: { checks, contents: [now, { ...now, ...arm }] } })).toEqual([
      `drift-package-added: linux/amd64, linux/arm64: package appeared: libzstd1${BY_ITSELF}`,
    ]);
  });
});

describe('a change that people made', () => {
  const more = contentOf(['libc6', 'libssl3t64', 'libzstd1'], { surface: { openPorts: ['80/tcp'] } });
  const { inputs } = ORIGIN;

  test.each<[string, Parameters<typeof comparedWith>[1], readonly string[]]>([
    ['catalog entry', { lock: { entry: digestOf('another'), version: '3.13.6' } }, []],
    [
      'stack files',
      { inputs: { ...inputs, dockerfile: digestOf('x'), files: { 'base /etc/x': digestOf('x') } } },
      [],
    ],
    [
      'tests',
      { inputs: { ...inputs, tests: { 'stacks/x/example/server.py': digestOf('x') } } },
      ['drift-package-added'],
    ],
    [
      'compression',
      { inputs: { ...inputs, compression: 'zstd' } },
      ['drift-package-added', 'drift-open-port'],
    ],
  ])('%s', (part, origin, rules) => {
    const facts = factsOf(SAME, more, origin);
    expect(reasonsOf(facts).map((reason) => reason.split(':')[0])).toEqual(rules);
    const notices = driftNotices(facts, CONDITIONS);
    expect(notices.length).toBe(2 - rules.length);
    expect(notices.every((notice) => notice.includes(`which changed: ${part}`))).toBe(true);
  });

  test('another Dockerfile explains it, another version in it does not', () => {
    const compared = comparedWith([SAME]);
    const changed: Compared = { ...compared, dockerfileOf: (version) => digestOf(`another of ${version}`) };
    const report = { checks: goodFacts().report?.checks ?? [], contents: [more] };
    expect(reasonsOf({ ...goodFacts({ compared: changed }), report })).toEqual([]);
    expect(reasonsOf({ ...goodFacts({ compared }), report })).toHaveLength(2);
  });
});

describe('a decision', () => {
  const facts = factsOf(SAME, contentOf(['libc6', 'libssl4']));
  const removed = accept({ change: 'package-removed', subject: 'libssl3t64', file: 'decisions/gone.json' });

  test('accepts what it names', () => {
    const decisions = [accept({ subject: 'libssl4' }), removed, accept({ change: 'executable' })];
    const conditions = { ...CONDITIONS, decisions };
    expect(reasonsOf(facts, conditions)).toEqual([]);
    expect(decisionsOnDrift(facts, conditions)).toEqual({
      asked: ['accept'],
      uses: [
        { file: 'decisions/ssl.json', what: 'linux/amd64: package appeared: libssl4' },
        { file: 'decisions/gone.json', what: 'linux/amd64: package disappeared: libssl3t64' },
      ],
    });
    expect(driftNotices(facts, conditions)).toEqual([
      'linux/amd64: package appeared: libssl4, accepted by decisions/ssl.json',
      'linux/amd64: package disappeared: libssl3t64, accepted by decisions/gone.json',
    ]);
  });

  test.each<[string, Partial<AcceptDecision>]>([
    ['for another change', { change: 'package-removed' }],
    ['for another package', { subject: 'libssl3*' }],
    ['for another image', { target: 'node-*' }],
  ])('%s accepts nothing', (_, fields) => {
    const conditions = { ...CONDITIONS, decisions: [accept(fields), removed] };
    expect(reasonsOf(facts, conditions)).toEqual([
      `drift-package-added: linux/amd64: package appeared: libssl4${BY_ITSELF}`,
    ]);
  });

  test('that expired accepts nothing, and is named', () => {
    const conditions = { ...CONDITIONS, decisions: [accept({ expires: '2026-11-22' }), removed] };
    expect(reasonsOf(facts, conditions)).toEqual([
      `drift-package-added: linux/amd64: package appeared: libssl4${BY_ITSELF}; the decision decisions/ssl.json expired on 2026-11-22`,
    ]);
  });
});

test('a release that does not tell is not compared, and that is said', () => {
  const { surface: _surface, ...older } = SAME;
  const now = contentOf(['libc6', 'libssl3t64'], { surface: { executables: ['/usr/bin/nc'] } });
  const facts = factsOf(older, now);
  expect(reasonsOf(facts)).toEqual([]);
  expect(driftNotices(facts, CONDITIONS)).toEqual([
    'linux/amd64: setuid files, programs and open ports of 3.13.5.202611220200 are not known: drift of them was not looked for',
  ]);
});
