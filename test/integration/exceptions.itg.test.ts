import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSha256 } from '../../src/oci/index.ts';
import { greeterCatalog, GREETER_CVE, type GreeterCatalog } from '../support/greeter-catalog.ts';
import { freshMachine, type Machine } from '../support/ingot.ts';
import { manifestsOf, openPublished } from '../support/published.ts';
import { toolPath } from '../support/tools.ts';

const ID = 'greeter-1';
const DAY_MS = 86_400_000;
const common = { target: 'greeter-*', owner: 'platform@example.com', reason: 'the test wants it' };
const HOLD = { ...common, kind: 'hold', package: 'greeter', version: '1.0.0-1' };
const FREEZE = { ...common, kind: 'freeze' };
const WAIVE = {
  ...common,
  kind: 'waive',
  vulnerability: GREETER_CVE,
  package: 'greeter',
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
};

let machine: Machine;
let catalog: GreeterCatalog;

beforeAll(async () => {
  // fills the cache that fresh machines share
  await toolPath('cosign');
  machine = await freshMachine();
  catalog = await greeterCatalog(`${machine.folder}/catalog`);
});

afterAll(async () => {
  await catalog[Symbol.asyncDispose]();
  await machine.remove();
});

function inDays(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
}

/** What a night makes of the image, and what its report says of the decisions. */
async function night() {
  const { exitCode, output } = await machine.ingot(['nightly', 'greeter'], { cwd: catalog.folder });
  const { images, decisions } = await machine.report(catalog.folder);
  const [image] = images;
  return {
    told: { exitCode, outcome: image?.outcome, reasons: image?.reasons.map(({ rule }) => rule) },
    image,
    output,
    digest: parseSha256(image?.ref?.split('@')[1] ?? released),
    decisions: Object.fromEntries(
      decisions.map(({ file, state, uses, blocks }) => [
        file.slice('decisions/'.length, -'.json'.length),
        [state, ...uses.map(({ what }) => what), ...blocks].join(', '),
      ]),
    ),
  };
}

/** What scanners that know the image, or only its platform, are told, as cosign verifies it. */
async function excused(): Promise<readonly unknown[]> {
  await using published = await openPublished(machine);
  const repository = `${published.golden}/greeter`;
  const manifests = manifestsOf(await published.registry.getManifest(repository, parseSha256(released)));
  const found: unknown[] = [];
  for (const each of [released, ...manifests.map((manifest) => manifest.digest)]) {
    const args = ['verify-attestation', '--key', machine.publicKey, '--insecure-ignore-tlog=true'];
    const asked = published.cosign([...args, '--type', 'openvex', `${repository}@${each}`]);
    found.push(await asked.then(statementsIn, () => 'nothing'));
  }
  return found;
}

function statementsIn(stdout: string): unknown {
  const { payload } = JSON.parse(stdout) as { readonly payload: string };
  const statement = JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as {
    readonly predicate: { readonly statements: readonly object[] };
  };
  return statement.predicate.statements;
}

const EXCUSED = [expect.objectContaining({ status: 'not_affected', vulnerability: { name: GREETER_CVE } })];

/** Digest of the last release. */
let released = `sha256:${'0'.repeat(64)}`;

describe('night after night', () => {
  it('releases the image', async () => {
    const { told, digest, decisions } = await night();
    expect(told).toEqual({ exitCode: 0, outcome: 'released', reasons: [] });
    expect(decisions).toEqual({});
    released = digest;
  });

  it('holds a version that the archive has no more, and lets a waived finding through', async () => {
    await catalog.update('1.0.1-1');
    await catalog.changeStack();
    await catalog.decide({
      hold: { ...HOLD, expires: inDays(30) },
      waive: { ...WAIVE, expires: inDays(30) },
      other: { ...FREEZE, target: 'static-*', expires: inDays(400) },
    });
    const { told, image, digest, output, decisions } = await night();
    expect(told, output).toEqual({ exitCode: 0, outcome: 'released', reasons: [] });
    expect(digest).not.toBe(released);
    released = digest;
    expect(image?.packages).toContainEqual({ name: 'greeter', version: '1.0.0-1' });
    expect(image?.findings).toMatchObject([{ id: GREETER_CVE, fixed: '1.0.1-1' }]);
    expect(decisions).toEqual({
      hold: 'used, greeter 1.0.0-1',
      waive: `used, ${GREETER_CVE} in greeter`,
      other: 'not-looked-at',
    });
    expect(output).toContain('a year away: an exception is for a while');
  });

  it('tells scanners why, of the image and of its platform', async () => {
    expect(await excused()).toEqual([EXCUSED, EXCUSED]);
    await machine.ingot(['show', ID], { cwd: catalog.folder }).then(({ output }) => {
      expect(output).toContain(`https://openvex.dev/ns  not_affected: ${GREETER_CVE}  [verified, our key]`);
      expect(output).toContain(`https://openvex.dev/ns of this platform  not_affected: ${GREETER_CVE}`);
    });
    const verified = await machine.ingot(['verify', ID], { cwd: catalog.folder });
    expect(verified.exitCode, verified.output).toBe(0);
    expect(verified.output).toMatch(/✓ attestation vex +index and linux/);
  });

  it('blocks once waiver and freeze have expired, and scanners are told nothing any more', async () => {
    await catalog.decide({
      freeze: { ...FREEZE, expires: inDays(-1) },
      waive: { ...WAIVE, expires: inDays(-1) },
    });
    const { told, decisions } = await night();
    const reasons = ['pending-security-update', 'freeze-expired'];
    expect(told).toEqual({ exitCode: 1, outcome: 'blocked', reasons });
    expect(decisions).toEqual({ freeze: `expired, ${ID}`, waive: `expired, ${ID}` });
    expect(await excused()).toEqual(['nothing', 'nothing']);
  });

  it('keeps a frozen image at what is published, though there is a newer version', async () => {
    await catalog.decide({
      freeze: { ...FREEZE, expires: inDays(7) },
      waive: { ...WAIVE, expires: inDays(30) },
    });
    const { told, digest, output, decisions } = await night();
    expect(told).toEqual({ exitCode: 0, outcome: 'frozen', reasons: [] });
    expect(digest).toBe(released);
    expect(output).toContain(`frozen by decisions/freeze.json until ${inDays(7)}`);
    expect(decisions).toEqual({
      freeze: 'used, nothing new is released',
      waive: `used, ${GREETER_CVE} in greeter`,
    });
    expect(await excused()).toEqual([EXCUSED, EXCUSED]);
  });

  it('releases the newer version once nothing stands against it, and calls the waiver unused', async () => {
    await catalog.decide({ waive: { ...WAIVE, expires: inDays(30) } });
    const { told, image, digest, decisions } = await night();
    expect(told).toEqual({ exitCode: 0, outcome: 'released', reasons: [] });
    expect(image?.packages).toContainEqual({ name: 'greeter', version: '1.0.1-1' });
    released = digest;
    expect(decisions).toEqual({ waive: 'unused' });
    expect(await excused()).toEqual(['nothing', 'nothing']);
  });
});
