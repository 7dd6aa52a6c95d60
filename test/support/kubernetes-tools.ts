import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { findGoSettings } from '../../src/cli/go-settings.ts';
import { childEnvironment } from '../../src/cli/open-network.ts';
import { makeFolder } from '../../src/files/index.ts';
import { isUnpacked } from '../../src/host/builder/index.ts';
import { createProcessRunner, type ProcessRunner } from '../../src/host/process.ts';
import { debianTools } from './debian-tools.ts';
import { TEST_CACHE } from './tools.ts';

/** https://github.com/yannh/kubeconform */
const KUBECONFORM = 'github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0';
/** The version whose API the manifests are checked against. */
const KUBERNETES = 'v1.34.2';

/** What others check manifests with. */
export interface KubernetesTools {
  /** What `kubectl apply --kustomize` would send. */
  render(folder: string): Promise<string>;
  /** Rejects with what kubeconform says against them: unknown fields, wrong types, what is missing. */
  check(manifests: string): Promise<void>;
}

/** Made once, from the Go module proxy and Debian's Go, and kept between test runs. */
export async function kubernetesTools(): Promise<KubernetesTools> {
  const kubectl = path.join(await debianTools({ suite: 'trixie', packages: ['kubectl'] }), 'usr/bin/kubectl');
  const folder = path.join(TEST_CACHE, 'kubernetes', KUBERNETES);
  if (!(await isUnpacked(folder))) {
    await makeFolder(folder, prepare);
  }
  const runner = createProcessRunner({});
  const schemas = path.join(folder, 'schemas/{{ .ResourceKind }}{{ .KindSuffix }}.json');
  const kubeconform = [path.join(folder, 'kubeconform'), '-strict', '-schema-location', schemas];
  return {
    render: async (kustomization) => (await runner.run([kubectl, 'kustomize', kustomization])).stdout,
    check: async (manifests) => {
      await runner.run(kubeconform, { input: manifests });
    },
  };
}

async function prepare(folder: string): Promise<void> {
  const work = await mkdtemp(path.join(tmpdir(), 'ingot-go-'));
  try {
    const go = await goCommand(work, folder);
    await go(['install', KUBECONFORM]);
    const { stdout } = await go(['mod', 'download', '-json', `k8s.io/kubernetes@${KUBERNETES}`]);
    const module = z.object({ Dir: z.string() }).parse(JSON.parse(stdout));
    const text = await readFile(path.join(module.Dir, 'api/openapi-spec/swagger.json'), 'utf8');
    await writeSchemas(Swagger.parse(JSON.parse(text)), path.join(folder, 'schemas'));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function goCommand(
  work: string,
  programs: string,
): Promise<(args: readonly string[]) => ReturnType<ProcessRunner['run']>> {
  const tools = await debianTools({ suite: 'trixie', packages: ['golang-1.24-go', 'golang-1.24-src'] });
  const root = path.join(tools, 'usr/lib/go-1.24');
  const network = await childEnvironment({ environment: { ...process.env, XDG_CACHE_HOME: TEST_CACHE } });
  const runner = createProcessRunner(network);
  const shippedDefaults = (): Promise<string> => readFile(path.join(root, 'go.env'), 'utf8');
  const { proxy, sumdb } = await findGoSettings({ environment: process.env, runner, shippedDefaults });
  const env = {
    GOROOT: root,
    GOPROXY: proxy,
    GOSUMDB: sumdb,
    GOTOOLCHAIN: 'local',
    GOPATH: work,
    GOCACHE: path.join(work, 'cache'),
    GOBIN: programs,
    // or its files could not be removed
    GOFLAGS: '-modcacherw -buildvcs=false',
    CGO_ENABLED: '0',
  };
  return (args) => runner.run([path.join(root, 'bin/go'), ...args], { env, cwd: work, timeoutMs: 600_000 });
}

const Swagger = z.object({
  definitions: z.record(
    z.string(),
    z.looseObject({
      properties: z.record(z.string(), z.looseObject({ format: z.string().optional() })).optional(),
      'x-kubernetes-group-version-kind': z
        .array(z.object({ group: z.string(), version: z.string(), kind: z.string() }))
        .optional(),
    }),
  ),
});
type Swagger = z.infer<typeof Swagger>;

/** Kubernetes' OpenAPI as kubeconform reads it: a file for each kind, in which no other fields are allowed. */
async function writeSchemas({ definitions }: Swagger, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const strict = Object.entries(definitions).map(([name, schema]) => [name, strictly(schema)]);
  // '#/definitions/…' is how the OpenAPI refers to them already
  await writeFile(
    path.join(folder, '_definitions.json'),
    JSON.stringify({ definitions: Object.fromEntries(strict) as object }),
  );
  for (const [name, { 'x-kubernetes-group-version-kind': kinds = [] }] of Object.entries(definitions)) {
    for (const { group, version, kind } of kinds) {
      const suffix = [group.split('.')[0] ?? '', version].filter((part) => part !== '').join('-');
      const file = path.join(folder, `${kind}-${suffix}.json`.toLowerCase());
      await writeFile(file, JSON.stringify({ $ref: `_definitions.json#/definitions/${name}` }));
    }
  }
}

function strictly(schema: Swagger['definitions'][string]): object {
  if (schema.properties === undefined) {
    return anyOfIntOrString(schema);
  }
  const properties = Object.entries(schema.properties).map(([name, each]) => [name, anyOfIntOrString(each)]);
  return { ...schema, properties: Object.fromEntries(properties) as object, additionalProperties: false };
}

/** A string to OpenAPI 2, which has no types of two kinds. */
function anyOfIntOrString(schema: Readonly<Record<string, unknown>>): object {
  return schema['format'] === 'int-or-string' ? { type: ['string', 'integer'] } : schema;
}
