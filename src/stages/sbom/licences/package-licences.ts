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
    termsOf(
      field,
      (name) => {
        const found = licenceText(name, textOf(name, field, file));
        texts.set(found.ref, found);
        return found.ref;
      },
      file,
    ),
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

type ToRef = (name: string) => string;

/** What all has to be complied with, each in parentheses where it is a choice. */
function termsOf(field: LicenceField, toRef: ToRef, file: CopyrightFile): readonly string[] {
  const tree = parseLicenceSynopsis(field.synopsis);
  if (tree === undefined) {
    return [toRef(field.synopsis === '' ? 'unnamed' : field.synopsis)];
  }
  const toTerm = (part: LicenceTree): string => {
    switch (part.kind) {
      case 'licence':
        return idOf(part, (name) => textOf(name, field, file)) ?? toRef(nameOf(part));
      case 'or':
      case 'and':
        return `(${[...new Set(part.parts.map(toTerm))].sort().join(` ${part.kind.toUpperCase()} `)})`;
    }
  };
  return (tree.kind === 'and' ? tree.parts : [tree]).map(toTerm).map(withoutNeedlessParentheses);
}

type NamedLicence = Extract<LicenceTree, { kind: 'licence' }>;

function nameOf({ name, exception }: NamedLicence): string {
  return exception === undefined ? name : `${name} with ${exception} exception`;
}

function idOf({ name, exception }: NamedLicence, textOfName: (name: string) => string): string | undefined {
  if (isNamedByText(name) && !hasTextOf(name, textOfName(name))) {
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
