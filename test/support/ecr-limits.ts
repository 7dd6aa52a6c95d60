import { ScanFrequency, ScanningRepositoryFilterType, ScanType } from './ecr-model.ts';

/** As AWS names it. */
export class EcrError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** RegistryScanningRule. */
export interface ScanningRule {
  readonly scanFrequency: string;
  readonly repositoryFilters: readonly { readonly filter: string; readonly filterType: string }[];
}

const FREQUENCIES: Readonly<Record<string, readonly string[]>> = {
  [ScanType.BASIC]: [ScanFrequency.SCAN_ON_PUSH],
  [ScanType.ENHANCED]: [ScanFrequency.SCAN_ON_PUSH, ScanFrequency.CONTINUOUS_SCAN],
};
const MOST_RULES = 2;
const MOST_FILTERS = 100;
/** ScanningRepositoryFilter, as the API reference writes it: of long texts that it does not match it takes forever. */
export const SCANNING_FILTER = /^[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$/;
const MOST_FILTER_CHARACTERS = 255;

/** What PutRegistryScanningConfiguration takes. */
export function assertScanning(input: {
  readonly scanType?: string;
  readonly rules?: readonly ScanningRule[];
}): void {
  const { scanType = ScanType.BASIC, rules = [] } = input;
  const isRight =
    rules.length <= MOST_RULES &&
    rules.every(
      ({ scanFrequency, repositoryFilters }) =>
        FREQUENCIES[scanType]?.includes(scanFrequency) === true &&
        repositoryFilters.length <= MOST_FILTERS &&
        repositoryFilters.every(isFilter),
    );
  if (!isRight) {
    throw new EcrError('InvalidParameterException', `invalid rules for scan type ${scanType}`);
  }
}

function isFilter({ filter, filterType }: ScanningRule['repositoryFilters'][number]): boolean {
  return (
    filterType === ScanningRepositoryFilterType.WILDCARD &&
    filter.length <= MOST_FILTER_CHARACTERS &&
    SCANNING_FILTER.test(filter)
  );
}

const MOST_TAGS = 50;

/** Keys that a repository would have: TooManyTagsException, and "Tag restrictions" of the user guide. */
export function assertTags(keys: readonly string[]): void {
  if (keys.some((key) => key.length < 1 || key.length > 128 || key.toLowerCase().startsWith('aws:'))) {
    throw new EcrError('InvalidTagParameterException', 'a tag key is not valid');
  }
  if (new Set(keys).size > MOST_TAGS) {
    throw new EcrError('TooManyTagsException', `a repository has at most ${MOST_TAGS} tags`);
  }
}
