import type { EcrDrift } from '../model/index.ts';
import { errorFields, errorLines } from './error-text.ts';
import type { Report, ReportedDrift } from './schema.ts';
import { countText } from './units.ts';

export function toReportedDrift(drift: EcrDrift | undefined): ReportedDrift | null {
  if (drift === undefined) {
    return null;
  }
  if (drift.kind === 'unknown') {
    return { error: errorFields(drift.error), resources: [], left: 0 };
  }
  const resources = drift.differences.map(({ repository = null, state, fields }) => ({
    repository,
    state,
    fields: [...fields],
  }));
  return { error: null, resources, left: drift.left };
}

/** Of a run's end: what in the registry is not as the catalog says; nothing where all is. */
export function driftText({ drift, target }: Pick<Report, 'drift' | 'target'>): string {
  if (drift === null || (drift.error === null && drift.resources.length === 0)) {
    return '';
  }
  if (drift.error !== null) {
    const { code, message, hint } = drift.error;
    const lines = errorLines(`${code}: ${message}`, hint ?? undefined).map((line) => `  ${line}`);
    return ['drift: unknown, as the registry could not be looked at', ...lines].join('\n');
  }
  const lines = drift.resources.map((resource) => `  ${resourceText(resource)}`);
  const what = countText(drift.resources.length, 'difference');
  return [
    `drift: ${what} from the catalog in the registry; see \`ingot ecr plan --target ${target}\``,
    ...lines,
  ].join('\n');
}

export function resourceText({ repository, state, fields }: ReportedDrift['resources'][number]): string {
  const name = repository ?? 'registry settings';
  return state === 'missing' ? `${name}: missing` : `${name}: ${fields.join(', ')}`;
}
