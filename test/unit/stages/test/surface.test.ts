import { expect, test } from 'vitest';
import type { ImageContent } from '../../../../src/oci/index.ts';
import { surfaceOf } from '../../../../src/stages/test/surface.ts';
import { subjectWith } from '../../../support/golden-image.ts';

async function contentWith(change: Parameters<typeof subjectWith>[0]): Promise<ImageContent> {
  const { root, config } = await subjectWith(change);
  return { root, config, layers: [], replaced: [] };
}

test('programs are what can be run in folders for programs, by every name', async () => {
  const content = await contentWith({
    add: [
      { path: 'usr/bin/tool', mode: 0o755, content: 'x' },
      { path: 'usr/bin/readme', mode: 0o644, content: 'x' },
      { path: 'usr/bin/again', type: 'symlink', linkname: 'tool' },
      { path: 'usr/bin/nowhere', type: 'symlink', linkname: 'missing' },
      { path: 'usr/bin/text', type: 'symlink', linkname: 'readme' },
      { path: 'usr/libexec/gcc/14/cc1', mode: 0o755, content: 'x' },
      { path: 'usr/lib/libx.so.1.2.3', mode: 0o755, content: 'x' },
      { path: 'opt/jdk/bin/java', mode: 0o755, content: 'x' },
      { path: 'usr/share/bin.d/x', mode: 0o755, content: 'x' },
    ],
  });
  expect(surfaceOf(content, undefined)).toEqual({
    setuidFiles: [],
    executables: [
      '/opt/jdk/bin/java',
      '/usr/bin/again',
      '/usr/bin/hello',
      '/usr/bin/tool',
      '/usr/libexec/gcc/14/cc1',
    ],
  });
});

test('files that give rights are named wherever they are', async () => {
  const { setuidFiles } = surfaceOf(
    await contentWith({
      add: [
        { path: 'usr/lib/helper', mode: 0o2755, content: 'x' },
        { path: 'usr/bin/su', mode: 0o4755, content: 'x' },
        { path: 'usr/bin/ping', mode: 0o755, content: 'x', pax: { 'SCHILY.xattr.security.capability': 'x' } },
      ],
    }),
    undefined,
  );
  expect(setuidFiles).toEqual(['/usr/bin/ping', '/usr/bin/su', '/usr/lib/helper']);
});

test('open ports are those of the configuration and those that something listens on', async () => {
  const content = await contentWith({ config: { ExposedPorts: { '443/tcp': {}, '8443': {} } } });
  const sockets = '   0: 00000000:1F90 00000000:0000 0A 0\n';
  expect(surfaceOf(content, sockets).openPorts).toEqual(['443/tcp', '8080/tcp', '8443/tcp']);
});
