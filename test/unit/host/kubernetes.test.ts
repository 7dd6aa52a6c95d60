import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { listContainers } from '../../../src/host/kubernetes.ts';
import { serveHttp } from '../../support/http-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const digest = `sha256:${'a'.repeat(64)}`;

function pod(namespace: string, name: string, statuses: object, containers: readonly object[] = []): object {
  return { metadata: { namespace, name }, spec: { containers }, status: statuses };
}

function made(name: string, image: string): object {
  return { metadata: { namespace: 'shop', name }, spec: { replicas: 0, ...templateWith(image) } };
}

function templateWith(image: string): object {
  return {
    template: {
      spec: { initContainers: [{ name: 'wait', image: 'wait:1' }], containers: [{ name: 'run', image }] },
    },
  };
}

const pinned = `registry.example.com/shop/cart:24@${digest}`;

/** By path, and by what goes on from the page before. */
const PAGES: Readonly<Record<string, object>> = {
  '/api/v1/pods ': {
    metadata: { continue: 'page 2' },
    items: [
      pod('shop', 'cart-1', {
        initContainerStatuses: [{ name: 'migrate', imageID: `registry.example.com/shop/migrate@${digest}` }],
        containerStatuses: [{ name: 'cart', imageID: `registry.example.com/shop/cart@${digest}` }],
      }),
    ],
  },
  '/api/v1/pods page 2': {
    metadata: {},
    items: [
      pod('jobs', 'nightly', { containerStatuses: [{ name: 'run', imageID: digest }] }),
      pod('jobs', 'unscheduled', {}, [{ name: 'pinned', image: pinned }]),
      pod('jobs', 'pulling', { containerStatuses: [{ name: 'tagged', imageID: '' }] }, [
        { name: 'tagged', image: 'registry.example.com/shop/cart:24' },
      ]),
    ],
  },
  '/apis/apps/v1/deployments ': { metadata: {}, items: [made('asleep', pinned), made('moving', 'cart:24')] },
  '/apis/apps/v1/statefulsets ': { metadata: {}, items: [made('database', pinned)] },
  '/apis/apps/v1/daemonsets ': { metadata: {}, items: [made('agent', pinned)] },
  '/apis/batch/v1/cronjobs ': {
    metadata: {},
    items: [
      {
        metadata: { namespace: 'shop', name: 'yearly' },
        spec: { jobTemplate: { spec: templateWith(pinned) } },
      },
    ],
  },
};

/** An API server that knows one token, and lists in pages; what it does not list to this one is forbidden. */
async function cluster(token: string | object = 'right', forbidden = '') {
  const server = await serveHttp((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://server');
    const isKnown = request.headers.authorization === 'Bearer right' && pathname !== forbidden;
    const page = PAGES[`${pathname} ${searchParams.get('continue') ?? ''}`];
    const isAsked = page !== undefined && searchParams.get('limit') === '500';
    response.statusCode = isKnown ? 200 : 403;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(
        isKnown && isAsked
          ? page
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
      users: [{ name: 'u', user: typeof token === 'string' ? { token } : token }],
      contexts: [{ name: 'production', context: { cluster: 'c', user: 'u' } }],
    }),
  );
  const access = { environment: { KUBECONFIG: file }, home: folder, signal: new AbortController().signal };
  return { ...server, access };
}

test('lists every container of every page, and what else is named by digest; and only reads', async () => {
  const { access, requests } = await cluster();
  expect(await listContainers('production', access)).toEqual([
    { where: 'production/shop/cart-1 (migrate)', imageId: `registry.example.com/shop/migrate@${digest}` },
    { where: 'production/shop/cart-1 (cart)', imageId: `registry.example.com/shop/cart@${digest}` },
    { where: 'production/jobs/nightly (run)', imageId: digest },
    { where: 'production/jobs/unscheduled (pinned)', imageId: pinned },
    { where: 'production/jobs/pulling (tagged)', imageId: 'registry.example.com/shop/cart:24' },
    { where: 'production/shop/deployment/asleep (run)', imageId: pinned },
    { where: 'production/shop/statefulset/database (run)', imageId: pinned },
    { where: 'production/shop/daemonset/agent (run)', imageId: pinned },
    { where: 'production/shop/cronjob/yearly (run)', imageId: pinned },
  ]);
  expect(requests.map(({ method, url }) => `${method ?? ''} ${url ?? ''}`)).toEqual([
    'GET /api/v1/pods?limit=500',
    'GET /api/v1/pods?continue=page+2&limit=500',
    'GET /apis/apps/v1/deployments?limit=500',
    'GET /apis/apps/v1/statefulsets?limit=500',
    'GET /apis/apps/v1/daemonsets?limit=500',
    'GET /apis/batch/v1/cronjobs?limit=500',
  ]);
});

test('a token may be in a file, as in the manifest of the guard', async () => {
  const tokenFile = path.join(await temporaryFolder(), 'token');
  await writeFile(tokenFile, 'right');
  const { access } = await cluster({ 'auth-provider': { name: 'tokenFile', config: { tokenFile } } });
  expect(await listContainers('production', access)).toHaveLength(9);
});

test('what may not be listed is told by its name', async () => {
  const { access } = await cluster('right', '/apis/batch/v1/cronjobs');
  await expect(listContainers('production', access)).rejects.toMatchObject({
    code: 'CLUSTER_FAILED',
    message: 'cannot list cronjobs of context "production": the API server answered 403',
  });
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
