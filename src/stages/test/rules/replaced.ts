import type { ReplacedFile } from '../../../oci/index.ts';
import type { RootRule, RootSubject } from './rule.ts';

/** What `time-zone` of a stack is for. */
const TIME_ZONE = '/etc/localtime';
/** What `certificates` of a stack are added to. */
const TRUSTED = ['/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/certs/java/cacerts'];

/**
 * A stack adds to those it extends: what it replaced would be no longer what the lower layer's tests and package
 * lists say. A dev image has its runtime's files above Debian's own on purpose.
 */
export const noReplacedFiles: RootRule = {
  check: 'no-replaced-files',
  expected: 'no stack replaces a file of one below it; give the file another place, or drop it below',
  variants: ['runtime'],
  violations: (subject) =>
    subject.replaced
      .filter((replaced) => !isMeant(replaced, subject))
      .map(({ path, layer, below }) => {
        const by = placeOf(subject, layer);
        return `${path} of ${nameOf(subject, below)}, replaced by ${by}`;
      }),
};

function isMeant({ path, layer }: ReplacedFile, { stacks }: RootSubject): boolean {
  return path === TIME_ZONE || (stacks[layer]?.certificates !== undefined && TRUSTED.includes(path));
}

function nameOf({ stacks }: RootSubject, layer: number): string {
  const name = stacks[layer]?.name;
  return name === undefined ? "the image's own layer" : `"${name}"`;
}

function placeOf(subject: RootSubject, layer: number): string {
  const folder = subject.stacks[layer]?.folder;
  return folder === undefined ? nameOf(subject, layer) : `${folder}/stack.json`;
}
