import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { listContainers } from '../../../src/host/kubernetes.ts';
import { serveHttp } from '../../support/http-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const digest = `sha256:${'a'.repeat(64)}`;

function pod(namespace: string, name: string, statuses: object): object {
  return { metadata: { namespace, name }, status: statuses };
}

const PAGES: Readonly<Record<string, object>> = {
  '': {
    metadata: { continue: 'page 2' },
    items: [
      pod('shop', 'cart-1', {
        initContainerStatuses: [{ name: 'migrate', imageID: `registry.example.com/shop/migrate@${digest}` }],
        containerStatuses: [{ name: 'cart', imageID: `registry.example.com/shop/cart@${digest}` }],
      }),
    ],
  },
  'page 2': {
    metadata: {},
    items: [
      pod('jobs', 'nightly', { containerStatuses: [{ name: 'run', imageID: digest }] }),
      pod('jobs', 'pending', {}),
    ],
  },
};

/** An API server that knows one token, and lists pods in pages. */
async function cluster(token = 'right') {
  const server = await serveHttp((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://server');
    const isKnown = request.headers.authorization === 'Bearer right';
    const page = PAGES[searchParams.get('continue') ?? ''];
    const isAsked = pathname === '/api/v1/pods' && searchParams.get('limit') === '500';
    response.statusCode = isKnown ? 200 : 403;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(
        isKnown && isAsked
          ? { kind: 'PodList', apiVersion: 'v1', ...page }
          : { kind: 'Status', message: `secret of ${String(request.headers.authorization)}` },
      ),
    );
  });
  const folder = await temporaryFolder();
  const file = path.join(folder, 'config');
  await writeFile(
    file,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: server.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user: { token } }],
      contexts: [{ name: 'production', context: { cluster: 'c', user: 'u' } }],
    }),
  );
  const access = { environment: { KUBECONFIG: file }, home: folder, signal: new AbortController().signal };
  return { ...server, access };
}

test('lists every container of every page, and only reads', async () => {
  const { access, requests } = await cluster();
  expect(await listContainers('production', access)).toEqual([
    { where: 'production/shop/cart-1 (migrate)', imageId: `registry.example.com/shop/migrate@${digest}` },
    { where: 'production/shop/cart-1 (cart)', imageId: `registry.example.com/shop/cart@${digest}` },
    { where: 'production/jobs/nightly (run)', imageId: digest },
  ]);
  expect(requests.map(({ method, url }) => `${method ?? ''} ${url ?? ''}`)).toEqual([
    'GET /api/v1/pods?limit=500',
    'GET /api/v1/pods?continue=page+2&limit=500',
  ]);
});

test('an API server that says no is told without what it was sent', async () => {
  const { access } = await cluster('wrong');
  const failing = listContainers('production', access);
  await expect(failing).rejects.toMatchObject({
    code: 'CLUSTER_FAILED',
    message: 'cannot list pods of context "production": the API server answered 403',
  });
});

test('a context that the configuration does not have is refused', async () => {
  const { access } = await cluster();
  await expect(listContainers('staging', access)).rejects.toMatchObject({
    code: 'USAGE',
    message: 'cannot find the context: expected one of "production", got "staging"',
  });
});

test('without a configuration there is no context', async () => {
  const { access } = await cluster();
  await expect(listContainers('production', { ...access, environment: {} })).rejects.toThrow(
    'expected one of none',
  );
});

test('a server that never answers is left when the command is cancelled', async () => {
  const { access } = await cluster();
  const signal = AbortSignal.abort(new Error('cancelled'));
  await expect(listContainers('production', { ...access, signal })).rejects.toThrow('cancelled');
});
