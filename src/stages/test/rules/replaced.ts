import type { EntryType, Replaced } from '../../../oci/index.ts';
import type { RootRule, RootSubject } from './rule.ts';

/** What `time-zone` of a stack is for. */
const TIME_ZONE = '/etc/localtime';
/** What `certificates` of a stack are added to. */
const TRUSTED = ['/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/certs/java/cacerts'];

/**
 * A stack adds to those it extends: what it replaced would be no longer what the lower layer's tests and package
 * lists say. A dev image has its runtime's layers above what dpkg installed, and over that on purpose; above them,
 * nothing may touch what they bring.
 */
export const noReplacedFiles: RootRule = {
  check: 'no-replaced-files',
  expected:
    'no layer replaces or removes what one below it brings; give yours another place, or drop it below',
  variants: ['runtime', 'dev'],
  violations: (subject) =>
    subject.replaced
      .filter((replaced) => !isMeant(replaced, subject))
      .map((replaced) => violation(replaced, subject)),
};

function isMeant({ path, layer, below }: Replaced, { stacks }: RootSubject): boolean {
  return (
    stacks[below]?.isInstalled === true ||
    path === TIME_ZONE ||
    (stacks[layer]?.certificates !== undefined && TRUSTED.includes(path))
  );
}

const TYPE_NAMES: Readonly<Record<EntryType, string>> = {
  file: 'file',
  directory: 'folder',
  symlink: 'link',
  'character-device': 'device',
  'block-device': 'device',
  fifo: 'fifo',
};

/** `/usr/local/bin (folder) of "python", replaced by a link of stacks/mine/stack.json` */
function violation({ path, was, below, layer, by }: Replaced, subject: RootSubject): string {
  const what = `${path} (${TYPE_NAMES[was]}) of ${nameOf(subject, below)}`;
  const where = placeOf(subject, layer);
  return by === 'nothing'
    ? `${what}, removed by ${where}`
    : `${what}, replaced by a ${TYPE_NAMES[by]} of ${where}`;
}

function nameOf({ stacks }: RootSubject, layer: number): string {
  const name = stacks[layer]?.name;
  return name === undefined ? "the image's own layer" : `"${name}"`;
}

function placeOf(subject: RootSubject, layer: number): string {
  const folder = subject.stacks[layer]?.folder;
  return folder === undefined ? nameOf(subject, layer) : `${folder}/stack.json`;
}
