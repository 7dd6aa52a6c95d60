import { z } from 'zod';
import type { HttpClient } from '../../host/http.ts';
import {
  FactoryError,
  once,
  onceEach,
  type LockedNodejsArtifact,
  type NodejsArtifactRequest,
  type Platform,
} from '../../model/index.ts';
import { verifyClearsigned, type SignedText } from '../../openpgp/index.ts';
import { checksumIn } from '../checksums.ts';
import { integrityOfHex } from '../integrity.ts';
import type { ArtifactSource } from '../source.ts';
import { verified } from '../trust.ts';
import { createWeb, textOf, type Web } from '../web.ts';

export type NodejsSource = ArtifactSource<NodejsArtifactRequest, LockedNodejsArtifact>;

export interface NodejsSourceDeps {
  readonly http: HttpClient;
  /** Base URL of the releases, without a slash at its end. */
  readonly url: string;
  /** Release keys, ASCII-armoured; read at the first use. */
  readonly keys: () => Promise<readonly string[]>;
  readonly runStartedAt: Date;
  readonly signal: AbortSignal;
}

/** What nodejs.org calls our platforms, in `files` of its index and in file names. */
const NAMES: Readonly<Record<Platform, string>> = {
  'linux/amd64': 'linux-x64',
  'linux/arm64': 'linux-arm64',
};

/** https://nodejs.org/dist/index.json */
const Index = z.array(
  z.object({ version: z.string().startsWith('v'), date: z.iso.date(), files: z.array(z.string()) }),
);

export function createNodejsSource(deps: NodejsSourceDeps): NodejsSource {
  const web = createWeb(deps.http, deps.signal);
  const keys = once(() => readKeys(deps));
  const index = once(async () => {
    // without keys nothing could be locked, so nothing is asked for
    await keys();
    return parseIndex(await web.read(`${deps.url}/index.json`));
  });
  const checksums = onceEach((version: string) => readChecksums(version, { ...deps, web, keys }));

  async function lock(name: string, platform: Platform, version: string): Promise<LockedNodejsArtifact> {
    const release = (await index()).find((each) => each.version === `v${version}`);
    const file = `node-v${version}-${NAMES[platform]}.tar.xz`;
    const { text, signedBy } = await checksums(version);
    const digest = checksumIn(text, file);
    if (release === undefined || digest === undefined) {
      throw new FactoryError(
        'ARTIFACT_NOT_FOUND',
        `cannot lock ${file}: the signed checksums do not name it`,
        {
          hint: 'the release may still be under way: run again later',
        },
      );
    }
    return {
      kind: 'nodejs',
      name,
      version,
      integrity: integrityOfHex(digest, file),
      published: new Date(release.date).toISOString(),
      path: `v${version}/${file}`,
      signedBy,
    };
  }

  return {
    open: ({ name }) => ({
      label: (platform) => `nodejs.org ${NAMES[platform]}`,
      versions: async (platform) =>
        (await index())
          .filter(({ files }) => files.includes(NAMES[platform]))
          .map(({ version }) => version.slice(1)),
      lock: async (platform, version) => ({ artifact: await lock(name, platform, version), notices: [] }),
    }),
    fetch: ({ path }, store) => web.store(`${deps.url}/${path}`, store),
  };
}

async function readKeys({ keys }: NodejsSourceDeps): Promise<readonly string[]> {
  const texts = await keys();
  if (texts.length === 0) {
    throw new FactoryError(
      'SOURCE_SIGNATURE_INVALID',
      'cannot verify Node.js releases: the catalog has no release keys',
      {
        hint: 'take the empty list sources.nodejs.keys out of catalog.json for the keys that come with ingot, or name your own',
      },
    );
  }
  return texts;
}

function parseIndex(bytes: Uint8Array): z.infer<typeof Index> {
  try {
    return Index.parse(JSON.parse(textOf(bytes)));
  } catch (cause) {
    throw new FactoryError(
      'ARTIFACT_NOT_FOUND',
      'cannot read the list of Node.js releases: expected its index.json',
      {
        hint: 'check sources.nodejs.url in catalog.json',
        cause,
      },
    );
  }
}

interface ChecksumDeps extends Pick<NodejsSourceDeps, 'url' | 'runStartedAt'> {
  readonly web: Web;
  readonly keys: () => Promise<readonly string[]>;
}

/** Clear-signed by whoever made the release. */
async function readChecksums(
  version: string,
  { url, runStartedAt, web, keys }: ChecksumDeps,
): Promise<SignedText> {
  const bytes = await web.read(`${url}/v${version}/SHASUMS256.txt.asc`);
  const trust = { keys: await keys(), now: runStartedAt, mayHaveExpired: true };
  return verified(`SHASUMS256.txt.asc of Node.js ${version}`, () => verifyClearsigned(bytes, trust));
}
