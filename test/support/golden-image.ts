import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account, LockedExclusion, LockedPackage, Sha256, Variant } from '../../src/model/index.ts';
import { CONFIG_DEFAULTS } from '../../src/catalog/defaults.ts';
import { readImageContent } from '../../src/oci/index.ts';
import { applyRule, ROOT_RULES } from '../../src/stages/test/rules/index.ts';
import type { RootSubject } from '../../src/stages/test/rules/index.ts';
import { elfBytes } from './elf.ts';
import { writeTestLayout } from './layout.ts';
import type { LayerFile } from './layout.ts';

/** SOURCE_DATE_EPOCH of the test image. */
export const EPOCH = 1_790_000_000;

export const LIBC: LockedPackage = {
  name: 'libc6',
  version: '2.41-12+deb13u3',
  architecture: 'amd64',
  source: { name: 'glibc', version: '2.41-12+deb13u3' },
  archive: 'debian',
  suite: 'trixie',
  path: 'pool/main/g/glibc/libc6_2.41-12+deb13u3_amd64.deb',
  size: 1000,
  sha256: `sha256:${'1'.repeat(64)}` as Sha256,
  requestedBy: ['stack glibc'],
};

const LIBRARIES = '/usr/lib/x86_64-linux-gnu';
const LOADER = '/lib64/ld-linux-x86-64.so.2';
const LICENCE = '/usr/share/common-licenses/LGPL-2.1';
const LICENCE_TEXT = 'the licence';

/** The smallest root filesystem that every rule is content with. */
export const GOLDEN_ROOT: readonly LayerFile[] = [
  { path: 'usr/bin/' },
  { path: 'usr/sbin/' },
  { path: `${LIBRARIES.slice(1)}/` },
  { path: 'usr/lib64/' },
  { path: 'bin', type: 'symlink', linkname: 'usr/bin' },
  { path: 'sbin', type: 'symlink', linkname: 'usr/sbin' },
  { path: 'lib', type: 'symlink', linkname: 'usr/lib' },
  { path: 'lib64', type: 'symlink', linkname: 'usr/lib64' },
  { path: 'tmp/', mode: 0o1777 },
  { path: 'root/', mode: 0o700 },
  { path: 'home/' },
  { path: 'home/nonroot/', mode: 0o700, uid: 65532, gid: 65532 },
  { path: 'var/cache/' },
  {
    path: 'etc/passwd',
    content:
      'root:x:0:0:root:/root:/usr/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/usr/sbin/nologin\n',
  },
  { path: 'etc/group', content: 'root:x:0:\nnonroot:x:65532:\n' },
  {
    path: 'var/lib/dpkg/status.d/libc6',
    content: `Package: libc6\nVersion: ${LIBC.version}\nArchitecture: amd64\nDescription: C library\n`,
  },
  {
    path: 'var/lib/dpkg/status.d/libc6.md5sums',
    content: `${createHash('md5').update(LICENCE_TEXT).digest('hex')}  ${LICENCE.slice(1)}\n`,
  },
  { path: LICENCE.slice(1), content: LICENCE_TEXT },
  { path: 'usr/share/doc/libc6/copyright', content: `It is in ${LICENCE}.\n` },
  { path: `usr${LOADER}`, mode: 0o755, content: elfBytes({ soname: 'ld-linux-x86-64.so.2' }) },
  {
    path: `${LIBRARIES.slice(1)}/libc.so.6`,
    content: elfBytes({ soname: 'libc.so.6', needed: ['ld-linux-x86-64.so.2'], interpreter: LOADER }),
  },
  {
    path: 'usr/bin/hello',
    mode: 0o755,
    content: elfBytes({ needed: ['libc.so.6'], interpreter: LOADER }),
  },
];

/** What makes it a dev image that every rule is content with. */
export const DEV_ROOT: readonly LayerFile[] = [
  { path: 'var/lib/dpkg/.wh.status.d' },
  ...['sh', 'bash', 'apt-get', 'dpkg', 'git', 'curl'].map((name) => ({
    path: `usr/bin/${name}`,
    mode: 0o755,
    content: 'x',
  })),
  {
    path: 'var/lib/dpkg/status',
    content: `Package: libc6\nStatus: install ok installed\nVersion: ${LIBC.version}\nArchitecture: amd64\n`,
  },
];

export const GOLDEN_CONFIG = { User: '65532:65532', Entrypoint: ['/usr/bin/hello'] };

const STACK_FILE = 'stacks/golden/stack.json';

/** What is different from the golden image. */
export interface Change {
  /** Further layer on top. */
  readonly add?: readonly LayerFile[];
  readonly config?: object;
  readonly history?: readonly object[];
  readonly created?: number;
  readonly packages?: readonly LockedPackage[];
  readonly excluded?: readonly LockedExclusion[];
  /** Beside root and nonroot. */
  readonly accounts?: readonly Account[];
  readonly architecture?: 'linux/arm64';
  readonly variant?: Variant;
  /** Of the layers: then what one replaces of another counts. */
  readonly stacks?: RootSubject['stacks'];
}

/** The golden image with a change, written as an OCI layout and read back as the test stage does. */
export async function subjectWith(change: Change): Promise<RootSubject> {
  const { packages = [LIBC] } = change;
  const layoutDir = await mkdtemp(join(tmpdir(), 'ingot-golden-'));
  try {
    const manifest = await writeTestLayout(layoutDir, {
      layers: [GOLDEN_ROOT, ...(change.add === undefined ? [] : [change.add])],
      config: { ...GOLDEN_CONFIG, ...change.config },
      created: change.created ?? EPOCH,
      history: change.history ?? [],
      ...(change.architecture === undefined ? {} : { platform: change.architecture }),
    });
    return {
      platform: 'linux/amd64',
      ...(await readImageContent(layoutDir, manifest)),
      stacks: change.stacks ?? [],
      // changes replace what they change
      ...(change.stacks === undefined ? { replaced: [] } : {}),
      packages,
      stackFiles: new Map(packages.map(({ name }) => [name, STACK_FILE])),
      excluded: (change.excluded ?? []).map((each) => ({ ...each, file: STACK_FILE })),
      accounts: [...CONFIG_DEFAULTS.accounts, ...(change.accounts ?? [])],
      user: '65532:65532',
      epoch: EPOCH,
    };
  } finally {
    await rm(layoutDir, { recursive: true });
  }
}

/** Rules that the golden image with the change breaks, and what they got. */
export async function brokenRules(change: Change): Promise<Record<string, string>> {
  const subject = await subjectWith(change);
  const variant = change.variant ?? 'runtime';
  const results = ROOT_RULES.filter(({ variants }) => variants.includes(variant)).map((rule) =>
    applyRule(rule, subject),
  );
  return Object.fromEntries(
    results.flatMap((result) => (result.kind === 'failed' ? [[result.check, result.got]] : [])),
  );
}
