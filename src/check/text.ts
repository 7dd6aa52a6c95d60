import type { CheckFinding } from '../model/index.ts';
import type { CheckResult, HadolintRun } from './result.ts';
import { countFindings } from './result.ts';

/** For people: a line per finding, what to do below it, and the sum. */
export function checkText({ files, findings, hadolint }: CheckResult): string {
  const shown = findings.filter(({ ignored }) => ignored === undefined).flatMap(findingLines);
  const { errors, warnings, info, ignored } = countFindings(findings);
  const sum = [
    plural(files.length, 'file'),
    plural(errors, 'error'),
    plural(warnings, 'warning'),
    ...(info === 0 ? [] : [`${info} info`]),
    ...(ignored === 0 ? [] : [`${ignored} ignored with a reason`]),
  ].join(', ');
  return [...shown, ...(shown.length === 0 ? [] : ['']), sum, hadolintText(hadolint)].join('\n');
}

/** For machines. */
export function checkJson({ files, findings, hadolint }: CheckResult): object {
  return { kind: 'check', files, ...countFindings(findings), hadolint: hadolintJson(hadolint), findings };
}

function findingLines({ file, line, rule, level, message, help }: CheckFinding): string[] {
  return [`${file}:${line} ${rule} ${level}: ${message}`, `    ${help}`];
}

function hadolintText(run: HadolintRun): string {
  switch (run.kind) {
    case 'ran':
      return `hadolint: ${run.version}`;
    case 'not-run':
      return [
        `hadolint: NOT RUN: ${run.failure.message}`,
        ...(run.failure.hint === undefined ? [] : [`    ${run.failure.hint}`]),
      ].join('\n');
    case 'not-wanted':
      return 'hadolint: not run, as asked by --no-hadolint';
  }
}

function hadolintJson(run: HadolintRun): object {
  return run.kind === 'not-run'
    ? { kind: run.kind, code: run.failure.code, reason: run.failure.message, hint: run.failure.hint }
    : run;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
