import { FactoryError } from '../model/index.ts';
import { parseRelation } from './relation.ts';

const NEWLINE = 0x0a;
const PACKAGE = '\nPackage: ';
const PROVIDES = '\nProvides: ';

/** Searching for bytes is twice as fast as for a string, which is encoded anew each time. */
const PACKAGE_BYTES = Buffer.from(PACKAGE);
const PROVIDES_BYTES = Buffer.from(PROVIDES);
/** Debian policy 3.8: what dpkg itself works with. */
const ESSENTIAL_BYTES = Buffer.from('\nEssential: yes\n');

/**
 * Package name → offsets of its stanzas. Nothing is parsed: of 69,000 stanzas an image needs a hundred.
 * Every archive tool writes `Package` first (apt-ftparchive(1), dpkg-scanpackages(1)); anything else is refused.
 */
export function scanPackages(text: Buffer, source: string): ReadonlyMap<string, readonly number[]> {
  const packages = new Map<string, number[]>();
  if (text.length > 0) {
    if (!lineAt(text, 0).startsWith(PACKAGE.slice(1))) {
      throw notAStanza(text, 0, source);
    }
    packages.set(lineAt(text, PACKAGE.length - 1), [0]);
  }
  for (let at = text.indexOf(PACKAGE_BYTES); at >= 0; at = text.indexOf(PACKAGE_BYTES, at + PACKAGE.length)) {
    const start = at + 1;
    // the line break that was found ends an empty line, or is the first byte
    if (at > 0 && text[at - 1] !== NEWLINE) {
      throw notAStanza(text, start, source);
    }
    const name = lineAt(text, at + PACKAGE.length);
    const known = packages.get(name);
    if (known === undefined) {
      packages.set(name, [start]);
    } else {
      known.push(start);
    }
  }
  return packages;
}

/** A Provides field, and where it is. */
export interface ProvidesField {
  readonly at: number;
  readonly value: string;
}

/** Every Provides of the file, still as text: of 65,000 provided names an image asks for a few. */
export function scanProvides(text: Buffer): readonly ProvidesField[] {
  const fields: ProvidesField[] = [];
  for (let at = text.indexOf(PROVIDES_BYTES); at >= 0; at = text.indexOf(PROVIDES_BYTES, at + 1)) {
    fields.push({ at, value: lineAt(text, at + PROVIDES.length) });
  }
  return fields;
}

/** Names of the packages that provide a virtual package, in the order of the file. */
export function findProviders(
  text: Buffer,
  fields: readonly ProvidesField[],
  virtual: string,
): readonly string[] {
  return fields
    .filter(({ value }) => value.includes(virtual) && providedNames(value).includes(virtual))
    .map(({ at }) => {
      // The first stanza has no line before it: -1 is then the place of the missing line break.
      const owner = text.lastIndexOf(PACKAGE_BYTES, at);
      return lineAt(text, owner + PACKAGE.length);
    });
}

/** Names of the essential packages, in the order of the file. */
export function findEssential(text: Buffer): readonly string[] {
  const names: string[] = [];
  for (let at = text.indexOf(ESSENTIAL_BYTES); at >= 0; at = text.indexOf(ESSENTIAL_BYTES, at + 1)) {
    const owner = text.lastIndexOf(PACKAGE_BYTES, at);
    names.push(lineAt(text, owner + PACKAGE.length));
  }
  return names;
}

function notAStanza(text: Buffer, start: number, source: string): FactoryError {
  return new FactoryError(
    'INDEX_INVALID',
    `cannot read ${source}: expected stanzas that start with "Package", got "${lineAt(text, start)}" at byte ${start}`,
  );
}

function providedNames(field: string): readonly string[] {
  return parseRelation(field).flatMap((alternatives) => alternatives.map(({ name }) => name));
}

function lineAt(text: Buffer, start: number): string {
  const end = text.indexOf(NEWLINE, start);
  return text.toString('latin1', start, end < 0 ? text.length : end);
}
