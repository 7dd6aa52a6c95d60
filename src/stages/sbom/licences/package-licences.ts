import { licenceKey, parseCopyright, parseLicenceSynopsis } from '../../../debian/index.ts';
import type { CopyrightFile, LicenceField, LicenceTree } from '../../../debian/index.ts';
import { spdxOfException, spdxOfShortName } from './debian-names.ts';
import { licenceText, type LicenceText } from './licence-text.ts';
import { hasTextOf, isNamedByText } from './named-by-text.ts';

/** What a component says its licences are. */
export interface Licences {
  /** SPDX expression; `NOASSERTION` where nothing says anything. */
  readonly expression: string;
  /** Of every `LicenseRef-…` in it. */
  readonly texts: readonly LicenceText[];
}

export const NOTHING_KNOWN: Licences = { expression: 'NOASSERTION', texts: [] };

/**
 * Licences of a Debian package, from its copyright file. All that the file names for any of its source package's
 * files: which of them are in this binary package is not written anywhere. Free text stays text.
 */
export function licencesOf(copyright: string, sourcePackage: string): Licences {
  const file = parseCopyright(copyright);
  return file === undefined ? freeText(copyright, `${sourcePackage}-copyright`) : declared(file);
}

/** Text that only a person can say the meaning of. */
export function freeText(text: string, name: string): Licences {
  const found = licenceText(name, text.trim());
  return { expression: found.ref, texts: [found] };
}

function declared(file: CopyrightFile): Licences {
  const texts = new Map<string, LicenceText>();
  const terms = file.licences.flatMap((field) =>
    termsOf(field.synopsis, { texts, textOf: (name) => textOf(name, field, file) }),
  );
  const unique = [...new Set(terms)].sort();
  return {
    expression: unique.length === 1 ? withoutParentheses(unique[0] ?? '') : unique.join(' AND '),
    texts: [...texts.values()].sort((a, b) => (a.ref < b.ref ? -1 : 1)),
  };
}

/** The text the field has itself is that of all its licences together. */
function textOf(name: string, field: LicenceField, { texts }: CopyrightFile): string {
  const own = licenceKey(field.synopsis) === licenceKey(name) ? field.text : '';
  return [own, texts.get(licenceKey(name)) ?? '', field.text].find((text) => text !== '') ?? '';
}

/** What a field's names are looked up in, and where their texts go that have no id. */
interface FieldReading {
  readonly textOf: (name: string) => string;
  readonly texts: Map<string, LicenceText>;
}

/** What all has to be complied with, each in parentheses where it is a choice. */
function termsOf(synopsis: string, reading: FieldReading): readonly string[] {
  const tree = parseLicenceSynopsis(synopsis);
  if (tree === undefined) {
    return [referTo(synopsis === '' ? 'unnamed' : synopsis, reading)];
  }
  const parts = tree.kind === 'and' ? tree.parts : [tree];
  return parts.map((part) => withoutNeedlessParentheses(termOf(part, reading)));
}

function termOf(tree: LicenceTree, reading: FieldReading): string {
  switch (tree.kind) {
    case 'licence':
      return idOf(tree, reading) ?? referTo(nameOf(tree), reading);
    case 'or':
    case 'and': {
      const terms = new Set(tree.parts.map((part) => termOf(part, reading)));
      return `(${[...terms].sort().join(` ${tree.kind.toUpperCase()} `)})`;
    }
  }
}

function referTo(name: string, { texts, textOf: textOfName }: FieldReading): string {
  const found = licenceText(name, textOfName(name));
  texts.set(found.ref, found);
  return found.ref;
}

type NamedLicence = Extract<LicenceTree, { kind: 'licence' }>;

function nameOf({ name, exception }: NamedLicence): string {
  return exception === undefined ? name : `${name} with ${exception} exception`;
}

function idOf({ name, exception }: NamedLicence, reading: FieldReading): string | undefined {
  if (isNamedByText(name) && !hasTextOf(name, reading.textOf(name))) {
    return undefined;
  }
  const id = spdxOfShortName(name);
  if (exception === undefined || id === undefined) {
    return id;
  }
  const known = spdxOfException(exception);
  // SPDX 2.3, annex D.2: an exception is to one licence
  return known === undefined || id.startsWith('(') ? undefined : `${id} WITH ${known}`;
}

/** `(A)`: a choice between one licence under two names. */
function withoutNeedlessParentheses(term: string): string {
  return / (?:OR|AND) /.test(term) ? term : term.replaceAll(/^\(+|\)+$/g, '');
}

function withoutParentheses(term: string): string {
  return term.startsWith('(') ? term.slice(1, -1) : term;
}
