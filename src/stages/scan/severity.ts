import cvss from 'ae-cvss-calculator';
import { SEVERITIES, type Severity } from '../../model/index.ts';

/** CVSS 3.1, 5 "Qualitative Severity Rating Scale": from which score on. */
const RATINGS: readonly (readonly [from: number, Severity])[] = [
  [9, 'critical'],
  [7, 'high'],
  [4, 'medium'],
  [0.1, 'low'],
];

/** What scanners call the steps that have no name of ours. */
const OTHER_WORDS: Readonly<Record<string, Severity>> = {
  moderate: 'medium',
  important: 'high',
  negligible: 'low',
  minor: 'low',
  informational: 'low',
  unimportant: 'low',
};

export function severityOfScore(score: number): Severity {
  return RATINGS.find(([from]) => score >= from)?.[1] ?? 'unknown';
}

/** A CVSS vector of any version; of what is none, nothing is known. */
export function severityOfVector(vector: string): Severity {
  const parsed = readVector(vector);
  return parsed === undefined ? 'unknown' : severityOfScore(parsed.calculateScores(false).overall ?? 0);
}

/** The library declares no type for what it reads. */
interface Vector {
  readonly calculateScores: (normalize: boolean) => { readonly overall?: number };
}

/** It throws, or gives null, for what it cannot read. */
function readVector(vector: string): Vector | undefined {
  try {
    return (cvss.fromVector(vector) as Vector | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** `HIGH`, `Moderate`. */
export function severityOfWord(word: string): Severity {
  const lower = word.toLowerCase();
  return SEVERITIES.find((severity) => severity === lower) ?? OTHER_WORDS[lower] ?? 'unknown';
}

/** The worst of several opinions. */
export function worstSeverity(severities: readonly Severity[]): Severity {
  const worst = Math.max(0, ...severities.map((severity) => SEVERITIES.indexOf(severity)));
  return SEVERITIES[worst] ?? 'unknown';
}
