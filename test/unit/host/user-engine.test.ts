import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { engineAddress, engineAt, openUserEngine } from '../../../src/host/user-engine.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A home with one Docker context beside the default. */
async function homeWith(currentContext?: string): Promise<string> {
  const home = await temporaryFolder();
  const id = createHash('sha256').update('colima').digest('hex');
  const folder = path.join(home, '.docker/contexts/meta', id);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(home, '.docker/config.json'), JSON.stringify({ auths: {}, currentContext }));
  const meta = { Name: 'colima', Metadata: {}, Endpoints: { docker: { Host: 'unix:///colima.sock' } } };
  await writeFile(path.join(folder, 'meta.json'), JSON.stringify(meta));
  return home;
}

it.each([
  {
    summary: 'DOCKER_HOST before all',
    environment: { DOCKER_HOST: 'tcp://a:1', DOCKER_CONTEXT: 'colima' },
    current: 'colima',
    address: 'tcp://a:1',
  },
  {
    summary: 'DOCKER_CONTEXT before the current one',
    environment: { DOCKER_CONTEXT: 'colima' },
    current: 'default',
    address: 'unix:///colima.sock',
  },
  { summary: 'the current context', environment: {}, current: 'colima', address: 'unix:///colima.sock' },
  {
    summary: 'the usual socket',
    environment: { DOCKER_CONTEXT: 'default' },
    current: 'colima',
    address: 'unix:///var/run/docker.sock',
  },
])('the engine is that of $summary', async ({ environment, current, address }) => {
  expect(await engineAddress({ environment, home: await homeWith(current) })).toBe(address);
});

it('a context that is not there is a mistake of usage', async () => {
  const environment = { DOCKER_CONTEXT: 'gone' };
  await expect(engineAddress({ environment, home: await homeWith() })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('"gone"') as string,
  });
});

it.each(['ssh://host', 'npipe:////./pipe/docker', 'nonsense'])(
  '%s is no address we can use',
  async (host) => {
    const user = { environment: { DOCKER_HOST: host }, home: '/nowhere' };
    await expect(openUserEngine(user)).rejects.toMatchObject({ code: 'USAGE' });
  },
);

it('certificates that are missing are named', async () => {
  const environment = { DOCKER_HOST: 'tcp://engine:2376', DOCKER_CERT_PATH: '/nowhere' };
  await expect(openUserEngine({ environment, home: '/home' })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('/nowhere/ca.pem') as string,
  });
});

it("an engine of ours is never mistaken for the user's, whatever DOCKER_HOST says", async () => {
  const socket = path.join(await temporaryFolder(), 'docker.sock');
  const server = createServer((_request, response) => response.end('OK')).listen(socket);
  vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
  vi.stubEnv('DOCKER_TLS_VERIFY', '1');
  try {
    expect(String(await (await engineAt(socket)).ping())).toBe('OK');
  } finally {
    server.close();
  }
});
