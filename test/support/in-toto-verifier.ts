import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createProcessRunner } from '../../src/host/process.ts';
import { ToolError } from '../../src/model/index.ts';
import { platformOfHost } from '../../src/host/host-platform.ts';
import { tripletOf } from '../../src/oci/index.ts';
import { debianTools } from './debian-tools.ts';

/** in-toto 1.3.1 and the Python it was made for, of Debian 12. */
const PACKAGES = [
  'in-toto',
  'libexpat1',
  'libffi8',
  'libpython3.11-minimal',
  'libpython3.11-stdlib',
  'libsodium23',
  'libssl3',
  'python3-attr',
  'python3-cffi-backend',
  'python3-cryptography',
  'python3-dateutil',
  'python3-iso8601',
  'python3-nacl',
  'python3-pathspec',
  'python3-pkg-resources',
  'python3-securesystemslib',
  'python3-six',
  'python3.11-minimal',
  'zlib1g',
];

/** Runs in-toto's own verifier in a folder with layout and links: 'accepted', or what it says against them. */
export type InTotoVerifier = (folder: string, ownerPem: string) => Promise<string>;

export async function inTotoVerifier(): Promise<InTotoVerifier> {
  const tools = await debianTools({ suite: 'bookworm', packages: PACKAGES });
  const triplet = tripletOf(platformOfHost());
  const libraries = ['usr/lib', 'lib'].map((folder) => path.join(tools, folder, triplet));
  const processes = createProcessRunner({
    PYTHONHOME: path.join(tools, 'usr'),
    PYTHONPATH: path.join(tools, 'usr/lib/python3/dist-packages'),
    LD_LIBRARY_PATH: libraries.join(':'),
  });
  const python = path.join(tools, 'usr/bin/python3.11');
  const program = path.join(tools, 'usr/bin/in-toto-verify');
  return async (folder, ownerPem) => {
    // 1.3 reads ECDSA keys as JSON; later ones read PEM
    const key = { keytype: 'ecdsa', scheme: 'ecdsa-sha2-nistp256', keyval: { public: ownerPem.trim() } };
    await writeFile(path.join(folder, 'owner.json'), JSON.stringify(key));
    const keyArgs = ['--layout-keys', 'owner.json', '--key-types', 'ecdsa'];
    const argv = [python, program, '--layout', 'root.layout', ...keyArgs];
    try {
      await processes.run(argv, { cwd: folder });
      return 'accepted';
    } catch (error) {
      if (error instanceof ToolError && error.kind === 'exited') {
        return error.stderrTail;
      }
      throw error;
    }
  };
}
