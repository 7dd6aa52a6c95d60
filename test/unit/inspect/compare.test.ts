import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  changelogIn,
  changelogKey,
  compareFindings,
  compareImages,
  wantedChangelogs,
  withChangelogs,
} from '../../../src/inspect/index.ts';
import type { ImageChanges } from '../../../src/model/index.ts';
import type { LayerFile, TestImage } from '../../support/layout.ts';
import { lookedAt } from '../../support/looked-at.ts';

const NOT_SCANNED = { scanned: { before: false, after: false }, appeared: [], gone: [] };

async function sideOf(image: TestImage, upstream?: readonly { name: string; version: string }[]) {
  const name = { reference: 'x', platform: 'linux/amd64', manifest: 'sha256:1' };
  return { name, looked: await lookedAt(image), upstream };
}

async function compare(before: TestImage, after: TestImage): Promise<ImageChanges> {
  return compareImages(await sideOf(before), await sideOf(after), NOT_SCANNED);
}

function packaged(name: string, version: string, more = ''): LayerFile {
  const content = `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\n${more}`;
  return { path: `var/lib/dpkg/status.d/${name}`, content };
}

describe('files', () => {
  test.each<{ summary: string; before: LayerFile[]; after: LayerFile[]; expected: unknown[] }>([
    {
      summary: 'the same',
      before: [{ path: 'a', content: 'x' }],
      after: [{ path: 'a', content: 'x', mtime: 99 }],
      expected: [],
    },
    { summary: 'added', before: [], after: [{ path: 'a' }], expected: [['/a', []]] },
    { summary: 'removed', before: [{ path: 'a' }], after: [], expected: [['/a', []]] },
    {
      summary: 'other bytes of the same size',
      before: [{ path: 'a', content: 'x' }],
      after: [{ path: 'a', content: 'y' }],
      expected: [['/a', ['content']]],
    },
    {
      summary: 'mode',
      before: [{ path: 'a', mode: 0o755 }],
      after: [{ path: 'a', mode: 0o4755 }],
      expected: [['/a', ['mode']]],
    },
    {
      summary: 'owner',
      before: [{ path: 'a', uid: 1 }],
      after: [{ path: 'a', gid: 1 }],
      expected: [['/a', ['owner']]],
    },
    {
      summary: 'link',
      before: [{ path: 'a', type: 'symlink', linkname: 'x' }],
      after: [{ path: 'a', type: 'symlink', linkname: 'y', mode: 0o700 }],
      expected: [['/a', ['link']]],
    },
    {
      summary: 'type',
      before: [{ path: 'a' }],
      after: [{ path: 'a', type: 'symlink', linkname: 'y', uid: 9 }],
      expected: [['/a', ['type']]],
    },
    {
      summary: 'capabilities',
      before: [{ path: 'a' }],
      after: [{ path: 'a', pax: { 'SCHILY.xattr.security.capability': 'c' } }],
      expected: [['/a', ['capabilities']]],
    },
  ])('$summary', async ({ before, after, expected }) => {
    const { files } = await compare({ layers: [before] }, { layers: [after] });
    expect(files.map(({ path, differs }) => [path, differs])).toEqual(expected);
  });

  test('what a layer hides is not there, however it is packed', async () => {
    const { files } = await compare(
      { layers: [[{ path: 'a', content: 'x' }, { path: 'b' }], [{ path: '.wh.b' }]] },
      { layers: [[{ path: 'a', content: 'old' }], [{ path: 'a', content: 'x' }]] },
    );
    expect(files).toEqual([]);
  });
});

describe('packages', () => {
  test('added, removed, changed; of several architectures each by its own', async () => {
    const multi = (version: string) =>
      ['amd64', 'i386']
        .map(
          (architecture) =>
            `Package: libz\nStatus: install ok installed\nVersion: ${version}\nArchitecture: ${architecture}\n`,
        )
        .join('\n');
    const { packages } = await compare(
      {
        layers: [
          [packaged('a', '1'), packaged('gone', '1'), { path: 'var/lib/dpkg/status', content: multi('1') }],
        ],
      },
      {
        layers: [
          [
            packaged('a', '2', 'Source: src (3)\n'),
            packaged('new', '1'),
            { path: 'var/lib/dpkg/status', content: multi('2') },
          ],
        ],
      },
    );
    expect(packages.map(({ name, before, after }) => [name, before, after])).toEqual([
      ['a', '1', '2'],
      ['gone', '1', undefined],
      ['libz', '1', '2'],
      ['libz', '1', '2'],
      ['new', undefined, '1'],
    ]);
    expect(packages[0]?.source).toEqual({ name: 'src', before: '1', after: '3' });
  });

  test('upstream software is compared where both locks are known', async () => {
    const node = (version: string) => [{ name: 'node', version }];
    const image = { layers: [[]] };
    const [one, two, none] = [
      await sideOf(image, node('1')),
      await sideOf(image, node('2')),
      await sideOf(image),
    ];
    expect(compareImages(one, two, NOT_SCANNED).packages).toMatchObject([
      { kind: 'upstream', name: 'node', before: '1', after: '2' },
    ]);
    expect(compareImages(none, two, NOT_SCANNED).packages).toEqual([]);
  });
});

const CHANGELOG = `src (3) stable; urgency=high

  * Fix an overflow in the
    parser (CVE-2026-0002).
  * CVE-2026-0003, CVE-2026-0004: several.

src (2) stable; urgency=high

  * Fix CVE-2025-0001.

src (1) stable; urgency=low

  * First (CVE-2020-0001).
`;

describe('changelogs', () => {
  async function told(before: string, after: string) {
    const { packages } = await compare(
      { layers: [[packaged('a', before, `Source: src (${before})\n`)]] },
      { layers: [[packaged('a', after, `Source: src (${after})\n`)]] },
    );
    const wanted = wantedChangelogs(packages);
    const changelogs = new Map(wanted.map((each) => [changelogKey(each), CHANGELOG]));
    return {
      wanted,
      told: withChangelogs(packages, changelogs)[0],
      untold: withChangelogs(packages, new Map())[0],
    };
  }

  test('an upgrade: what the newer one names is fixed, each with its item', async () => {
    const { wanted, told: change, untold } = await told('1', '3');
    expect(wanted).toMatchObject([{ source: 'src', side: 'after', packages: ['a'] }]);
    expect(change).toMatchObject({ changelog: 'read', introduced: [] });
    expect(change?.fixed).toEqual([
      { id: 'CVE-2025-0001', line: 'Fix CVE-2025-0001.' },
      { id: 'CVE-2026-0002', line: 'Fix an overflow in the parser (CVE-2026-0002).' },
      { id: 'CVE-2026-0003', line: 'CVE-2026-0003, CVE-2026-0004: several.' },
      { id: 'CVE-2026-0004', line: 'CVE-2026-0003, CVE-2026-0004: several.' },
    ]);
    expect(untold).toMatchObject({ changelog: 'unknown', fixed: [] });
  });

  test('a downgrade: the same come back', async () => {
    const { wanted, told: change } = await told('3', '2');
    expect(wanted).toMatchObject([{ side: 'before' }]);
    expect(change?.fixed).toEqual([]);
    expect(change?.introduced.map(({ id }) => id)).toEqual([
      'CVE-2026-0002',
      'CVE-2026-0003',
      'CVE-2026-0004',
    ]);
  });

  test('the same source built anew needs none', async () => {
    const { packages } = await compare(
      { layers: [[packaged('a', '1', 'Source: src (1)\n')]] },
      { layers: [[packaged('a', '1+b1', 'Source: src (1)\n')]] },
    );
    expect(wantedChangelogs(packages)).toEqual([]);
    expect(withChangelogs(packages, new Map())).toMatchObject([{ changelog: 'read', fixed: [] }]);
  });

  test('an image’s own, where its folder is a link; one that does not unpack says nothing', async () => {
    const { image } = await lookedAt({
      layers: [
        [
          { path: 'usr/share/doc/a', type: 'symlink', linkname: 'b' },
          { path: 'usr/share/doc/b/changelog.Debian.gz', content: gzipSync(CHANGELOG) },
          { path: 'usr/share/doc/c/changelog.gz', content: 'no gzip' },
        ],
      ],
    });
    expect(changelogIn(image.entries, ['c', 'a'])).toBe(CHANGELOG);
    expect(changelogIn(image.entries, ['c', 'none'])).toBeUndefined();
  });
});

describe('configuration', () => {
  test('variables, labels, ports and words, one by one; a later date alone is nothing', async () => {
    const { config } = await compare(
      {
        layers: [[]],
        created: 1,
        config: { User: 'a', Env: ['A=1', 'B=2'], ExposedPorts: { '80/tcp': {} }, Cmd: ['x'] },
      },
      {
        layers: [[]],
        created: 2,
        config: { User: 'b', Env: ['A=1', 'B=3'], Labels: { l: 'v' }, Cmd: ['x'] },
      },
    );
    expect(config).toEqual([
      { field: 'Env B', before: '2', after: '3' },
      { field: 'ExposedPorts 80/tcp', before: 'open' },
      { field: 'Labels l', after: 'v' },
      { field: 'User', before: 'a', after: 'b' },
    ]);
  });
});

describe('findings', () => {
  const found = (id: string) => ({ id, package: 'a', installed: '1', severity: 'low' });

  test('new and gone, each with the scanners that say so', () => {
    const before = [{ tool: 'x', status: 'findings', findings: [found('CVE-1')] }];
    const after = ['y', 'x'].map((tool) => ({ tool, status: 'findings', findings: [found('CVE-2')] }));
    expect(compareFindings(before, after)).toEqual({
      scanned: { before: true, after: true },
      appeared: [{ ...found('CVE-2'), scanners: ['x', 'y'] }],
      gone: [{ ...found('CVE-1'), scanners: ['x'] }],
    });
  });

  test('not scanned is not clean: nothing is said to be gone', () => {
    const before = [{ tool: 'x', status: 'findings', findings: [found('CVE-1')] }];
    const after = [{ tool: 'x', status: 'not-scanned', findings: [] }];
    expect(compareFindings(before, after)).toEqual({
      scanned: { before: true, after: false },
      appeared: [],
      gone: [],
    });
  });
});
