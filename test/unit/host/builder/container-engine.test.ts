import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { extract } from 'tar-stream';
import { expect, it } from 'vitest';
import { containerSettings } from '../../../../src/host/builder/index.ts';
import { folderTar } from '../../../../src/host/builder/folder-tar.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

it("the builder's container has no network, no port and no folder of the host", () => {
  const { HostConfig: host, ...settings } = containerSettings(
    { name: 'ingot-1', buildCacheBytes: 8_000_000_000 },
    'ingot.local/ingot-1:2',
  );
  expect(host).toEqual({
    Privileged: true,
    NetworkMode: 'none',
    Mounts: [{ Type: 'volume', Source: 'ingot-1', Target: '/var/lib/docker' }],
    Tmpfs: { '/run': '', '/tmp': '' },
  });
  expect(settings).toMatchObject({ name: 'ingot-1', OpenStdin: true, StdinOnce: true });
  expect(settings).not.toHaveProperty('ExposedPorts');
});

it('a folder is sent with the modes and links it has', async () => {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, 'bin'));
  await writeFile(path.join(folder, 'bin/hello'), '#!/bin/sh\n');
  await chmod(path.join(folder, 'bin/hello'), 0o755);
  await symlink('bin/hello', path.join(folder, 'hi'));
  const found: unknown[] = [];
  for await (const entry of folderTar(folder, '/srv/shared/0').pipe(extract())) {
    const { name, type, mode, linkname } = entry.header;
    found.push([name, type, ...(type === 'symlink' ? [linkname] : [mode.toString(8)])]);
    entry.resume();
  }
  expect(found.sort()).toEqual([
    ['srv/shared/0', 'directory', '700'],
    ['srv/shared/0/bin', 'directory', '755'],
    ['srv/shared/0/bin/hello', 'file', '755'],
    ['srv/shared/0/hi', 'symlink', 'bin/hello'],
  ]);
});
