import { z } from 'zod';
import type { FileStore } from '../../host/file-store.ts';
import type { HttpAnswer, HttpClient, HttpPoster } from '../../host/http.ts';
import { FactoryError, type Emit } from '../../model/index.ts';
import { isSha256, sha256Of } from '../../oci/index.ts';
import { readState } from './read-answer.ts';

/** What scanners that ask a server work with, made once per run. */
export interface FeedDeps {
  /** Impatient: what is not there at once is done without. */
  readonly http: HttpClient & HttpPoster;
  /** What was last read of each feed. */
  readonly state: FileStore;
  readonly runStartedAt: Date;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export interface FeedRequest {
  /** As notices and files call it, `debian-tracker`. */
  readonly name: string;
  readonly url: string;
  readonly maxBytes: number;
  /** What is kept of it, by name; each is JSON on one line. Throws FEED_INVALID for what is not the feed. */
  readonly reduce: (bytes: Uint8Array) => ReadonlyMap<string, string>;
}

/** A feed as its server has it now, or as it was when that was last heard of. */
export interface KeptFeed {
  readonly parts: ReadonlyMap<string, string>;
  readonly checkedAt: Date;
  /** The server did not answer. */
  readonly stale: boolean;
}

const RememberedSchema = z.object({
  schemaVersion: z.literal(1),
  /** Digest of the URL: another server's ETag says nothing. */
  url: z.string().refine(isSha256),
  /** Digest of the text that is kept. */
  content: z.string().refine(isSha256),
  checkedAt: z.iso.datetime(),
  etag: z.string().exactOptional(),
  lastModified: z.string().exactOptional(),
});
type Remembered = z.output<typeof RememberedSchema>;

interface Known {
  readonly remembered: Remembered;
  readonly text: string;
}

/** One conditional GET; what was reduced from the last answer counts where there is none. */
export async function openFeed(request: FeedRequest, deps: FeedDeps): Promise<KeptFeed> {
  const known = await recall(request, deps);
  try {
    return await openFresh(request, known, deps);
  } catch (error) {
    if (!isOutage(error)) {
      throw error;
    }
    const going =
      known === undefined ? 'nothing is scanned with it' : `going on with ${known.remembered.checkedAt}`;
    deps.emit({ kind: 'notice', level: 'info', message: `${request.name}: ${error.message}; ${going}` });
    if (known === undefined) {
      throw error;
    }
    return toFeed(known.text, new Date(known.remembered.checkedAt), true);
  }
}

/** What a run goes on without: no answer, or one that is something else. */
export function isOutage(error: unknown): error is FactoryError {
  return error instanceof FactoryError && (error.code === 'NETWORK_FAILED' || error.code === 'FEED_INVALID');
}

async function openFresh(request: FeedRequest, known: Known | undefined, deps: FeedDeps): Promise<KeptFeed> {
  const { http, signal, runStartedAt } = deps;
  const { url, maxBytes } = request;
  const answer = await http.get(url, { maxBytes, signal, attempts: 1, ...validatorsOf(known, url) });
  const text = known !== undefined && answer.kind === 'not-modified' ? known.text : toText(request, answer);
  const { etag, lastModified } = answer.kind === 'fresh' ? answer : (known?.remembered ?? {});
  const remembered: Remembered = {
    schemaVersion: 1,
    url: sha256Of(url),
    content: sha256Of(text),
    checkedAt: runStartedAt.toISOString(),
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
  };
  if (answer.kind === 'fresh') {
    await deps.state.write(`${request.name}.jsonl`, text);
  }
  await deps.state.write(`${request.name}.json`, `${JSON.stringify(remembered, undefined, 2)}\n`);
  return toFeed(text, runStartedAt, false);
}

function validatorsOf(known: Known | undefined, url: string): Pick<Remembered, 'etag' | 'lastModified'> {
  if (known === undefined || known.remembered.url !== sha256Of(url)) {
    return {};
  }
  const { etag, lastModified } = known.remembered;
  return { ...(etag !== undefined && { etag }), ...(lastModified !== undefined && { lastModified }) };
}

function toText({ name, url, reduce }: FeedRequest, answer: HttpAnswer): string {
  if (answer.kind !== 'fresh') {
    throw new FactoryError('FEED_INVALID', `cannot read ${name}: there is nothing at ${url}`, {
      hint: 'correct "feeds" of "scanners" in catalog.json',
    });
  }
  return [...reduce(answer.bytes)].map(([part, json]) => `${JSON.stringify(part)}\t${json}\n`).join('');
}

function toFeed(text: string, checkedAt: Date, stale: boolean): KeptFeed {
  const lines = text.split('\n').filter((line) => line !== '');
  const parts = lines.map((line): readonly [string, string] => {
    const tab = line.indexOf('\t');
    return [JSON.parse(line.slice(0, tab)) as string, line.slice(tab + 1)];
  });
  return { parts: new Map(parts), checkedAt, stale };
}

/** Files that are not what was written count as none: everything in them can be asked for again. */
async function recall({ name }: FeedRequest, { state }: FeedDeps): Promise<Known | undefined> {
  const remembered = await readState(`${name}.json`, RememberedSchema, state);
  const text = remembered === undefined ? undefined : await state.read(`${name}.jsonl`);
  return remembered === undefined || text === undefined || sha256Of(text) !== remembered.content
    ? undefined
    : { remembered, text };
}
