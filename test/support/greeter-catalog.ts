import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  createArchive,
  createArchiveKey,
  serveArchive,
  type ArchiveKey,
  type FakeArchive,
} from './archive.ts';
import { REPOSITORY } from './repository.ts';
import { changelogFile } from './scanned-archive.ts';

/** What 1.0.1 fixes. */
export const GREETER_CVE = 'CVE-2026-126714';
const VERSIONS = { '1.0.0-1': 'First release.', '1.0.1-1': `Fixes ${GREETER_CVE}.` } as const;
const SUITE = 'trixie-ours';

/** A catalog with `static-13`, and `greeter-1` on top of it, whose one package is in an apt repository of the test's; or several such images. */
export interface GreeterCatalog extends AsyncDisposable {
  readonly folder: string;
  /** From now on the repository has this version, and no other. */
  update(version: keyof typeof VERSIONS): Promise<void>;
  /** From now on the repository does not answer: whoever asks it waits. */
  silence(): void;
  /** Somebody changes the stack, so that the image has to be made again. */
  changeStack(): Promise<void>;
  /** From now on these are all decisions. */
  decide(decisions: Readonly<Record<string, object>>): Promise<void>;
}

export async function greeterCatalog(
  folder: string,
  names: readonly string[] = ['greeter'],
): Promise<GreeterCatalog> {
  const key = await createArchiveKey();
  const server = await serveArchive(await archiveOf('1.0.0-1', key));
  const write = (name: string, content: unknown): Promise<void> => writeTo(path.join(folder, name), content);
  await write('catalog.json', catalogOf(server.urls.debian));
  await write('keys/ours.asc', key.publicKey);
  await cp(
    path.join(REPOSITORY, 'images/static.json'),
    await madeFor(path.join(folder, 'images/static.json')),
  );
  for (const name of names) {
    await write(`images/${name}.json`, { ...IMAGE, name, title: name });
  }
  await write('stacks/greeter/stack.json', STACK);
  await write('stacks/greeter/structure-test.yaml', STRUCTURE_TEST);
  const example = path.join(folder, 'stacks/greeter/example');
  await cp(path.join(REPOSITORY, 'stacks/static/example'), example, { recursive: true });
  return {
    folder,
    update: async (version) => server.replace(await archiveOf(version, key)),
    silence: () => server.fault(`debian/dists/${SUITE}/InRelease`, { kind: 'hanging' }),
    changeStack: () => write('stacks/greeter/stack.json', { ...STACK, environment: { GREETING: 'hello' } }),
    decide: async (decisions) => {
      await rm(path.join(folder, 'decisions'), { recursive: true, force: true });
      for (const [name, decision] of Object.entries(decisions)) {
        await write(`decisions/${name}.json`, decision);
      }
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

async function archiveOf(version: keyof typeof VERSIONS, key: ArchiveKey): Promise<FakeArchive> {
  const files = {
    '/usr/share/greeter/greeting': `hello from ${version}\n`,
    '/usr/share/doc/greeter/copyright': 'Public domain.\n',
    ...changelogFile('greeter', Object.fromEntries(Object.entries(VERSIONS).reverse())),
  };
  return createArchive({
    packages: [{ name: 'greeter', version, files }],
    suites: [{ archive: 'debian', suite: SUITE, validUntil: 'none' }],
    key,
    now: new Date(),
  });
}

function catalogOf(url: string): object {
  return {
    include: ['images/*.json'],
    publisher: { vendor: 'a', source: 'https://example.org' },
    // whoever is not asked does not have to be waited for
    scanners: { on: ['debian-archive'], feeds: { 'known-exploited': false } },
    repositories: { ours: { url, key: 'keys/ours.asc', suites: { trixie: [SUITE] }, packages: ['greeter'] } },
  };
}

const IMAGE = {
  stack: 'greeter',
  description: 'One file on top of static',
  tracks: [
    {
      tag: '1',
      suite: 'trixie',
      platforms: ['linux/amd64', 'linux/arm64'],
      dates: { release: '2026-01-01', 'end-of-life': '2099-12-31' },
    },
  ],
};

const STACK = {
  name: 'greeter',
  extends: 'static',
  packages: ['greeter'],
  repositories: ['ours'],
  version: { package: 'greeter' },
  example: {
    packages: ['busybox-static'],
    hello: { command: ['/example/usr/bin/busybox', 'echo', 'hello'], stdout: 'hello\n' },
    server: { command: ['/example/usr/bin/busybox', 'sh', '/example/server.sh'] },
  },
};

const STRUCTURE_TEST = `schemaVersion: 2.0.0
fileExistenceTests:
  - name: greeting
    path: /usr/share/greeter/greeting
`;

async function writeTo(file: string, content: unknown): Promise<void> {
  await writeFile(await madeFor(file), typeof content === 'string' ? content : JSON.stringify(content));
}

async function madeFor(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  return file;
}
