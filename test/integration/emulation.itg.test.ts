import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Descriptor } from '../../src/model/index.ts';
import { parseTag } from '../../src/oci/index.ts';
import { nightWithForeignTools } from '../support/foreign-tools.ts';
import { changeJson, copyRepository, freshMachine, type Machine } from '../support/ingot.ts';
import { manifestsOf, openPublished } from '../support/published.ts';
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
let emulation: { readonly platform: string; readonly name: string; readonly isOurs: boolean };
let manifests: readonly Descriptor[];

beforeAll(async () => {
  await toolPath('cosign');
  machine = await freshMachine();
});

afterAll(async () => {
  await machine.ingot(['local', 'stop']);
  await machine.remove();
});

beforeEach((test) => {
  test.skip(!existsSync(KERNEL_FORMATS), 'the kernel of this machine has no binfmt_misc');
});

it('has the kernel run programs of the other platform once somebody agreed, and then asks no more', async () => {
  const start = ['local', 'start', '--emulation', '--json'];
  const agreed = await machine.ingot([...start, '--yes'], { env: KEPT_DOWNLOADS });
  expect(agreed.exitCode, agreed.output).toBe(0);
  const again = await machine.ingot(start, { env: KEPT_DOWNLOADS });
  emulation = (JSON.parse(again.output) as { readonly emulation: typeof emulation }).emulation;
  expect(emulation.platform).toBe(FOREIGN);
});

it('runs an image on both platforms, and publishes it for both', async () => {
  await using published = await openPublished(machine);
  const registry = published.golden.replace('/golden', '');
  const repository = await copyRepository(machine.folder);
  await changeJson(join(repository, 'catalog.json'), (catalog) => {
    catalog['targets'] = { company: { kind: 'registry', registry, prefix: 'company' } };
  });
  const checks = join(repository, 'stacks/static/structure-test.yaml');
  await writeFile(
    checks,
    (await readFile(checks, 'utf8')).replace('commandTests:\n', () => SAME_MACHINE),
  );
  // makes the key pair: without a terminal none is made for the registry of a company
  await machine.ingot(['status'], { repository });
  await machine.ingot(['nightly', 'static', '--target', 'company'], { repository });
  const { images } = await machine.report();
  expect(images.map(({ outcome, reasons, error }) => ({ outcome, reasons, error }))).toEqual([
    { outcome: 'released', reasons: [], error: null },
  ]);
  const index = await published.registry.getManifest(`${registry}/company/static`, parseTag('13'));
  manifests = manifestsOf(index);
  expect(manifests.map(({ platform }) => `${platform?.os}/${platform?.architecture}`)).toEqual(PLATFORMS);
});

it('makes the same bytes with the tools of the other platform, as a host of that platform would', async () => {
  expect(await nightWithForeignTools(machine, 'static-13')).toEqual([manifests[PLATFORMS.indexOf(FOREIGN)]]);
});

it('takes away what it registered, and nothing else', async () => {
  expect(readdirSync(KERNEL_FORMATS)).toContain(emulation.name);
  await machine.ingot(['local', 'stop']);
  expect(readdirSync(KERNEL_FORMATS).includes(emulation.name)).toBe(!emulation.isOurs);
});
