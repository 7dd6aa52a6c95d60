import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  ApiException,
  CoreV1Api,
  KubeConfig,
  ServerConfiguration,
  createConfiguration,
  type Cluster,
  type V1Pod,
} from '@kubernetes/client-node';
import { FactoryError } from '../model/index.ts';

/** What a container of a pod runs, as its node says. */
export interface RunningContainer {
  /** `production/shop/cart-7d4b9 (cart)`: context, namespace, pod, container. */
  readonly where: string;
  /** `registry.example.com/shop/cart@sha256:…`; empty before it is pulled. */
  readonly imageId: string;
}

export interface KubernetesAccess {
  /** `KUBECONFIG` counts, else `~/.kube/config`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly signal: AbortSignal;
}

/** Pods that one answer lists, as kubectl asks for. */
const PAGE = 500;
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * Every container of every pod of a context, of all namespaces, also those that have ended: what runs them may start
 * them again. Only pods are listed, and nothing is changed.
 */
export async function listContainers(
  context: string,
  { environment, home, signal }: KubernetesAccess,
): Promise<readonly RunningContainer[]> {
  const config = loadConfig(environment, home);
  const api = openApi(context, config, signal);
  const found: RunningContainer[] = [];
  let next: string | undefined;
  do {
    const { items, metadata } = await listPods({ context, api, signal }, next);
    found.push(...items.flatMap((pod) => containersOf(context, pod)));
    next = metadata?._continue;
  } while (next !== undefined && next !== '');
  return found;
}

function loadConfig(environment: KubernetesAccess['environment'], home: string): KubeConfig {
  const written = environment['KUBECONFIG'] ?? '';
  const files = written === '' ? [path.join(home, '.kube/config')] : written.split(path.delimiter);
  const config = new KubeConfig();
  try {
    for (const file of files.filter((each) => existsSync(each))) {
      const part = new KubeConfig();
      part.loadFromFile(file);
      config.mergeConfig(part);
    }
  } catch (error) {
    throw new FactoryError('USAGE', `cannot read the configuration of Kubernetes: ${messageOf(error)}`, {
      hint: 'see that `kubectl config view` works here',
      cause: error,
    });
  }
  return config;
}

function openApi(context: string, config: KubeConfig, signal: AbortSignal): CoreV1Api {
  config.setCurrentContext(context);
  const cluster: Cluster | null =
    config.getContextObject(context) === null ? null : config.getCurrentCluster();
  if (cluster === null) {
    const known = config.getContexts().map(({ name }) => `"${name}"`);
    throw new FactoryError(
      'USAGE',
      `cannot find the context: expected one of ${known.join(', ') || 'none'}, got "${context}"`,
      { hint: '`kubectl config get-contexts` lists them' },
    );
  }
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(cluster.server, {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        pre: (request) => {
          request.setSignal(AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]));
          return Promise.resolve(request);
        },
        post: (response) => Promise.resolve(response),
      },
    ],
  });
  return new CoreV1Api(configuration);
}

interface Asked {
  readonly context: string;
  readonly api: CoreV1Api;
  readonly signal: AbortSignal;
}

async function listPods(
  { context, api, signal }: Asked,
  next: string | undefined,
): ReturnType<CoreV1Api['listPodForAllNamespaces']> {
  try {
    return await api.listPodForAllNamespaces({ limit: PAGE, ...(next !== undefined && { _continue: next }) });
  } catch (error) {
    signal.throwIfAborted();
    throw new FactoryError(
      'CLUSTER_FAILED',
      `cannot list pods of context "${context}": ${messageOf(error)}`,
      {
        hint: `see that \`kubectl --context ${context} get pods --all-namespaces\` works here`,
        cause: error instanceof ApiException ? undefined : error,
      },
    );
  }
}

/** An answer's body may be a page of a proxy; its status says enough. */
function messageOf(error: unknown): string {
  if (error instanceof ApiException) {
    return `the API server answered ${error.code}`;
  }
  return error instanceof Error ? error.message : String(error);
}

function containersOf(context: string, { metadata, status }: V1Pod): readonly RunningContainer[] {
  const pod = [context, metadata?.namespace, metadata?.name].join('/');
  const statuses = [
    status?.initContainerStatuses,
    status?.containerStatuses,
    status?.ephemeralContainerStatuses,
  ].flatMap((each) => each ?? []);
  return statuses.map(({ name, imageID }) => ({ where: `${pod} (${name})`, imageId: imageID }));
}
