import { FactoryError } from '../model/index.ts';

const NEWLINE = 0x0a;
const PACKAGE = '\nPackage: ';
const PROVIDES = '\nProvides: ';

/** Searching for bytes is twice as fast as for a string, which is encoded anew each time. */
const PACKAGE_BYTES = Buffer.from(PACKAGE);
const PROVIDES_BYTES = Buffer.from(PROVIDES);

/**
 * Package name → offsets of its stanzas. Nothing is parsed: of 69,000 stanzas an image needs a hundred.
 * Every archive tool writes `Package` first (apt-ftparchive(1), dpkg-scanpackages(1)); anything else is refused.
 */
export function scanPackages(text: Buffer, source: string): ReadonlyMap<string, readonly number[]> {
  const packages = new Map<string, number[]>();
  if (text.length > 0) {
    assertStanzaStart(text, 0, source);
    append(packages, lineAt(text, PACKAGE.length - 1), 0);
  }
  for (let at = text.indexOf(PACKAGE_BYTES); at >= 0; at = text.indexOf(PACKAGE_BYTES, at + PACKAGE.length)) {
    assertStanzaStart(text, at + 1, source);
    append(packages, lineAt(text, at + PACKAGE.length), at + 1);
  }
  return packages;
}

/** Virtual package → names of the packages whose Provides names it, each once, in the order of the file. */
export function scanProviders(text: Buffer): ReadonlyMap<string, readonly string[]> {
  const providers = new Map<string, string[]>();
  for (let at = text.indexOf(PROVIDES_BYTES); at >= 0; at = text.indexOf(PROVIDES_BYTES, at + 1)) {
    // The first stanza has no line before it: -1 is then the place of the missing line break.
    const owner = lineAt(text, text.lastIndexOf(PACKAGE_BYTES, at) + PACKAGE.length);
    for (const virtual of providedNames(lineAt(text, at + PROVIDES.length))) {
      append(providers, virtual, owner);
    }
  }
  return providers;
}

function assertStanzaStart(text: Buffer, start: number, source: string): void {
  const afterBlankLine = start === 0 || (text[start - 2] ?? NEWLINE) === NEWLINE;
  if (!afterBlankLine || lineAt(text, start).indexOf(PACKAGE.slice(1)) !== 0) {
    throw new FactoryError(
      'INDEX_INVALID',
      `cannot read ${source}: expected stanzas that start with "Package", got "${lineAt(text, start)}" at byte ${start}`,
    );
  }
}

/** A set, because a package may provide several versions of one name. */
function providedNames(field: string): ReadonlySet<string> {
  const names = field.split(',').map((provided) => provided.trimStart().split(/[ (:]/, 1)[0] ?? '');
  return new Set(names.filter((name) => name !== ''));
}

function lineAt(text: Buffer, start: number): string {
  const end = text.indexOf(NEWLINE, start);
  return text.toString('latin1', start, end < 0 ? text.length : end);
}

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) {
    map.set(key, [value]);
  } else {
    values.push(value);
  }
}
