import type { LockChange, Platform, Relocked } from '../model/index.ts';
import { code, escaped, markdownTable } from './markdown-table.ts';

type Kind = Relocked['kind'];
type Changed = Extract<Relocked, { readonly kind: 'changed' }>;

/** What `ingot lock` did, for the pull request in which it is reviewed. */
export function lockSummary(relocked: readonly Relocked[]): string {
  const sections = [
    '# Locks',
    `${countsText(relocked)}.`,
    ...ofKind(relocked, 'failed').map(
      ({ id, error }) => `## ${id}: failed\n\n${code(error.code)}: ${error.message}`,
    ),
    ...ofKind(relocked, 'changed').map(changedSection),
    ...ofKind(relocked, 'new').map(
      ({ id, file, version, inputs }) =>
        `## ${id}: new\n\n${code(file)}: version ${version}, ${inputs} inputs`,
    ),
    unchangedText(relocked),
    notesText(relocked),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function countsText(relocked: readonly Relocked[]): string {
  const kinds: readonly Kind[] = ['changed', 'new', 'unchanged', 'failed'];
  const counts = kinds.map((kind) => [kind, ofKind(relocked, kind).length] as const);
  const texts = counts.filter(([, count]) => count > 0).map(([kind, count]) => `${count} ${kind}`);
  const fixed = new Set(
    ofKind(relocked, 'changed').flatMap(({ changes }) => changes.flatMap(({ cves }) => cves)),
  );
  return [...texts, ...(fixed.size === 0 ? [] : [`${fixed.size} CVEs fixed`])].join(', ');
}

function changedSection({ id, file, version, platforms, changes }: Changed): string {
  const body =
    changes.length === 0
      ? 'The catalog entry, its stacks or a date moved; every input is the same.'
      : markdownTable(
          ['', 'input', 'from', 'to', 'CVEs fixed'],
          changes.map((change) => changeRow(change, platforms)),
        );
  return `## ${id}: changed\n\n${code(file)}: version ${version}\n\n${body}`;
}

function changeRow(change: LockChange, platforms: readonly Platform[]): readonly string[] {
  const { kind, name, before, after, cves } = change;
  const where = change.platforms.length === platforms.length ? '' : ` (${change.platforms.join(', ')})`;
  return [verbs(change), `${kind} ${name}${where}`, before ?? '', after ?? '', cves.join(', ')];
}

/** A witness may come or go while the input stays what it is. */
function verbs({ before, after, witness }: LockChange): string {
  if (witness === undefined) {
    return verb(before, after);
  }
  return before === after ? `witness ${witness}` : `${verb(before, after)}, witness ${witness}`;
}

function verb(before: string | undefined, after: string | undefined): string {
  if (before === undefined) {
    return 'added';
  }
  return after === undefined ? 'removed' : 'changed';
}

function unchangedText(relocked: readonly Relocked[]): string {
  const unchanged = ofKind(relocked, 'unchanged');
  return unchanged.length === 0 ? '' : `Unchanged: ${unchanged.map(({ id }) => id).join(', ')}.`;
}

/** What a person should know about the inputs, told once for all images it is true of. */
function notesText(relocked: readonly Relocked[]): string {
  const notes = relocked.flatMap((each) =>
    each.kind === 'failed' ? [] : each.notices.map((notice) => ({ id: each.id, notice })),
  );
  const lines = [...Map.groupBy(notes, ({ notice }) => notice)].map(
    ([notice, images]) => `- ${images.map(({ id }) => id).join(', ')}: ${escaped(notice)}`,
  );
  return lines.length === 0 ? '' : `## Notes\n\n${lines.join('\n')}`;
}

function ofKind<K extends Kind>(
  relocked: readonly Relocked[],
  kind: K,
): readonly Extract<Relocked, { readonly kind: K }>[] {
  return relocked.filter((each): each is Extract<Relocked, { readonly kind: K }> => each.kind === kind);
}
