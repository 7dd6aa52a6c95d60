import type { CheckFinding, FactoryError } from '../model/index.ts';
import type { CheckResult, HadolintRun } from './result.ts';
import { countFindings } from './result.ts';

/** For people: a line per finding, what to do below it, and the sum. */
export function checkText({ files, unread, findings, hadolint }: CheckResult): string {
  const shown = findings.filter(({ ignored }) => ignored === undefined).flatMap(findingLines);
  const { errors, warnings, info, ignored } = countFindings(findings);
  const sum = [
    plural(files.length, 'file'),
    plural(errors, 'error'),
    plural(warnings, 'warning'),
    ...(info === 0 ? [] : [`${info} info`]),
    ...(ignored === 0 ? [] : [`${ignored} ignored with a reason`]),
  ].join(', ');
  return [
    ...shown,
    ...(shown.length === 0 ? [] : ['']),
    sum,
    ...unread.flatMap((failure) => failureLines('NOT CHECKED', failure)),
    ...hadolintLines(hadolint),
  ].join('\n');
}

/** For machines. */
export function checkJson({ files, unread, findings, hadolint }: CheckResult): object {
  return {
    kind: 'check',
    files,
    unread: unread.map(failureJson),
    ...countFindings(findings),
    hadolint:
      hadolint.kind === 'not-run' ? { kind: hadolint.kind, ...failureJson(hadolint.failure) } : hadolint,
    findings,
  };
}

function findingLines({ file, line, rule, level, message, help }: CheckFinding): string[] {
  return [`${file}:${line} ${rule} ${level}: ${message}`, `    ${help}`];
}

function hadolintLines(run: HadolintRun): string[] {
  switch (run.kind) {
    case 'ran':
      return [`hadolint: ${run.version}`];
    case 'not-run':
      return failureLines('hadolint: NOT RUN', run.failure);
    case 'not-wanted':
      return ['hadolint: not run, as asked by --no-hadolint'];
  }
}

function failureLines(what: string, { message, hint }: FactoryError): string[] {
  return [`${what}: ${message}`, ...(hint === undefined ? [] : [`    ${hint}`])];
}

function failureJson({ code, message, hint }: FactoryError): object {
  return { code, reason: message, hint };
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
