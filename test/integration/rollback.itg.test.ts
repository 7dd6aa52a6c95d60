import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { RolledBack, Tag } from '../../src/model/index.ts';
import { referenceText } from '../../src/oci/index.ts';
import { changeJson, copyRepository, freshMachine } from '../support/ingot.ts';
import { manifestsOf, openPublished } from '../support/published.ts';
import { toolPath } from '../support/tools.ts';

// fills the cache that fresh machines share
beforeAll(async () => {
  await toolPath('cosign');
});

const TEAM = { name: 'web', owner: 'web@example.com', namespace: 'team-web', images: ['static'] };

test('a team that came after the older image gets it, and cosign verifies it there', async () => {
  const machine = await freshMachine();
  onTestFinished(() => machine.remove());
  const repository = await copyRepository(machine.folder);
  expect((await machine.ingot(['nightly', 'static'], { repository })).output).toContain('1 released');
  await changeJson(join(repository, 'images/static.json'), (image) => {
    image['title'] = 'static, of another title';
  });
  expect((await machine.ingot(['nightly', 'static'], { repository })).output).toContain('1 released');

  await mkdir(join(repository, 'teams'));
  await writeFile(join(repository, 'teams/web.json'), JSON.stringify(TEAM));
  await changeJson(join(repository, 'catalog.json'), (catalog) => {
    catalog['include'] = ['images/*.json', 'teams/*.json'];
  });
  const args = ['rollback', 'static-13', '--reason', 'crashes', '--json'];
  const rolledBack = await machine.ingot(args, { repository });
  expect(rolledBack).toMatchObject({ exitCode: 0 });
  const { record, to, copied } = JSON.parse(rolledBack.output) as RolledBack;
  expect(copied.map((each) => each.replace(/^[^/]*/, ''))).toEqual(['/team-web/static']);

  await using published = await openPublished(machine);
  const namespace = published.golden.replace(/golden$/, 'team-web/static');
  const found = await published.registry.getManifest(namespace, record.tags.moving as Tag);
  expect(found?.digest).toBe(to.digest);
  const key = [`--key=${machine.publicKey}`, '--insecure-ignore-tlog=true'];
  for (const digest of [to.digest, ...manifestsOf(found).map((manifest) => manifest.digest)]) {
    const reference = referenceText({ repository: namespace, digest });
    await published.cosign(['verify', ...key, reference]);
    await published.cosign(['verify-attestation', ...key, '--type=https://cyclonedx.org/bom', reference]);
  }
});
