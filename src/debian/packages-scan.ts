import { FactoryError } from '../model/index.ts';
import { piecesOf, type IndexText, type TextPiece } from './index-text.ts';
import { hashOfLine, nameTable, type NamedPlace, type NameTable } from './name-table.ts';
import { parseRelation } from './relation.ts';

const NEWLINE = 0x0a;
const PACKAGE = '\nPackage: ';
const PROVIDES = '\nProvides: ';

/** Searching for bytes is twice as fast as for a string, which is encoded anew each time. */
const PACKAGE_BYTES = Buffer.from(PACKAGE);
const PROVIDES_BYTES = Buffer.from(PROVIDES);
/** Debian policy 3.8: what dpkg itself works with. */
const ESSENTIAL_BYTES = Buffer.from('\nEssential: yes\n');

/** What is known of a Packages file before any of its stanzas is parsed. */
export interface PackagesScan {
  /** Where stanzas begin that may be of this package, in the order of the file. */
  readonly names: NameTable;
  /** Every Provides of the file, still as text: of 65,000 provided names an image asks for a few. */
  readonly provides: readonly ProvidesField[];
  /** Names of the essential packages, in the order of the file. */
  readonly essential: readonly string[];
}

/**
 * Nothing is parsed: of 69,000 stanzas an image needs a hundred. Every archive tool writes `Package` first
 * (apt-ftparchive(1), dpkg-scanpackages(1)); anything else is refused.
 */
export function scanPackages(text: IndexText, source: string): PackagesScan {
  const found: NamedPlace[] = [];
  const provides: ProvidesField[] = [];
  const essential: string[] = [];
  for (const piece of piecesOf(text)) {
    for (const start of stanzasIn(piece, source)) {
      const hash = hashOfLine(piece.text, start + PACKAGE.length - 1);
      found.push({ hash, place: piece.at + start });
    }
    for (const at of placesOf(PROVIDES_BYTES, piece.text)) {
      provides.push({ owner: ownerOf(at, piece), value: lineAt(piece.text, at + PROVIDES.length) });
    }
    for (const at of placesOf(ESSENTIAL_BYTES, piece.text)) {
      essential.push(ownerOf(at, piece));
    }
  }
  return { names: nameTable(found), provides, essential };
}

function* stanzasIn(piece: TextPiece, source: string): Iterable<number> {
  const { text } = piece;
  if (!lineAt(text, 0).startsWith(PACKAGE.slice(1))) {
    throw notAStanza(piece, 0, source);
  }
  yield 0;
  for (const at of placesOf(PACKAGE_BYTES, text)) {
    // the line break that was found ends an empty line
    if (text[at - 1] !== NEWLINE) {
      throw notAStanza(piece, at + 1, source);
    }
    yield at + 1;
  }
}

/** A Provides field, and the package that has it. */
export interface ProvidesField {
  readonly owner: string;
  readonly value: string;
}

/** Names of the packages that provide a virtual package, in the order of the file. */
export function findProviders(fields: readonly ProvidesField[], virtual: string): readonly string[] {
  return fields
    .filter(({ value }) => value.includes(virtual) && providedNames(value).includes(virtual))
    .map(({ owner }) => owner);
}

function* placesOf(bytes: Buffer, text: Buffer): Iterable<number> {
  for (let at = text.indexOf(bytes); at >= 0; at = text.indexOf(bytes, at + 1)) {
    yield at;
  }
}

/** Of a field at this place. */
function ownerOf(at: number, { text }: TextPiece): string {
  // the first stanza has no line before it: -1 is then the place of the missing line break
  return lineAt(text, text.lastIndexOf(PACKAGE_BYTES, at) + PACKAGE.length);
}

function notAStanza({ at, text }: TextPiece, start: number, source: string): FactoryError {
  return new FactoryError(
    'INDEX_INVALID',
    `cannot read ${source}: expected stanzas that start with "Package", got "${lineAt(text, start)}" at byte ${at + start}`,
  );
}

function providedNames(field: string): readonly string[] {
  return parseRelation(field).flatMap((alternatives) => alternatives.map(({ name }) => name));
}

function lineAt(text: Buffer, start: number): string {
  const end = text.indexOf(NEWLINE, start);
  return text.toString('latin1', start, end < 0 ? text.length : end);
}
