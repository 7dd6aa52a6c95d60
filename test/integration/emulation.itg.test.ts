import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseTag } from '../../src/oci/index.ts';
import { changeJson, copyRepository, freshMachine, type Machine } from '../support/ingot.ts';
import { openPublished } from '../support/published.ts';
import { TEST_CACHE, toolPath } from '../support/tools.ts';

const KERNEL_FORMATS = '/proc/sys/fs/binfmt_misc';
const PLATFORMS = ['linux/amd64', 'linux/arm64'];
const FOREIGN = process.arch === 'arm64' ? 'linux/amd64' : 'linux/arm64';

/** The emulator's package is large: it is fetched once for all test runs. */
const KEPT_DOWNLOADS = { XDG_CACHE_HOME: TEST_CACHE };

/** Passes only where the program that runs and the image it runs in are of one machine. */
const SAME_MACHINE = `commandTests:
  - name: runs on the machine it is made for
    command: /example/usr/bin/busybox
    args: [sh, -c, 'echo $(busybox uname -m) $(busybox grep ^Architecture: /var/lib/dpkg/status.d/base-files)']
    envVars: [{ key: PATH, value: /example/usr/bin }]
    expectedOutput: ['^(x86_64 Architecture: amd64|aarch64 Architecture: arm64)\\n$']
`;

let machine: Machine;
let repository: string;

beforeAll(async () => {
  await toolPath('cosign');
  machine = await freshMachine();
  repository = await copyRepository(machine.folder);
});

afterAll(async () => {
  await machine.ingot(['local', 'stop']);
  await machine.remove();
});

it('builds, runs and publishes an image for both platforms, once the kernel was told to run them', async (test) => {
  test.skip(!existsSync(KERNEL_FORMATS), 'the kernel of this machine has no binfmt_misc');
  const start = ['local', 'start', '--emulation', '--json'];
  const started = await machine.ingot([...start, '--yes'], { env: KEPT_DOWNLOADS });
  expect(started).toMatchObject({
    exitCode: 0,
    output: expect.stringContaining(`"platform":"${FOREIGN}"`) as string,
  });
  expect(await machine.ingot(start), 'asks once').toMatchObject({ exitCode: 0 });

  await using published = await openPublished(machine);
  const registry = published.golden.replace('/golden', '');
  await changeJson(join(repository, 'catalog.json'), (catalog) => {
    catalog['targets'] = { company: { kind: 'registry', registry, prefix: 'company' } };
  });
  const checks = join(repository, 'stacks/static/structure-test.yaml');
  await writeFile(
    checks,
    (await readFile(checks, 'utf8')).replace('commandTests:\n', () => SAME_MACHINE),
  );
  const run = await machine.ingot(['nightly', 'static', '--target', 'company'], { repository });
  const { images } = await machine.report();
  expect(images.map(({ outcome, reasons, error }) => ({ outcome, reasons, error }))).toEqual([
    { outcome: 'released', reasons: [], error: null },
  ]);
  expect(run.exitCode).toBe(0);
  const index = await published.registry.getManifest(`${registry}/company/static`, parseTag('13'));
  const { manifests } = JSON.parse(Buffer.from(index!.bytes).toString('utf8')) as {
    readonly manifests: readonly {
      readonly platform: { readonly os: string; readonly architecture: string };
    }[];
  };
  expect(manifests.map(({ platform: { os, architecture } }) => `${os}/${architecture}`)).toEqual(PLATFORMS);

  await machine.ingot(['local', 'stop']);
  expect(readdirSync(KERNEL_FORMATS).filter((name) => name.startsWith('ingot-'))).toEqual([]);
});
