import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { packagesOn, type HoldDecision, type Lock } from '../../../../src/model/index.ts';
import {
  assertAsHeld,
  openArchive,
  resolve,
  type Held,
  type InputPlace,
} from '../../../../src/stages/resolve/index.ts';
import { flipByte, type FakePackage } from '../../../support/archive.ts';
import { createWorld, entryOf, stackOf, type World } from '../../../support/resolve-world.ts';

const OLD = '3.5.4-1~deb13u1';
const NEW = '3.5.5-1~deb13u1';

/** Two binaries of one source: the program wants exactly the library's version. */
function openssl(version: string, suite: string): readonly FakePackage[] {
  const own = { version, suite };
  return [
    { ...own, name: 'libssl3t64', fields: { Source: 'openssl', Depends: 'libzstd1' } },
    { ...own, name: 'openssl', fields: { Depends: `libssl3t64 (= ${version})` } },
  ];
}

const LIBZSTD: FakePackage = { name: 'libzstd1', version: '1.5.7-1' };
const BOTH = [LIBZSTD, ...openssl(OLD, 'trixie'), ...openssl(NEW, 'trixie-security')];
const NEW_ONLY = [LIBZSTD, ...openssl(NEW, 'trixie')];

const entry = entryOf({
  stacks: [stackOf('base', { packages: ['libssl3t64'] }), stackOf('tls', { packages: ['openssl'] })],
  version: { kind: 'package', name: 'openssl' },
});

function hold(fields: Partial<HoldDecision> = {}): HoldDecision {
  return {
    kind: 'hold',
    file: 'decisions/openssl.json',
    target: '*',
    owner: 'platform',
    reason: 'a hot-fix',
    expires: '2027-01-31',
    package: 'openssl',
    version: OLD,
    ...fields,
  };
}

async function lockIn(world: World, decisions: readonly HoldDecision[], more: Partial<Held> = {}) {
  const deps = world.run();
  const archive = openArchive({ architectures: ['amd64', 'arm64'] }, deps);
  const held = { decisions, previous: () => Promise.resolve(undefined), ...more };
  return resolve({ entry, archive, held }, deps);
}

/** What both platforms have; they always have the same here. */
function versionsIn({ platforms }: Lock): readonly string[] {
  const texts = platforms.map((platform) =>
    packagesOn(platform).map(({ name, version }) => `${name} ${version}`),
  );
  expect(texts[1]).toEqual(texts[0]);
  return texts[0] ?? [];
}

/** What a registry keeps beside an image: every .deb that was locked, by digest. */
async function copiesFrom(
  world: World,
  lock: Lock,
  change = (bytes: Uint8Array) => bytes,
): Promise<InputPlace> {
  const files = await world.run().packages.fetch(lock.platforms.flatMap(packagesOn));
  const bytes = new Map<string, Uint8Array>();
  for (const [digest, file] of files) {
    bytes.set(digest.slice('sha256:'.length), change(await readFile(file)));
  }
  return {
    name: 'the copies',
    fetch: async ({ digest }, store) => {
      const found = bytes.get(digest.hex);
      return found === undefined ? undefined : store([found]);
    },
  };
}

describe('a held package', () => {
  test('stays at its version on every platform, with all that is built of its source', async () => {
    const world = await createWorld({ packages: BOTH });
    const { lock, notices } = await lockIn(world, [hold()]);
    expect(versionsIn(lock)).toEqual([`libssl3t64 ${OLD}`, 'libzstd1 1.5.7-1', `openssl ${OLD}`]);
    expect(lock.version).toBe('3.5.4');
    expect(notices).toEqual([
      `openssl is held at ${OLD} by decisions/openssl.json until 2027-01-31; the archive has ${NEW}`,
    ]);
  });

  test('that is the newest is held all the same', async () => {
    const world = await createWorld({ packages: BOTH });
    const { lock, notices } = await lockIn(world, [hold({ version: NEW })]);
    expect(versionsIn(lock)).toContain(`openssl ${NEW}`);
    expect(notices).toEqual([`openssl is held at ${NEW} by decisions/openssl.json until 2027-01-31`]);
  });

  test('that the image does not have changes nothing', async () => {
    const world = await createWorld({ packages: BOTH });
    const { lock, notices } = await lockIn(world, [hold({ package: 'curl', version: '8.0-1' })]);
    expect(versionsIn(lock)).toContain(`openssl ${NEW}`);
    expect(notices).toBeUndefined();
  });

  test('by its binary name alone leaves the others of its source without what they want', async () => {
    const world = await createWorld({ packages: BOTH });
    await expect(lockIn(world, [hold({ package: 'libssl3t64' })])).rejects.toMatchObject({
      code: 'PACKAGE_NOT_FOUND',
      message: expect.stringContaining(
        `openssl wants "libssl3t64 (= ${NEW})", got libssl3t64 ${OLD} selected already`,
      ),
    });
  });
});

describe('a held package that no archive has any more', () => {
  test('comes from the lock of the release before, and its .deb from the copies beside it', async () => {
    const before = await createWorld({ packages: BOTH });
    const previous = (await lockIn(before, [hold()])).lock;
    const copies = [await copiesFrom(before, previous)];
    const world = await createWorld({ packages: NEW_ONLY });
    const { lock, notices } = await lockIn(world, [hold()], {
      previous: () => Promise.resolve(previous),
      copies,
    });
    // libzstd1 is what the control file in the .deb wants
    expect(versionsIn(lock)).toEqual([`libssl3t64 ${OLD}`, 'libzstd1 1.5.7-1', `openssl ${OLD}`]);
    const digests = (of: Lock) => of.platforms.flatMap(packagesOn).map(({ sha256 }) => sha256);
    expect(digests(lock)).toEqual(digests(previous));
    expect(notices).toEqual([
      `openssl is held at ${OLD} by decisions/openssl.json until 2027-01-31; the archive has ${NEW}`,
    ]);
  });

  test('is not taken from a copy that was changed', async () => {
    const before = await createWorld({ packages: BOTH });
    const previous = (await lockIn(before, [hold()])).lock;
    const copies = [await copiesFrom(before, previous, flipByte)];
    const world = await createWorld({ packages: NEW_ONLY });
    await expect(
      lockIn(world, [hold()], { previous: () => Promise.resolve(previous), copies }),
    ).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test('is not there for a version that the release before did not have', async () => {
    const previous = (await lockIn(await createWorld({ packages: BOTH }), [])).lock;
    const world = await createWorld({ packages: NEW_ONLY });
    const decisions = [hold({ version: '3.5.1-1' })];
    await expect(
      lockIn(world, decisions, { previous: () => Promise.resolve(previous) }),
    ).rejects.toMatchObject({
      code: 'PACKAGE_NOT_FOUND',
      message: expect.stringContaining(
        `stack base wants "libssl3t64", got libssl3t64 only at ${NEW}, held at 3.5.1-1 in decisions/openssl.json`,
      ),
      hint: 'hold a version that an archive or the last release has, hold the source package, or remove decisions/openssl.json',
    });
  });

  test('is not taken where the lock cannot be trusted', async () => {
    const world = await createWorld({ packages: NEW_ONLY });
    const untrusted = () => Promise.reject(new Error('the attestation is not signed by our key'));
    await expect(lockIn(world, [hold()], { previous: untrusted })).rejects.toThrow('not signed by our key');
  });
});

describe('a reviewed lock', () => {
  test('is built if it has the held version', async () => {
    const { lock } = await lockIn(await createWorld({ packages: BOTH }), [hold()]);
    expect(() => assertAsHeld(lock, [hold()])).not.toThrow();
  });

  test('that was made before the hold is stale', async () => {
    const { lock } = await lockIn(await createWorld({ packages: BOTH }), []);
    expect(() => assertAsHeld(lock, [hold()])).toThrow(
      expect.objectContaining({
        code: 'LOCK_STALE',
        message: `cannot build "python-3.13" as locked: expected libssl3t64 held at ${OLD} by decisions/openssl.json, got ${NEW}`,
      }),
    );
  });
});
