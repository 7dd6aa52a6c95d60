import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ContentCache } from '../../host/content-cache.ts';
import type { FileStore } from '../../host/file-store.ts';
import type { HttpClient } from '../../host/http.ts';
import {
  FactoryError,
  once,
  onceEach,
  type GoArtifactRequest,
  type LockedGoArtifact,
  type Platform,
} from '../../model/index.ts';
import { INTEGRITY, integrityOfHex } from '../integrity.ts';
import type { ArtifactSource } from '../source.ts';
import { createChecksumDatabase, type ChecksumDatabase } from './checksum-database.ts';
import { databaseFiles, parseSumdb } from './find-database.ts';
import { moduleHash } from './module-hash.ts';
import { createModuleProxy, TOOLCHAIN, type ModuleProxy } from './module-proxy.ts';
import { parseProxyList } from './proxy-list.ts';
import type { GoSettings } from './settings.ts';

export type GoSource = ArtifactSource<GoArtifactRequest, LockedGoArtifact>;

export interface GoSourceDeps {
  readonly http: HttpClient;
  /** Asked for when the first toolchain is wanted: a catalog without one needs no proxy. */
  readonly settings: () => Promise<GoSettings>;
  /** The database's tree, and which file has which sum. */
  readonly state: FileStore;
  /** Keeps a zip that was read to verify it, so that it is downloaded once. */
  readonly cache: Pick<ContentCache, 'put'>;
  readonly signal: AbortSignal;
}

const MAX_LIST_BYTES = 8 << 20;
const MAX_INFO_BYTES = 1 << 20;
/** A toolchain has 70 MB. */
const MAX_ZIP_BYTES = 512 << 20;

/** https://go.dev/ref/mod#goproxy-protocol, `.info`. */
const Info = z.object({ Time: z.iso.datetime({ offset: true }) });

export function createGoSource(deps: GoSourceDeps): GoSource {
  const settings = once(deps.settings);
  const proxies = once(async () => parseProxyList((await settings()).proxy));
  const proxy = createModuleProxy({ ...deps, proxies });
  const database = once(async () => {
    const place = parseSumdb((await settings()).sumdb);
    const read = databaseFiles(place, { ...deps, proxies: await proxies() });
    return createChecksumDatabase({ key: place.key, read, state: deps.state });
  });
  const list = once(async () => parseList(await readFile(proxy, 'list', MAX_LIST_BYTES)));
  const lock = onceEach(async (module: string) =>
    lockModule(module, { ...deps, proxy, database: await database() }),
  );

  return {
    open: ({ name }) => ({
      label: (platform) => `${TOOLCHAIN} ${platform}`,
      versions: async (platform) =>
        (await list()).filter((each) => each.platform === platform).map(({ version }) => version),
      lock: async (platform, version) => {
        const locked = await lock(moduleVersion(version, platform));
        return { artifact: { ...locked, name }, notices: [] };
      },
    }),
    fetch: async ({ module }, store) => store([await readFile(proxy, `${module}.zip`, MAX_ZIP_BYTES)]),
  };
}

interface Toolchain {
  readonly version: string;
  readonly platform: Platform;
}

/** `v0.0.1-go1.27.4.linux-amd64`. Betas and release candidates, and what came before 1.21, have other names. */
const MODULE_VERSION = /^v0\.0\.1-go(\d+\.\d+\.\d+)\.(linux)-(amd64|arm64)$/gm;

function parseList(list: Uint8Array): readonly Toolchain[] {
  return [...Buffer.from(list).toString('utf8').matchAll(MODULE_VERSION)].map(
    ([, version = '', os = '', architecture = '']) => ({
      version,
      platform: `${os}/${architecture}` as Platform,
    }),
  );
}

function moduleVersion(version: string, platform: Platform): string {
  return `v0.0.1-go${version}.${platform.replace('/', '-')}`;
}

interface LockDeps extends GoSourceDeps {
  readonly proxy: ModuleProxy;
  readonly database: ChecksumDatabase;
}

async function lockModule(module: string, deps: LockDeps): Promise<LockedGoArtifact> {
  const sum = await deps.database.sum(TOOLCHAIN, module);
  const integrity = await integrityOf(module, sum, deps);
  const info = await readFile(deps.proxy, `${module}.info`, MAX_INFO_BYTES);
  const published = new Date(parseInfo(info, module).Time).toISOString();
  const version = /go(\d+\.\d+\.\d+)/.exec(module)?.[1] ?? '';
  return { kind: 'go', name: TOOLCHAIN, version, module, sum, integrity, published };
}

function parseInfo(bytes: Uint8Array, module: string): z.infer<typeof Info> {
  try {
    return Info.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw new FactoryError(
      'ARTIFACT_NOT_FOUND',
      `cannot read ${module}.info: expected the time of the release`,
      {
        hint: 'the proxy serves something else: try another one in GOPROXY',
        cause,
      },
    );
  }
}

/** The file whose content has the sum; which one that is stays true, so it is read through once on a machine. */
async function integrityOf(module: string, sum: string, deps: LockDeps): Promise<string> {
  const known = await deps.state.read(`go ${sum}`);
  if (known !== undefined && INTEGRITY.test(known)) {
    return known;
  }
  const bytes = await readFile(deps.proxy, `${module}.zip`, MAX_ZIP_BYTES);
  const got = await moduleHash(bytes, `${module}.zip`);
  if (got !== sum) {
    throw new FactoryError(
      'DIGEST_MISMATCH',
      `cannot use ${module}.zip: expected ${sum}, as the checksum database says, got ${got}`,
      { hint: 'the proxy, or something on the way, changed the file: try another one in GOPROXY' },
    );
  }
  const hex = createHash('sha256').update(bytes).digest('hex');
  const content = { what: `${module}.zip`, maxBytes: bytes.byteLength };
  await deps.cache.put({ algorithm: 'sha256', hex }, [bytes], content);
  const integrity = integrityOfHex(hex, module);
  await deps.state.write(`go ${sum}`, integrity);
  return integrity;
}

async function readFile(proxy: ModuleProxy, file: string, maxBytes: number): Promise<Uint8Array> {
  const bytes = await proxy.read(file, maxBytes);
  if (bytes === undefined) {
    throw new FactoryError('ARTIFACT_NOT_FOUND', `cannot fetch ${TOOLCHAIN}: no proxy has ${file}`, {
      hint: 'check GOPROXY; a company mirror may have to be told to carry toolchains',
    });
  }
  return bytes;
}
