import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Lock, MergedFinding, NotAffected, Sha256, WaiveDecision } from '../../../../src/model/index.ts';
import { vexDocument, type VexFacts } from '../../../../src/stages/sbom/index.ts';
import { packageFor } from '../../../support/lock.ts';
import { OpenVexDocument } from '../../../support/openvex-schema.ts';
import { GO, NODE } from '../../../support/sbom-image.ts';
import { ROOT } from '../../../support/source-tree.ts';

const INDEX = `sha256:${'1'.repeat(64)}` as Sha256;
const AMD64 = `sha256:${'2'.repeat(64)}` as Sha256;
const ARM64 = `sha256:${'3'.repeat(64)}` as Sha256;

function packagesOf(platform: 'linux/amd64' | 'linux/arm64') {
  const source = { name: 'openssl', version: '3.5.4-1' };
  return [
    { ...packageFor('libssl3t64', platform, 'base'), version: '3.5.4-1', source },
    { ...packageFor('openssl', platform, 'base'), version: '3.5.4-1', source },
    {
      ...packageFor('zlib1g', platform, 'base'),
      version: '1:1.3.1-1',
      source: { name: 'zlib', version: '1:1.3.1-1' },
    },
  ];
}

const LOCK = {
  platforms: (['linux/amd64', 'linux/arm64'] as const).map((platform) => ({
    platform,
    layers: [{ stack: 'base', packages: packagesOf(platform), artifacts: [], excluded: [], epoch: 0 }],
  })),
} satisfies Pick<Lock, 'platforms'>;

const WAIVER: WaiveDecision = {
  kind: 'waive',
  file: 'decisions/tls.json',
  target: 'python-*',
  owner: 'platform@example.com',
  reason: 'no server of ours parses PKCS#12',
  expires: '2027-01-31',
  vulnerability: 'CVE-2026-1',
  package: 'openssl',
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
};

const FINDING: MergedFinding = {
  id: 'CVE-2026-1',
  aliases: ['GHSA-aaaa-bbbb-cccc'],
  package: 'libssl3t64',
  source: 'openssl',
  installed: '3.5.4-1',
  severity: 'high',
  platforms: ['linux/amd64', 'linux/arm64'],
  scanners: ['debian-tracker'],
};

const CLAIM: NotAffected = {
  id: 'CVE-2026-3',
  aliases: [],
  package: 'zlib1g',
  source: 'zlib',
  installed: '1:1.3.1-1',
  platforms: ['linux/amd64'],
  justification: 'vulnerable_code_not_present',
  statement: 'Debian: vulnerable code was introduced later',
};

function facts(fields: Partial<VexFacts> = {}): VexFacts {
  return {
    image: {
      repository: 'python',
      index: INDEX,
      platforms: [
        { platform: 'linux/amd64', digest: AMD64 },
        { platform: 'linux/arm64', digest: ARM64 },
      ],
    },
    codename: 'trixie',
    lock: LOCK,
    waived: [{ finding: FINDING, waiver: WAIVER }],
    open: [],
    notAffected: [],
    issuedAt: '2026-11-23T12:00:00.000Z',
    ...fields,
  };
}

/** Statements without their products, after the whole document was found to be one. */
function answers(some: VexFacts): readonly object[] {
  const { statements } = OpenVexDocument.parse(vexDocument(some));
  return statements.map(({ products: _, ...answer }) => answer);
}

function waived(fields: Partial<WaiveDecision>): VexFacts {
  const { justification, ...waiver } = { ...WAIVER, ...fields };
  const why = justification === undefined || fields.status ? {} : { justification };
  return facts({ waived: [{ finding: FINDING, waiver: { ...waiver, ...why } }] });
}

test('the document of an image with a waiver and what Debian says', async () => {
  const document = vexDocument(facts({ notAffected: [CLAIM] }));
  OpenVexDocument.parse(document);
  const file = path.join(ROOT, 'test/golden/sbom/openvex.json');
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(file);
});

test.each<[string, VexFacts, object]>([
  [
    'not affected, in words',
    waived({ status: 'not_affected', impact: 'the engine is not loaded' }),
    { status: 'not_affected', impact_statement: 'the engine is not loaded' },
  ],
  [
    'a justification and words',
    waived({ impact: 'the engine is not loaded' }),
    {
      justification: WAIVER.justification,
      status_notes: expect.stringMatching(/^the engine is not loaded no server/),
    },
  ],
  [
    'want of a file',
    waived({ justification: 'vulnerable_code_not_present', absentFiles: ['/usr/bin/c_rehash'] }),
    {
      justification: 'vulnerable_code_not_present',
      status_notes: expect.stringContaining('No layer has /usr/bin/c_rehash.'),
    },
  ],
  [
    'an accepted risk',
    waived({ status: 'affected', action: 'do not accept PKCS#12 from others' }),
    { status: 'affected', action_statement: 'do not accept PKCS#12 from others' },
  ],
  ['an open question', waived({ status: 'under_investigation' }), { status: 'under_investigation' }],
])('a waiver for %s', (_, some, expected) => {
  expect(answers(some)).toMatchObject([{ vulnerability: { name: 'CVE-2026-1' }, ...expected }]);
});

describe('a document', () => {
  test('is the same but for its date when the same is known', () => {
    const first = facts({ notAffected: [CLAIM, { ...CLAIM, id: 'CVE-2026-4' }] });
    const second = {
      ...first,
      notAffected: first.notAffected.toReversed(),
      issuedAt: '2026-12-01T00:00:00.000Z',
    };
    expect({ ...vexDocument(second), timestamp: first.issuedAt }).toEqual(vexDocument(first));
  });

  test('is of the owner who answers for all of it, or else of ingot', () => {
    const other = { finding: { ...FINDING, id: 'CVE-2026-2' }, waiver: { ...WAIVER, owner: 'payments' } };
    const author = (some: VexFacts) => OpenVexDocument.parse(vexDocument(some)).author;
    expect(author(facts())).toBe('platform@example.com');
    expect(author(facts({ waived: [...facts().waived, other] }))).toBe('ingot');
    expect(author(facts({ notAffected: [CLAIM] }))).toBe('ingot');
  });

  test.each<[string, Partial<VexFacts>]>([
    ['nothing is waived', { waived: [] }],
    [
      'no vulnerability is named',
      { waived: [{ finding: { ...FINDING, id: 'pending-update' }, waiver: WAIVER }] },
    ],
    [
      'a scanner found what the vendor denies',
      { waived: [], notAffected: [CLAIM], open: [{ ...FINDING, id: 'CVE-2026-3', source: 'zlib' }] },
    ],
  ])('is none where %s', (_, fields) => {
    expect(vexDocument(facts(fields))).toBeUndefined();
  });

  test('says one thing of one vulnerability of one package', () => {
    const claim = { ...CLAIM, id: 'CVE-2026-1', source: 'openssl', package: 'openssl' };
    expect(answers(facts({ notAffected: [claim] }))).toHaveLength(1);
  });

  test('names the package that is meant, and all that a source makes if that is', () => {
    const purls = (some: VexFacts) => {
      const [statement] = OpenVexDocument.parse(vexDocument(some)).statements;
      return statement?.products[0]?.subcomponents
        ?.map((each) => each['@id'])
        .filter((purl) => !purl.includes('@'));
    };
    expect(purls(facts())).toEqual(['pkg:deb/debian/libssl3t64', 'pkg:deb/debian/openssl']);
    expect(purls(waived({ package: 'libssl3t64' }))).toEqual(['pkg:deb/debian/libssl3t64']);
  });

  test.each([
    {
      artifact: NODE,
      purls: ['pkg:generic/node', 'pkg:generic/node@24.21.0'],
    },
    {
      artifact: GO,
      purls: [
        'pkg:generic/go',
        'pkg:generic/go@1.27.3',
        'pkg:golang/golang.org/toolchain',
        'pkg:golang/golang.org/toolchain@v0.0.1-go1.27.3.linux-amd64',
        'pkg:golang/stdlib',
        'pkg:golang/stdlib@1.27.3',
      ],
    },
  ])('names $artifact.name also as scanners find it in the layers', ({ artifact, purls }) => {
    const { name } = artifact;
    const layer = { stack: name, packages: [], artifacts: [artifact], excluded: [], epoch: 0 };
    const finding = { ...FINDING, package: name, source: name };
    const document = vexDocument(
      facts({
        lock: { platforms: [{ platform: 'linux/amd64', layers: [layer] }] },
        waived: [{ finding, waiver: { ...WAIVER, package: name } }],
      }),
    );
    const [statement] = OpenVexDocument.parse(document).statements;
    expect(statement?.products[0]?.subcomponents?.map((each) => each['@id'])).toEqual(purls);
  });
});
