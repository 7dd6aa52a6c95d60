import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childEnvironment } from '../../src/cli/open-network.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import type { RunningProcess } from '../../src/host/process.ts';
import { platformOfHost } from '../../src/host/host-platform.ts';
import { tripletOf } from '../../src/oci/index.ts';
import { debianTools } from './debian-tools.ts';
import { REPOSITORY } from './repository.ts';
import { TEST_CACHE } from './tools.ts';

/** A Python that runs on this host and on older ones, with what fetches wheels, of Debian 12. */
const PYTHON = {
  suite: 'bookworm',
  packages: [
    'libbz2-1.0',
    'libexpat1',
    'libffi8',
    'liblzma5',
    'libpython3.11-minimal',
    'libpython3.11-stdlib',
    'libssl3',
    'libuuid1',
    'python3-distutils',
    'python3-pip',
    'python3-pkg-resources',
    'python3-setuptools',
    'python3-wheel',
    'python3.11-minimal',
    'zlib1g',
  ],
};

/** moto and what its server imports for ECR, IAM, STS, EC2 and Organizations, as wheels of PyPI for both platforms. */
const REQUIREMENTS = path.join(REPOSITORY, 'test/support/moto-requirements.txt');

/** For python that starts cold, on a busy machine. */
const START_TIMEOUT_MS = 120_000;
const STOP_GRACE_MS = 2_000;

/** AWS as moto plays it, in a process of its own. */
export interface Moto {
  /** `http://127.0.0.1:40000` */
  readonly url: string;
  /** What makes AWS's SDKs and programs talk to it, with credentials that it takes. */
  readonly environment: Readonly<Record<string, string>>;
  /** Forgets everything, and that any credentials were ever checked. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export interface MotoOptions {
  /** Twelve digits; everything belongs to it. */
  readonly account?: string;
  readonly region?: string;
  /**
   * Requests after which IAM policies count, so that a test can make users and roles before them; absent: they never
   * count. `POST /moto-api/reset-auth` with a number sets it anew.
   */
  readonly requestsBeforeAuth?: number;
}

/** Started once by a test file, in `beforeAll`, and stopped by it in `afterAll`. */
export async function startMoto(options: MotoOptions = {}): Promise<Moto> {
  const { account = '111122223333', region = 'eu-central-1', requestsBeforeAuth } = options;
  const { python, environment } = await prepareMoto();
  const folder = await mkdtemp(path.join(tmpdir(), 'ingot-moto-'));
  const logFile = path.join(folder, 'moto.log');
  const server = await createProcessRunner(environment).start(
    [python, '-m', 'moto.server', '--host', '127.0.0.1', '--port', '0'],
    {
      logFile,
      env: {
        MOTO_ACCOUNT_ID: account,
        ...(requestsBeforeAuth !== undefined && {
          INITIAL_NO_AUTH_ACTION_COUNT: String(requestsBeforeAuth),
        }),
      },
    },
  );
  const url = await addressOf(server, logFile);
  return {
    url,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_REGION: region,
      // no look at the files and the instance of whoever runs the tests
      AWS_CONFIG_FILE: path.join(folder, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    reset: async () => {
      await fetch(`${url}/moto-api/reset`, { method: 'POST' });
    },
    stop: async () => {
      await server.stop(STOP_GRACE_MS);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface PreparedMoto {
  readonly python: string;
  /** With which it finds its libraries and modules. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The wheels' digests are in the requirements; what is unpacked is kept between test runs. */
export async function prepareMoto(): Promise<PreparedMoto> {
  const tools = await debianTools(PYTHON);
  const triplet = tripletOf(platformOfHost());
  const libraries = ['usr/lib', 'lib'].map((folder) => path.join(tools, folder, triplet));
  const python = path.join(tools, 'usr/bin/python3.11');
  const own = {
    PYTHONHOME: path.join(tools, 'usr'),
    PYTHONNOUSERSITE: '1',
    LD_LIBRARY_PATH: libraries.join(':'),
  };
  const network = await childEnvironment({ environment: { ...process.env, XDG_CACHE_HOME: TEST_CACHE } });
  const debianModules = path.join(tools, 'usr/lib/python3/dist-packages');
  const modules = await installWheels(python, { ...network, ...own, PYTHONPATH: debianModules });
  return { python, environment: { ...own, PYTHONPATH: modules } };
}

/** Appears whole or not at all. */
async function installWheels(python: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const digest = createHash('sha256').update(await readFile(REQUIREMENTS));
  const folder = path.join(TEST_CACHE, 'moto', digest.digest('hex').slice(0, 16));
  if ((await stat(folder).catch(() => undefined)) !== undefined) {
    return folder;
  }
  await mkdir(path.dirname(folder), { recursive: true });
  const unfinished = await mkdtemp(`${folder}-`);
  const pip = [python, '-m', 'pip', 'install', '--quiet', '--no-deps', '--require-hashes', '--no-cache-dir'];
  const wheels = ['--only-binary=:all:', `--target=${unfinished}`, `--requirement=${REQUIREMENTS}`];
  try {
    await createProcessRunner(environment).run([...pip, ...wheels]);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // another test file was faster
    if ((await stat(folder).catch(() => undefined)) === undefined) {
      throw error;
    }
  }
  return folder;
}

async function addressOf(server: RunningProcess, logFile: string): Promise<string> {
  const until = Date.now() + START_TIMEOUT_MS;
  let hasEnded: unknown;
  while (hasEnded === undefined && Date.now() < until) {
    const text = await readFile(logFile, 'utf8').catch(() => '');
    const [, url] = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(text) ?? [];
    if (url !== undefined) {
      return url;
    }
    hasEnded = await Promise.race([server.ended, delay(50)]);
  }
  await server.stop(STOP_GRACE_MS);
  throw new Error(`moto does not start: ${await readFile(logFile, 'utf8').catch(() => '')}`);
}
