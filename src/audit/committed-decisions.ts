import canonicalize from 'canonicalize';
import { sha256Of } from '../oci/index.ts';
import type { DecisionFiles } from './audit-report.ts';
import { committedFile, git, type GitDeps } from './git.ts';

/** What a run has attested of the files in `decisions/`. */
export interface AttestedDecisions {
  readonly commit: string;
  /** Over all of them. */
  readonly digest: string;
  /** By their paths in the catalog. */
  readonly files: Readonly<Record<string, string>>;
}

/** The same, of a commit; undefined where the clone does not have it. */
export type CommittedDecisions = Readonly<Record<string, string>> | undefined;

const FOLDER = 'decisions/';

export async function readCommitted(commit: string, deps: GitDeps): Promise<CommittedDecisions> {
  const listed = await git(['ls-tree', '-z', '--name-only', commit, FOLDER], deps);
  if (listed === undefined) {
    return undefined;
  }
  const digests: Record<string, string> = {};
  for (const file of listed.split('\0').filter((name) => name.endsWith('.json'))) {
    digests[file] = sha256Of((await committedFile(commit, file, deps)) ?? '');
  }
  return digests;
}

/** Whether a run was made under the decisions that somebody committed. Pure. */
export function compareDecisions(
  { commit, digest, files }: AttestedDecisions,
  committed: CommittedDecisions,
): DecisionFiles {
  if (committed === undefined) {
    return { status: 'not-compared', reason: `commit ${commit} is not in the git clone of the catalog` };
  }
  const differences = [
    ...(sha256Of(canonicalize(files) ?? '') === digest ? [] : ['the digest of all is not that of the files']),
    ...[...new Set([...Object.keys(files), ...Object.keys(committed)])]
      .sort()
      .flatMap((file) => differenceOf(file, { run: files[file], commit: committed[file] })),
  ];
  return differences.length === 0
    ? { status: 'as-committed', count: Object.keys(files).length }
    : { status: 'different', differences };
}

function differenceOf(
  file: string,
  { run, commit }: { readonly run: string | undefined; readonly commit: string | undefined },
): readonly string[] {
  if (run === commit) {
    return [];
  }
  if (run === undefined) {
    return [`${file} was not there`];
  }
  return commit === undefined ? [`${file} was never committed`] : [`${file} was ${run}, and is ${commit}`];
}
