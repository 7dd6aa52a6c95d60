import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createProcessRunner } from '../../src/host/process.ts';
import { platformOfHost } from '../../src/host/host-platform.ts';
import { referenceText, tripletOf } from '../../src/oci/index.ts';
import { debianTools } from '../support/debian-tools.ts';
import { commandsIn } from '../support/documented.ts';
import { startRealRegistry } from '../support/real-registry.ts';
import { pemOf, testKeys } from '../support/signing.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { toolPath } from '../support/tools.ts';
import { releasedRepository } from '../support/verified-release.ts';

/** cosign, oras and jq as Debian has them, as somebody who reads the documents would. */
async function auditorsTools(): Promise<Readonly<Record<string, string>>> {
  const oras = await debianTools({ suite: 'trixie', packages: ['oras'] });
  const jq = await debianTools({ suite: 'bookworm', packages: ['jq', 'libjq1', 'libonig5'] });
  const folders = [path.dirname(await toolPath('cosign')), `${oras}/usr/bin`, `${jq}/usr/bin`];
  return {
    PATH: [...folders, process.env['PATH'] ?? ''].join(':'),
    LD_LIBRARY_PATH: `${jq}/usr/lib/${tripletOf(platformOfHost())}`,
  };
}

/** Runs the commands of a section against an image that was really published, in a folder with the public key. */
async function runSection(file: string, section: string): Promise<string> {
  const folder = await temporaryFolder();
  const registry = await startRealRegistry(path.join(folder, 'registry'));
  try {
    const ours = testKeys();
    const place = { address: registry.address, folder: path.join(folder, 'registry') };
    const at = releasedRepository(place, { name: 'golden/python', ours, form: 'both' });
    const { published } = await at.release('one');
    await writeFile(path.join(folder, 'cosign.pub'), pemOf(ours.publicKey));
    // oras speaks HTTP to this name alone
    const local = at.repository.replace('127.0.0.1', 'localhost');
    const image = referenceText({ ...published.ref, repository: local });
    const script = (await commandsIn(file, section))
      .replaceAll('registry.example.com/golden/python@sha256:…', image)
      .replaceAll('registry.example.com/golden/python', local);
    const processes = createProcessRunner(await auditorsTools());
    return (await processes.run(['/bin/sh', '-eu', '-c', script], { cwd: folder })).stdout;
  } finally {
    await registry.stop();
  }
}

test.each([
  {
    file: 'docs/verify.md',
    section: 'By hand, without ingot',
    told: ['the same packages', '"sequence": 1', 'Verified OK'],
  },
  {
    file: 'docs/attestations.md',
    section: 'Reading them',
    told: ['pkg:deb/debian/', 'FROM scratch', 'debian-archive', '"kind": "pass"', 'linux/amd64 '],
  },
])('the commands of $file, $section, do what it says', async ({ file, section, told }) => {
  const output = await runSection(file, section);
  for (const text of told) {
    expect(output).toContain(text);
  }
});
