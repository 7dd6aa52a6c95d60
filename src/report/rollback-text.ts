import type { ImageId, RolledBack } from '../model/index.ts';

/** `ingot rollback`: what consumers get from now on, and what becomes of the other one. */
export function rollbackText(id: ImageId, { record, from, to, tags, copied }: RolledBack): string {
  const isWithdrawn = record.withdrawn?.some(({ digest }) => digest === from.digest) === true;
  return [
    `${id} is ${to.tags.unique} again, released as ${record.tags.unique}`,
    `  image  ${record.digest}`,
    `  tags   ${tags.join(', ')}`,
    ...copied.map((repository) => `  copied to ${repository}, which did not have it`),
    `  from   ${from.tags.unique}${isWithdrawn ? ', which is never released again' : ''}`,
    `  reason ${record.reason}`,
    'it stays so until its inputs change: the nightly goes on to scan it, and `ingot status` shows it',
  ].join('\n');
}
