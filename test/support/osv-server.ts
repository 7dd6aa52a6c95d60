import type { IncomingMessage, RequestListener } from 'node:http';

/** A record of https://osv.dev, as its API has it. */
export interface FakeRecord {
  readonly id: string;
  readonly modified?: string;
  readonly [field: string]: unknown;
}

export interface FakeOsv {
  /** By `ecosystem name`. */
  readonly records: Readonly<Record<string, readonly FakeRecord[]>>;
  /** Names on one page. */
  readonly pageSize?: number;
}

const MODIFIED = '2026-11-01T00:00:00Z';

interface Query {
  readonly package: { readonly ecosystem: string; readonly name: string };
  readonly version: string;
  readonly page_token?: string;
}

/** Speaks `POST /v1/querybatch` and `GET /v1/vulns/ID`; notes each query as `ecosystem name version page`. */
export function osvServer(osv: () => FakeOsv, asked: string[]): RequestListener {
  return (request, response) => {
    void answer(request, osv(), asked).then((found) => {
      response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(found ?? { code: 5, message: 'Bug not found.' }));
    });
  };
}

async function answer(request: IncomingMessage, osv: FakeOsv, asked: string[]): Promise<object | undefined> {
  if (request.method === 'POST' && request.url === '/v1/querybatch') {
    const { queries } = JSON.parse(await textOf(request)) as { readonly queries: readonly Query[] };
    return { results: queries.map((query) => resultOf(query, osv, asked)) };
  }
  const id = decodeURIComponent(request.url?.replace('/v1/vulns/', '') ?? '');
  asked.push(`record ${id}`);
  const found = Object.values(osv.records)
    .flat()
    .find((record) => record.id === id);
  return found && { modified: MODIFIED, ...found };
}

function resultOf(query: Query, { records, pageSize = 100 }: FakeOsv, asked: string[]): object {
  const { package: wanted, version, page_token: token = '0' } = query;
  asked.push(`${wanted.ecosystem} ${wanted.name} ${version} ${token}`);
  const all = records[`${wanted.ecosystem} ${wanted.name}`] ?? [];
  const next = Number(token) + pageSize;
  const page = all.slice(Number(token), next);
  // the API leaves out what is empty
  return {
    ...(page.length > 0 && { vulns: page.map(({ id, modified = MODIFIED }) => ({ id, modified })) }),
    ...(next < all.length && { next_page_token: String(next) }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
