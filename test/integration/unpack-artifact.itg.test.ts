import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTemplates } from '../../src/host/catalog-files.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import type { ArtifactRequest, HttpsArtifactRequest } from '../../src/model/index.ts';
import { toArtifactView } from '../../src/stages/render/artifact-view.ts';
import { fillTemplate } from '../../src/stages/render/templates.ts';
import { ROOT } from '../support/source-tree.ts';
import { tarballOf } from '../support/tarball.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { zipOf } from '../support/zip.ts';

const GO: ArtifactRequest = { kind: 'go', name: 'go', range: '1', into: '/usr/local/go', keep: ['*'] };
const NPM: ArtifactRequest = {
  kind: 'npm',
  name: 'node',
  packages: { 'linux/amd64': 'node', 'linux/arm64': 'node' },
  range: '24',
  into: '/usr/local',
  keep: ['bin/node', 'include/*.h', 'lib'],
};
const HTTPS: HttpsArtifactRequest = {
  ...GO,
  kind: 'https',
  name: 'tool',
  into: '/opt/tool',
  url: 'https://releases.example/tool',
  architectures: { 'linux/amd64': 'amd64', 'linux/arm64': 'arm64' },
  format: 'zip',
  strip: 0,
  versions: { kind: 'fixed', versions: [] },
  checksum: { format: 'sha256sum', url: 'https://releases.example/sums' },
};

/** Runs the step as a Dockerfile would, with its absolute folders moved into an empty one; gives files and modes. */
async function unpack(request: ArtifactRequest, download: Uint8Array): Promise<Record<string, string>> {
  const folder = await temporaryFolder();
  const templates = await readTemplates(path.join(ROOT, 'templates'));
  const script = fillTemplate(templates, 'partials/unpack-artifact', toArtifactView(request));
  await mkdir(path.join(folder, 'artifacts', request.name), { recursive: true });
  await mkdir(path.join(folder, 'tmp'));
  await writeFile(path.join(folder, 'artifacts', request.name, 'artifact'), download);
  const moved = script.replaceAll(/(?<=[\s=])\/(?=(?:artifacts|layer|tmp)\/)/g, `${folder}/`);
  await createProcessRunner().run(['bash', '-euo', 'pipefail', '-c', `umask 022\n${moved}`]);
  expect(await readdir(path.join(folder, 'tmp'))).toEqual([]);
  return filesIn(path.join(folder, 'layer'));
}

async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const found: Record<string, string> = {};
  for (const file of files.sort()) {
    const mode = ((await stat(file)).mode & 0o777).toString(8);
    found[`/${path.relative(folder, file)}`] = `${mode} ${await readFile(file, 'utf8')}`;
  }
  return found;
}

describe('an artifact is unpacked', () => {
  test('a tarball: what is kept, without its outermost folder', async () => {
    const files = {
      'package/bin/node': 'node',
      'package/bin/npm': 'npm',
      'package/include/a.h': 'a',
      'package/include/deep/b.h': 'b',
      'package/lib/deep/c.js': 'c',
      'package/README.md': 'readme',
    };
    const expected = {
      '/usr/local/bin/node': '644 node',
      '/usr/local/include/a.h': '644 a',
      '/usr/local/lib/deep/c.js': '644 c',
    };
    expect(await unpack(NPM, await tarballOf(files, 'gz'))).toEqual(expected);
    expect(await unpack(NPM, await tarballOf(files, 'xz'))).toEqual(expected);
  });

  test('a toolchain: with the modes and names that a module zip cannot have', async () => {
    const root = 'golang.org/toolchain@v0.0.1-go1.27.3.linux-amd64';
    const zip = zipOf({
      [`${root}/bin/go`]: 'go',
      [`${root}/pkg/tool/linux_amd64/vet`]: 'vet',
      [`${root}/lib/wasm/go_js_wasm_exec`]: 'exec',
      [`${root}/src/_go.mod`]: 'module std',
      [`${root}/src/cmd/_go.mod`]: 'module cmd',
      [`${root}/src/fmt/print.go`]: 'package fmt',
    });
    expect(await unpack(GO, zip)).toEqual({
      '/usr/local/go/bin/go': '755 go',
      '/usr/local/go/lib/wasm/go_js_wasm_exec': '755 exec',
      '/usr/local/go/pkg/tool/linux_amd64/vet': '755 vet',
      '/usr/local/go/src/cmd/go.mod': '644 module cmd',
      '/usr/local/go/src/fmt/print.go': '644 package fmt',
      '/usr/local/go/src/go.mod': '644 module std',
    });
  });

  test('a zip without an outermost folder', async () => {
    const zip = zipOf({ 'a b.txt': 'a', 'deep/c.txt': 'c', 'other/d.txt': 'd' });
    expect(await unpack({ ...HTTPS, keep: ['*.txt', 'deep'] }, zip)).toEqual({
      '/opt/tool/a b.txt': '644 a',
      '/opt/tool/deep/c.txt': '644 c',
    });
  });

  test('a program', async () => {
    const request: ArtifactRequest = { ...HTTPS, format: 'file', keep: ['bin/tool'] };
    expect(await unpack(request, Buffer.from('#!'))).toEqual({ '/opt/tool/bin/tool': '755 #!' });
  });

  test('what is not there is an error', async () => {
    const tarball = await tarballOf({ 'package/README.md': 'readme' }, 'gz');
    await expect(unpack(NPM, tarball)).rejects.toThrow('Not found in archive');
  });
});
