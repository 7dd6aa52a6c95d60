import { rm } from 'node:fs/promises';
import path from 'node:path';
import { loadCatalog } from '../catalog/index.ts';
import { writeNew } from '../files/index.ts';
import { createProcessRunner } from '../host/process.ts';
import { catalogError, decisionSubject, FactoryError, ToolError, type Decision } from '../model/index.ts';
import { askText } from './ask.ts';
import type { CommandContext } from './context.ts';
import { warnOfTooLong } from './open-catalog.ts';
import { OWN_FOLDER } from './own-folder.ts';

/** A decision as it was given on the command line; what everybody has to say may be missing. */
export interface DecisionFields {
  readonly kind: string;
  readonly target: string | undefined;
  readonly owner: string | undefined;
  readonly reason: string | undefined;
  readonly expires: string | undefined;
}

export interface WrittenDecision {
  readonly file: string;
  readonly decision: Decision;
}

const QUESTIONS = {
  target: 'For which images? An id, or a pattern such as node-*',
  reason: 'Why?',
  expires: 'Until when? The last day, such as 2027-01-31',
  owner: 'Who answers for it? An address or a group',
} as const;

type Asked = keyof typeof QUESTIONS;

/** Writes one file, after the rules that every command reads it by have found nothing wrong; overwrites none. */
export async function writeDecision(
  fields: DecisionFields,
  context: CommandContext,
): Promise<WrittenDecision> {
  const { folder } = await context.openCatalog();
  if (folder === OWN_FOLDER && path.resolve(context.cwd) !== OWN_FOLDER) {
    throw new FactoryError('USAGE', 'cannot decide anything: expected a catalog in this folder, got none', {
      hint: 'go to its folder, or name it with --catalog',
    });
  }
  const complete = await completed(fields, folder, context);
  assertNotOver(complete, context.startedAt);
  const file = `decisions/${nameOf(complete)}.json`;
  await writeDecisionFile(
    folder,
    file,
    `${JSON.stringify({ $schema: '../schemas/decision.json', ...complete }, null, 2)}\n`,
  );
  try {
    const decision = await readBack(folder, file);
    warnOfTooLong([decision], context);
    return { file, decision };
  } catch (error) {
    await rm(path.join(folder, file), { force: true });
    throw error;
  }
}

async function completed(
  fields: DecisionFields,
  folder: string,
  context: CommandContext,
): Promise<Record<string, unknown> & Record<Asked, string> & { readonly kind: string }> {
  const given = { ...fields, owner: fields.owner ?? (await gitAddress(folder)) };
  const found: Partial<Record<Asked, string>> = {};
  const missing: string[] = [];
  for (const name of ['target', 'reason', 'expires', 'owner'] as const) {
    const value = given[name] ?? (await askText(QUESTIONS[name], context)) ?? '';
    found[name] = value;
    missing.push(...(value.trim() === '' ? [`--${name}`] : []));
  }
  if (missing.length > 0) {
    throw new FactoryError('USAGE', `cannot write a decision: expected ${missing.join(', ')}, got nothing`, {
      hint: 'give them on the command line, or answer the questions at a terminal',
    });
  }
  return { ...given, ...(found as Record<Asked, string>) };
}

/** A decision that counts no longer when it is written is a slip, except of one that counts for ever. */
function assertNotOver(
  { kind, expires }: { readonly kind: string; readonly expires: string },
  now: Date,
): void {
  const today = now.toISOString().slice(0, 10);
  if (kind !== 'withdraw' && expires < today) {
    throw new FactoryError(
      'USAGE',
      `cannot write a decision: expected a day from ${today} on, got "${expires}"`,
    );
  }
}

/** `waive-cve-2026-1-libssl3t64` */
function nameOf(fields: Readonly<Record<string, unknown>> & Record<Asked, string>): string {
  const {
    kind,
    vulnerability,
    package: name,
    release,
    change,
    subject,
    target,
  } = fields as Record<string, string>;
  const parts = [kind, vulnerability, name, release?.replace('sha256:', '').slice(0, 24), change, subject];
  const about = parts.filter((part) => part !== undefined);
  const all = about.length > 1 ? about : [...about, target === '*' ? 'all' : target];
  return all
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}

async function writeDecisionFile(folder: string, file: string, text: string): Promise<void> {
  if (!(await writeNew(path.join(folder, file), text))) {
    throw new FactoryError('USAGE', `cannot write ${file}: it is there already`, {
      hint: 'change "expires" in it to prolong it; git keeps what was before',
    });
  }
}

async function readBack(folder: string, file: string): Promise<Decision> {
  const loaded = await loadCatalog(folder, OWN_FOLDER);
  const mistakes = loaded.problems.filter((problem) => problem.file === file);
  const decision =
    loaded.kind === 'ok' ? loaded.catalog.decisions.find((each) => each.file === file) : undefined;
  if (mistakes.length > 0 || decision === undefined) {
    throw catalogError('the decision', mistakes.length > 0 ? mistakes : loaded.problems);
  }
  return decision;
}

async function gitAddress(folder: string): Promise<string | undefined> {
  try {
    const { stdout } = await createProcessRunner().run(['git', '-C', folder, 'config', 'user.email']);
    return stdout.trim() === '' ? undefined : stdout.trim();
  } catch (error) {
    if (error instanceof ToolError) {
      return undefined;
    }
    throw error;
  }
}

const EFFECTS: Readonly<Record<Decision['kind'], string>> = {
  waive: 'the finding blocks nothing',
  hold: 'the package stays at that version',
  freeze: 'nothing new is released',
  withdraw: 'the release is never promoted again; go back with `ingot rollback`',
  accept: 'the change blocks nothing',
  extend: 'the image is released past its end of life',
};

/** What was written, what it does until when, and what is to be done with it. */
export function writtenText({ file, decision }: WrittenDecision): string {
  const { kind, target, owner, expires } = decision;
  const subject = decisionSubject(decision);
  const until = kind === 'withdraw' ? `looked at again on ${expires}` : `until ${expires}`;
  return [
    `wrote ${file}`,
    `  ${target}${subject === '' ? '' : `, ${subject}`}: ${EFFECTS[kind]}`,
    `  ${until}; ${owner} answers for it`,
    'it counts once it is there: have it reviewed, and commit it',
  ].join('\n');
}
