import { z } from 'zod';
import { FactoryError } from '../../../model/index.ts';
import type { FeedDeps } from '../kept-feed.ts';
import { readAnswer } from '../read-answer.ts';
import { queryKey, type OsvPackage } from './queries.ts';
import { OsvRecord } from './record.ts';

/** The API's limit of a batch. */
const MAX_QUERIES = 1000;
const MAX_BATCH_BYTES = 64 << 20;
/** Records of the kernel have 2 MB. */
const MAX_RECORD_BYTES = 16 << 20;
/** A server that always names another page is none of OSV's. */
const MAX_BATCHES = 1000;

const BatchAnswer = z.object({
  results: z.array(
    z.object({
      vulns: z.array(z.object({ id: z.string(), modified: z.string() })).default([]),
      next_page_token: z.string().nullish(),
    }),
  ),
});

/** A record by name, as it was when it was changed last. */
export interface RecordName {
  readonly id: string;
  readonly modified: string;
}

type ApiDeps = Pick<FeedDeps, 'http' | 'signal'> & { readonly base: string };

/** A package, and which page of what is known of it. */
interface Paged {
  readonly one: OsvPackage;
  readonly token?: string;
}

interface Page {
  readonly key: string;
  readonly names: readonly RecordName[];
  readonly next?: Paged;
}

/** https://google.github.io/osv.dev/post-v1-querybatch/: what is known of each package, by `queryKey`. */
export async function askNames(
  packages: readonly OsvPackage[],
  deps: ApiDeps,
): Promise<ReadonlyMap<string, readonly RecordName[]>> {
  const known = new Map<string, RecordName[]>(packages.map((one) => [queryKey(one), []]));
  let due: readonly Paged[] = packages.map((one) => ({ one }));
  for (let batches = 0; due.length > 0; batches += 1) {
    if (batches === MAX_BATCHES) {
      throw new FactoryError(
        'FEED_INVALID',
        'cannot read the answer of osv: it names more pages without end',
      );
    }
    const pages = await askPages(due.slice(0, MAX_QUERIES), deps);
    for (const { key, names } of pages) {
      known.get(key)?.push(...names);
    }
    due = [...due.slice(MAX_QUERIES), ...pages.flatMap(({ next }) => next ?? [])];
  }
  return known;
}

/** Pages of one batch; those that go on name what to ask next. */
async function askPages(asked: readonly Paged[], { base, http, signal }: ApiDeps): Promise<readonly Page[]> {
  const bytes = await http.post(`${base}/v1/querybatch`, {
    json: JSON.stringify({ queries: asked.map(toBody) }),
    maxBytes: MAX_BATCH_BYTES,
    attempts: 1,
    signal,
  });
  const { results } = readAnswer(textOf(bytes), BatchAnswer, 'the answer of osv');
  if (results.length !== asked.length) {
    const message = `cannot read the answer of osv: expected ${asked.length} results, got ${results.length}`;
    throw new FactoryError('FEED_INVALID', message);
  }
  return asked.map(({ one }, index) => {
    const { vulns = [], next_page_token: token } = results[index] ?? {};
    const next = typeof token === 'string' && token !== '' ? { next: { one, token } } : {};
    return { key: queryKey(one), names: vulns, ...next };
  });
}

function toBody({ one: { ecosystem, name, version }, token }: Paged): object {
  return { package: { ecosystem, name }, version, ...(token !== undefined && { page_token: token }) };
}

export async function askRecord(id: string, { base, http, signal }: ApiDeps): Promise<OsvRecord> {
  const url = `${base}/v1/vulns/${encodeURIComponent(id)}`;
  const answer = await http.get(url, { maxBytes: MAX_RECORD_BYTES, signal, attempts: 1 });
  if (answer.kind !== 'fresh') {
    throw new FactoryError('FEED_INVALID', `cannot read osv: there is nothing at ${url}`, {
      hint: 'correct "feeds" of "scanners" in catalog.json',
    });
  }
  return readAnswer(textOf(answer.bytes), OsvRecord, `osv's record ${id}`);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
