import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  ApiException,
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  ServerConfiguration,
  createConfiguration,
  type Cluster,
  type Configuration,
  type V1Container,
  type V1JobTemplateSpec,
  type V1ListMeta,
  type V1ObjectMeta,
  type V1Pod,
  type V1PodSpec,
  type V1PodTemplateSpec,
} from '@kubernetes/client-node';
import { FactoryError } from '../model/index.ts';

/** A container of a pod, or of what pods are made from. */
export interface RunningContainer {
  /** `production/shop/cart-7d4b9 (cart)`: context, namespace, pod, container; `production/shop/deployment/cart (cart)`. */
  readonly where: string;
  /** `registry.example.com/shop/cart@sha256:…`, as its node says; before it is pulled as the pod asks for it. */
  readonly imageId: string;
}

export interface KubernetesAccess {
  /** `KUBECONFIG` counts, else `~/.kube/config`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly signal: AbortSignal;
}

/** What one answer lists, as kubectl asks for. */
const PAGE = 500;
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * Every container of every pod of a context, of all namespaces, also those that have ended: what runs them may start
 * them again. Of what makes pods, and may have none at the moment, those whose image is named by digest: of a tag
 * nobody knows what it will be. All is only listed, and nothing is changed.
 */
export async function listContainers(
  context: string,
  { environment, home, signal }: KubernetesAccess,
): Promise<readonly RunningContainer[]> {
  const configuration = openCluster(context, loadConfig(environment, home), signal);
  const [core, apps, batch] = [
    new CoreV1Api(configuration),
    new AppsV1Api(configuration),
    new BatchV1Api(configuration),
  ];
  const asked = { context, signal };
  const pods = await listAll(asked, 'pods', (page) => core.listPodForAllNamespaces(page));
  const found = pods.flatMap((pod) => containersOf(context, pod));
  const makers: readonly (readonly [string, (page: Page) => Promise<Listed<PodMaker>>])[] = [
    ['deployments', (page) => apps.listDeploymentForAllNamespaces(page)],
    ['statefulsets', (page) => apps.listStatefulSetForAllNamespaces(page)],
    ['daemonsets', (page) => apps.listDaemonSetForAllNamespaces(page)],
    ['cronjobs', (page) => batch.listCronJobForAllNamespaces(page)],
  ];
  for (const [what, list] of makers) {
    const listed = await listAll(asked, what, list);
    found.push(...listed.flatMap((maker) => templateOf(context, what, maker)));
  }
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

function openCluster(context: string, config: KubeConfig, signal: AbortSignal): Configuration {
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
  return createConfiguration({
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
}

interface Asked {
  readonly context: string;
  readonly signal: AbortSignal;
}

interface Page {
  readonly limit: number;
  readonly _continue?: string;
}

interface Listed<Item> {
  readonly items: readonly Item[];
  readonly metadata?: V1ListMeta;
}

async function listAll<Item>(
  { context, signal }: Asked,
  what: string,
  list: (page: Page) => Promise<Listed<Item>>,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let next = '';
  try {
    do {
      const { items, metadata } = await list({ limit: PAGE, ...(next !== '' && { _continue: next }) });
      found.push(...items);
      next = metadata?._continue ?? '';
    } while (next !== '');
  } catch (error) {
    signal.throwIfAborted();
    throw new FactoryError(
      'CLUSTER_FAILED',
      `cannot list ${what} of context "${context}": ${messageOf(error)}`,
      {
        hint: `see that \`kubectl --context ${context} get ${what} --all-namespaces\` works here`,
        cause: error instanceof ApiException ? undefined : error,
      },
    );
  }
  return found;
}

/** An answer's body may be a page of a proxy; its status says enough. */
function messageOf(error: unknown): string {
  if (error instanceof ApiException) {
    return `the API server answered ${error.code}`;
  }
  return error instanceof Error ? error.message : String(error);
}

function containersOf(context: string, { metadata, spec, status }: V1Pod): readonly RunningContainer[] {
  const pod = [context, metadata?.namespace, metadata?.name].join('/');
  const pulled = [
    status?.initContainerStatuses,
    status?.containerStatuses,
    status?.ephemeralContainerStatuses,
  ].flatMap((each) => each ?? []);
  const images = new Map([
    ...specified(spec).map(({ name, image = '' }) => [name, image] as const),
    ...pulled.flatMap(({ name, imageID }) => (imageID === '' ? [] : [[name, imageID] as const])),
  ]);
  return [...images].map(([name, imageId]) => ({ where: `${pod} (${name})`, imageId }));
}

function specified(spec: V1PodSpec | undefined): readonly Pick<V1Container, 'name' | 'image'>[] {
  return [spec?.initContainers, spec?.containers, spec?.ephemeralContainers].flatMap((each) => each ?? []);
}

/** What pods are made from: a CronJob has its template in that of its jobs. */
interface PodMaker {
  readonly metadata?: V1ObjectMeta;
  readonly spec?: {
    readonly template?: V1PodTemplateSpec;
    readonly jobTemplate?: V1JobTemplateSpec;
  };
}

function templateOf(
  context: string,
  what: string,
  { metadata, spec }: PodMaker,
): readonly RunningContainer[] {
  const template = spec?.template ?? spec?.jobTemplate?.spec?.template;
  const maker = [context, metadata?.namespace, what.replace(/s$/, ''), metadata?.name].join('/');
  return specified(template?.spec).flatMap(({ name, image = '' }) =>
    image.includes('@') ? [{ where: `${maker} (${name})`, imageId: image }] : [],
  );
}
