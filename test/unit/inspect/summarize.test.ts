import { expect, describe, test } from 'vitest';
import { summarizeImage } from '../../../src/inspect/index.ts';
import { lookedAt } from '../../support/looked-at.ts';
import type { TestImage } from '../../support/layout.ts';

const name = { reference: 'oci:/x@sha256:1', platform: 'linux/amd64', manifest: 'sha256:2' };

async function summaryOf(image: TestImage) {
  return summarizeImage({ name, looked: await lookedAt(image), annotations: {} });
}

describe('what is wasted', () => {
  test('files that later layers replace or remove, largest first', async () => {
    const { wasted } = await summaryOf({
      layers: [
        [
          { path: 'a', content: 'x'.repeat(100) },
          { path: 'b/c', content: 'x'.repeat(300) },
          { path: 'kept', content: 'x'.repeat(500) },
        ],
        [{ path: 'a', content: 'y'.repeat(100) }, { path: '.wh.b' }],
      ],
    });
    expect(wasted.bytes).toBe(400);
    expect(wasted.efficiency).toBe(0.6);
    expect(wasted.files).toEqual([
      { path: '/b/c', bytes: 300, layer: 0, by: 'removed', inLayer: 1 },
      { path: '/a', bytes: 100, layer: 0, by: 'replaced', inLayer: 1 },
    ]);
  });

  test('nothing of an image whose layers do not meet', async () => {
    const { wasted } = await summaryOf({
      layers: [[{ path: 'a', content: 'x' }], [{ path: 'b', content: 'y' }]],
    });
    expect(wasted).toEqual({ bytes: 0, efficiency: 1, files: [] });
  });

  test('an image without a byte is not divided by', async () => {
    expect((await summaryOf({ layers: [[{ path: 'a' }]] })).wasted.efficiency).toBe(1);
  });
});

test('what gives rights: setuid, setgid, folders too, and capabilities', async () => {
  const { privileged } = await summaryOf({
    layers: [
      [
        { path: 'usr/bin/plain', mode: 0o755 },
        { path: 'usr/bin/su', mode: 0o4755 },
        { path: 'usr/bin/both', mode: 0o6755, uid: 1, gid: 2 },
        { path: 'usr/bin/ping', mode: 0o755, pax: { 'SCHILY.xattr.security.capability': 'cap' } },
        { path: 'var/mail/', mode: 0o2775 },
        { path: 'usr/bin/link', type: 'symlink', linkname: 'su', mode: 0o7777 },
      ],
    ],
  });
  expect(privileged.map(({ path, mode, kinds }) => [path, mode, ...kinds])).toEqual([
    ['/usr/bin/both', '6755', 'setuid', 'setgid'],
    ['/usr/bin/ping', '0755', 'capabilities'],
    ['/usr/bin/su', '4755', 'setuid'],
    ['/var/mail', '2775', 'setgid'],
  ]);
});

test('shells, wherever they lie, if they can be run', async () => {
  const { shells } = await summaryOf({
    layers: [
      [
        { path: 'opt/tools/bash', mode: 0o755 },
        { path: 'bin/sh', type: 'symlink', linkname: '/opt/tools/bash' },
        { path: 'usr/share/doc/bash', mode: 0o644 },
        { path: 'usr/lib/dash/', mode: 0o755 },
      ],
    ],
  });
  expect(shells).toEqual(['/bin/sh', '/opt/tools/bash']);
});

test('layers with their steps, and the packages each brings', async () => {
  const status = (name: string) => ({
    path: `var/lib/dpkg/status.d/${name}`,
    content: `Package: ${name}\nVersion: 1\nArchitecture: all\n`,
  });
  const { layers, packages } = await summaryOf({
    layers: [
      [status('a')],
      [status('b'), { path: 'x', content: 'abc' }, { path: 'y', type: 'link', linkname: 'x' }],
    ],
    history: [
      { created_by: 'COPY a' },
      { created_by: 'ENV x=1', empty_layer: true },
      { created_by: 'COPY b' },
    ],
  });
  expect(layers.map(({ createdBy, files, packages: names }) => ({ createdBy, files, names }))).toEqual([
    { createdBy: 'COPY a', files: 1, names: ['a'] },
    { createdBy: 'COPY b', files: 3, names: ['b'] },
  ]);
  expect(packages.count).toBe(2);
});

test('settings as the image has them', async () => {
  const { settings, created } = await summaryOf({
    layers: [[]],
    created: 1_790_000_000,
    config: { User: '65532', ExposedPorts: { '8080/tcp': {} }, Env: ['A=1'], Labels: { x: 'y' } },
  });
  expect(created).toBe('2026-09-21T14:13:20.000Z');
  expect(settings).toEqual({
    user: '65532',
    entrypoint: [],
    command: [],
    workingDir: '',
    environment: ['A=1'],
    ports: ['8080/tcp'],
    volumes: [],
    labels: { x: 'y' },
  });
});
