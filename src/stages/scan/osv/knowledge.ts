import pLimit from 'p-limit';
import { z } from 'zod';
import { mapInPool, type Pool } from '../../../model/index.ts';
import { sha256Of } from '../../../oci/index.ts';
import { isOutage, type FeedDeps } from '../kept-feed.ts';
import { readState } from '../read-answer.ts';
import { askNames, askRecord, type RecordName } from './api.ts';
import { queryKey, type OsvPackage } from './queries.ts';
import { OsvRecord } from './record.ts';

export interface OsvDeps extends FeedDeps {
  /** Base URL, without a slash at its end. */
  readonly base: string;
  /** Of requests. */
  readonly network: Pool;
}

/** What OSV knows of one package. */
export interface OsvAnswer {
  readonly records: readonly OsvRecord[];
  readonly askedAt: Date;
}

/** What OSV knows, asked once a run and package. */
export interface OsvKnowledge {
  /** By `queryKey`; what is not in it could not be asked, now or earlier. */
  of(packages: readonly OsvPackage[]): Promise<ReadonlyMap<string, OsvAnswer>>;
  /** Why answers are older than the run, where they are. */
  outage(): Error | undefined;
}

const FILE = 'osv.json';

const DAY_MS = 86_400_000;
/** Versions that no image has had for so long are forgotten. */
const KEPT_DAYS = 30;

const KeptSchema = z.object({
  schemaVersion: z.literal(1),
  /** Digest of the URL. */
  base: z.string(),
  answers: z.record(
    z.string(),
    z.object({
      askedAt: z.iso.datetime(),
      names: z.array(z.object({ id: z.string(), modified: z.string() })),
    }),
  ),
  records: z.record(z.string(), OsvRecord),
});

interface Kept {
  readonly answers: Map<string, { readonly askedAt: string; readonly names: readonly RecordName[] }>;
  readonly records: Map<string, OsvRecord>;
}

export function createOsvKnowledge(deps: OsvDeps): OsvKnowledge {
  let kept: Promise<Kept> | undefined;
  let outage: Error | undefined;
  // one image after the other: the next one then finds most of its packages asked already
  const oneByOne = pLimit(1);

  async function refresh(packages: readonly OsvPackage[], known: Kept): Promise<void> {
    const now = deps.runStartedAt.toISOString();
    const due = packages.filter((one) => known.answers.get(queryKey(one))?.askedAt !== now);
    if (due.length === 0 || outage !== undefined) {
      return;
    }
    try {
      await ask(due, known, deps);
    } catch (error) {
      if (!isOutage(error)) {
        throw error;
      }
      outage = error;
      const message = `osv: ${error.message}; going on with what it said earlier, where it did`;
      deps.emit({ kind: 'notice', level: 'info', message });
    }
  }

  async function answer(packages: readonly OsvPackage[]): Promise<ReadonlyMap<string, OsvAnswer>> {
    kept ??= recall(deps);
    const known = await kept;
    await refresh(packages, known);
    return new Map(packages.map(queryKey).flatMap((key) => answerOf(key, known)));
  }

  return {
    outage: () => outage,
    of: (packages) => oneByOne(() => answer(packages)),
  };
}

function answerOf(key: string, { answers, records }: Kept): readonly (readonly [string, OsvAnswer])[] {
  const known = answers.get(key);
  const found = known?.names.map(({ id }) => records.get(id));
  return known === undefined || found === undefined || found.includes(undefined)
    ? []
    : [[key, { records: found.flatMap((each) => each ?? []), askedAt: new Date(known.askedAt) }]];
}

/** Records are fetched again only where they changed. */
async function ask(packages: readonly OsvPackage[], known: Kept, deps: OsvDeps): Promise<void> {
  const names = await askNames(packages, deps);
  const changed = [...names.values()]
    .flat()
    .filter(({ id, modified }) => known.records.get(id)?.modified !== modified)
    .map(({ id }) => id);
  const records = await mapInPool(deps.network, [...new Set(changed)], (id) => askRecord(id, deps));
  for (const record of records) {
    known.records.set(record.id, record);
  }
  for (const [key, found] of names) {
    known.answers.set(key, { askedAt: deps.runStartedAt.toISOString(), names: found });
  }
  await keep(known, deps);
}

async function recall({ state, base }: OsvDeps): Promise<Kept> {
  const found = await readState(FILE, KeptSchema, state);
  return found === undefined || found.base !== sha256Of(base)
    ? { answers: new Map(), records: new Map() }
    : { answers: new Map(Object.entries(found.answers)), records: new Map(Object.entries(found.records)) };
}

async function keep({ answers, records }: Kept, { state, base, runStartedAt }: OsvDeps): Promise<void> {
  const oldest = new Date(runStartedAt.getTime() - KEPT_DAYS * DAY_MS).toISOString();
  const recent = [...answers].filter(([, { askedAt }]) => askedAt >= oldest);
  const used = new Set(recent.flatMap(([, { names }]) => names.map(({ id }) => id)));
  const kept = {
    schemaVersion: 1,
    base: sha256Of(base),
    answers: Object.fromEntries(recent),
    records: Object.fromEntries([...records].filter(([id]) => used.has(id))),
  };
  await state.write(FILE, `${JSON.stringify(kept)}\n`);
}
