import type { Decision, DecisionsMet, ImageRun, Run } from '../../src/model/index.ts';
import type { DecidedCatalog } from '../../src/report/decisions.ts';
import { entryOf, imageId, imageRun, mixedRun, releasedOutcome } from './runs.ts';

export const NOTHING_DECIDED: DecidedCatalog = { decisions: [], entries: [], broken: [] };

/** A decision that owner, reason and last day do not matter of. */
export function decided<D extends Pick<Decision, 'kind' | 'file'>>(decision: D): D & Decision {
  const common = {
    target: '*',
    owner: 'platform@example.com',
    reason: 'incident 4711',
    expires: '2027-01-31',
  };
  return { ...common, ...decision } as unknown as D & Decision;
}

const WAIVER = {
  kind: 'waive',
  target: 'node-*',
  vulnerability: 'CVE-2026-126714',
  package: 'libssl3t64',
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
  reason: 'no code path of node reaches the PKCS#12 parser',
} as const;

const FREEZE = decided({ kind: 'freeze', file: 'decisions/freeze-nginx.json', target: 'nginx-*' });

/** One decision in each state that a run can leave it in; the catalog has an image that the run was not for. */
export const DECIDED: DecidedCatalog = {
  entries: [
    'node-24',
    'node-26',
    'static-13',
    'python-3.13',
    'ruby-3.3',
    'go-dev-1.27',
    'nginx-1.26',
    'php-8.4',
  ].map((id) => ({ id: imageId(id) })),
  broken: [{ id: imageId('rust-dev-1.85') }],
  decisions: [
    decided({ ...WAIVER, file: 'decisions/waive-pkcs12.json' }),
    decided({ ...WAIVER, file: 'decisions/waive-gone.json', target: 'static-13', package: 'zlib1g' }),
    decided({ ...WAIVER, file: 'decisions/waive-unknown.json', package: 'zlib1g' }),
    decided({ ...WAIVER, file: 'decisions/waive-over.json', target: 'python-*', expires: '2026-11-22' }),
    decided({ ...WAIVER, file: 'decisions/waive-files.json', target: 'python-*', package: 'openssl' }),
    decided({
      kind: 'hold',
      file: 'decisions/hold-openssl.json',
      package: 'openssl',
      version: '3.5.4-1~deb13u1',
      expires: '2026-11-30',
    }),
    FREEZE,
    decided({ kind: 'freeze', file: 'decisions/freeze-rust.json', target: 'rust-*' }),
    decided({
      kind: 'extend',
      file: 'decisions/extend-static.json',
      target: 'static-*',
      expires: '2036-12-31',
    }),
    decided({
      kind: 'withdraw',
      file: 'decisions/withdraw-node.json',
      target: 'node-24',
      release: '24.20.0.202611200312',
      expires: '2026-11-01',
    }),
  ],
};

const MET: Readonly<Record<string, DecisionsMet>> = {
  'node-24': {
    asked: ['freeze', 'extend', 'hold', 'withdraw', 'waive', 'accept'],
    uses: [
      { file: 'decisions/waive-pkcs12.json', what: 'CVE-2026-126714 in libssl3t64' },
      { file: 'decisions/hold-openssl.json', what: 'libssl3t64 3.5.4-1~deb13u1' },
    ],
  },
  'static-13': {
    asked: ['freeze', 'extend', 'hold', 'withdraw', 'waive', 'accept'],
    uses: [{ file: 'decisions/extend-static.json', what: 'support ends on 2028-06-30' }],
  },
  'python-3.13': {
    asked: ['freeze', 'extend', 'hold', 'withdraw', 'waive', 'accept'],
    uses: [{ file: 'decisions/hold-openssl.json', what: 'libssl3t64 3.5.4-1~deb13u1' }],
  },
  'ruby-3.3': { asked: ['freeze', 'extend'], uses: [] },
  'nginx-1.26': {
    asked: ['freeze', 'extend', 'waive'],
    uses: [{ file: FREEZE.file, what: 'nothing new is released' }],
  },
};

/** `mixedRun` and an image that is frozen; they needed some of the decisions. */
export function decidedRun(): Run {
  const run = mixedRun();
  return { ...run, images: [...run.images, frozenRun()].map(withDecisions) };
}

function frozenRun(): ImageRun {
  const entry = entryOf('nginx', '1.26');
  const { id, ref, record, buildId, scan, report } = releasedOutcome(entry.id, 'unchanged', '1.26.3');
  return {
    ...imageRun(entry, { kind: 'frozen', id, by: FREEZE, ref, record, buildId, scan, report }),
    notices: ['frozen by decisions/freeze-nginx.json until 2027-01-31: incident 4711 (platform@example.com)'],
  };
}

function withDecisions(image: ImageRun): ImageRun {
  const { outcome } = image;
  const met = MET[image.entry.id];
  const [first, ...rest] = outcome.kind === 'blocked' ? outcome.reasons : [];
  const about = ['decisions/waive-over.json', 'decisions/waive-files.json'];
  return {
    ...image,
    ...(met && { decisions: met }),
    ...(outcome.kind === 'blocked' &&
      first && { outcome: { ...outcome, reasons: [{ ...first, decisions: about }, ...rest] } }),
  };
}
