import type { Problem } from '../../model/index.ts';
import type { Partly } from '../partly.ts';
import type { StackFile } from '../stack-schema.ts';
import type { WrittenCatalog } from '../written-catalog.ts';
import { artifactsOf } from './artifact-rules.ts';
import { problemAt } from './rule.ts';

type HttpsArtifact = Partly<Extract<StackFile['artifacts'][number], { kind: 'https' }>>;

interface Breach {
  readonly field: string;
  readonly message: string;
}

/** What the shape of a file cannot say about a release from the web: each demand looks at one artifact. */
const DEMANDS: readonly ((artifact: HttpsArtifact) => Breach | undefined)[] = [
  patternFindsVersion,
  dateIsKnown,
  releaseSignatureHasUrl,
  programHasOneName,
];

export function httpsArtifactsAreComplete({ stacks }: WrittenCatalog): readonly Problem[] {
  return stacks.flatMap((stack) =>
    artifactsOf(stack).flatMap(([path, artifact]) => {
      if (artifact.kind !== 'https') {
        return [];
      }
      const breaches = DEMANDS.flatMap((demand) => demand(artifact) ?? []);
      return breaches.map(({ field, message }) => problemAt(stack, [...path, field], message));
    }),
  );
}

function patternFindsVersion({ versions }: HttpsArtifact): Breach | undefined {
  const pattern = versions !== undefined && 'pattern' in versions ? versions.pattern : undefined;
  if (pattern === undefined || (isRegExp(pattern) && pattern.includes('(?<version>'))) {
    return undefined;
  }
  const message = `expected a regular expression with a group (?<version>…), got ${JSON.stringify(pattern)}`;
  return { field: 'versions', message };
}

function isRegExp(pattern: string): boolean {
  try {
    new RegExp(pattern.replaceAll('{arch}', 'arch'), 'u');
    return true;
  } catch {
    return false;
  }
}

function dateIsKnown({ versions, published }: HttpsArtifact): Breach | undefined {
  const isListed =
    versions === undefined ||
    'fixed' in versions ||
    ('published' in versions && versions.published !== undefined);
  const message = 'expected the place of the date, as "versions" have none, got nothing';
  return isListed || published !== undefined ? undefined : { field: 'published', message };
}

function releaseSignatureHasUrl({ signature }: HttpsArtifact): Breach | undefined {
  const isComplete = signature?.of !== 'release' || signature.url !== undefined;
  return isComplete
    ? undefined
    : { field: 'signature', message: 'expected the "url" of the signature, got nothing' };
}

function programHasOneName({ format, keep = [] }: HttpsArtifact): Breach | undefined {
  const [name = '', ...more] = keep;
  const isName = more.length === 0 && !/[*?[\]]/.test(name);
  const message = `expected one file name for the program, got ${JSON.stringify(keep)}`;
  return format !== 'file' || isName ? undefined : { field: 'keep', message };
}
