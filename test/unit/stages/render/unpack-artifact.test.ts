import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pack, type Header } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { readTemplates } from '../../../../src/host/catalog-files.ts';
import { createProcessRunner } from '../../../../src/host/process.ts';
import { toArtifactView } from '../../../../src/stages/render/artifact-view.ts';
import { fillTemplate } from '../../../../src/stages/render/templates.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const templates = await readTemplates(path.resolve(import.meta.dirname, '../../../../templates'));

type Entry = Pick<Header, 'name'> & Partial<Header>;

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const entry of entries) {
    tar.entry({ mode: 0o755, ...entry }, entry.type === undefined ? 'content\n' : '');
  }
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) {
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}

/** Runs the script of the layer's stage on a download, with folders of this machine in the place of the stage's. */
async function unpack(entries: (outside: string) => readonly Entry[]) {
  const folder = await temporaryFolder();
  const [outside, layer] = [path.join(folder, 'outside'), path.join(folder, 'a/b/c/layer')];
  await mkdir(path.join(folder, 'artifacts/tool'), { recursive: true });
  await mkdir(layer, { recursive: true });
  await mkdir(outside);
  await writeFile(path.join(folder, 'artifacts/tool/artifact'), await tarOf(entries(outside)));
  const request = {
    kind: 'npm',
    name: 'tool',
    range: '1',
    into: '/opt',
    keep: ['*'],
    packages: { 'linux/amd64': 'tool', 'linux/arm64': 'tool' },
  } as const;
  const script = fillTemplate(templates, 'partials/unpack-artifact', toArtifactView(request))
    .replaceAll('/layer', layer)
    .replaceAll('/artifacts', path.join(folder, 'artifacts'));
  const error: unknown = await createProcessRunner()
    .run(['bash', '-euo', 'pipefail', '-c', script])
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  const files = async (from: string) =>
    (await readdir(from, { recursive: true, withFileTypes: true }))
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(from, path.join(entry.parentPath, entry.name)));
  return { error, layer: await files(layer), all: await files(folder), outside: await files(outside) };
}

describe('an artifact that wants to leave its folder', () => {
  test('one that does not is unpacked there', async () => {
    const { error, layer } = await unpack(() => [{ name: 'package/bin/tool' }]);
    expect([error, layer]).toEqual([undefined, ['opt/bin/tool']]);
  });

  test.each<{ summary: string; entries: (outside: string) => readonly Entry[]; reason: RegExp }>([
    {
      summary: 'by a name with dots',
      entries: () => [{ name: 'package/../../../escaped' }],
      reason: /Member name contains '\.\.'/,
    },
    {
      summary: 'through a link to an absolute path',
      entries: (outside) => [
        { name: 'package/link', type: 'symlink', linkname: outside },
        { name: 'package/link/escaped' },
      ],
      reason: /link\/escaped: Cannot open/,
    },
    {
      summary: 'through a link with dots',
      entries: () => [
        { name: 'package/link', type: 'symlink', linkname: '../../../../../outside' },
        { name: 'package/link/escaped' },
      ],
      reason: /link\/escaped: Cannot open/,
    },
    {
      summary: 'by a second name of a file outside',
      entries: () => [
        { name: 'package/escaped', type: 'link', linkname: 'package/../../../../../etc/passwd' },
      ],
      reason: /Cannot hard link/,
    },
  ])('$summary: the step fails, and nothing is there', async ({ entries, reason }) => {
    const { error, outside, all } = await unpack(entries);
    expect(error).toMatchObject({ kind: 'exited', stderrTail: expect.stringMatching(reason) });
    expect(outside).toEqual([]);
    expect(all.filter((file) => file.endsWith('escaped'))).toEqual([]);
  });

  test('an absolute name is taken below the folder', async () => {
    const { error, outside, layer } = await unpack((folder) => [{ name: `/package${folder}/file` }]);
    expect([error, outside]).toEqual([undefined, []]);
    expect(layer.every((file) => file.startsWith('opt/'))).toBe(true);
  });
});
