import { FactoryError } from '../model/index.ts';
import { parseDeb822, type Stanza } from './deb822.ts';

/** One `License` field: the short name or expression on its first line, and the text below it, if there is any. */
export interface LicenceField {
  readonly synopsis: string;
  readonly text: string;
}

/** A machine-readable copyright file (copyright-format 1.0). */
export interface CopyrightFile {
  /** Of the Files stanzas, in their order. */
  readonly licences: readonly LicenceField[];
  /** Texts of the stand-alone License stanzas by `licenceKey` of their short name. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Clause 6.1: both mean the same; no other version's short names are known. */
const FORMAT = /^https?:\/\/(?:www\.)?debian\.org\/doc\/packaging-manuals\/copyright-format\/1\.0\/?$/;

/**
 * Reads `/usr/share/doc/<package>/copyright`. Undefined where it is free text, or breaks the format's syntax: then
 * only a person can say what it means.
 */
export function parseCopyright(text: string): CopyrightFile | undefined {
  const [header, ...stanzas] = stanzasOf(text) ?? [];
  if (!FORMAT.test(header?.get('format') ?? '')) {
    return undefined;
  }
  // clause 5.1: a License field of the header complements those of the Files stanzas, and does not replace them
  const licences = stanzas.filter((stanza) => stanza.has('files')).map(licenceField);
  const isComplete = licences.length > 0 && !licences.includes(undefined);
  const texts = new Map<string, string>();
  for (const stanza of stanzas.filter((each) => !each.has('files'))) {
    const { synopsis, text: body } = licenceField(stanza) ?? { synopsis: '', text: '' };
    const key = licenceKey(synopsis);
    texts.set(key, texts.get(key) ?? body);
  }
  return isComplete ? { licences: licences.filter((licence) => licence !== undefined), texts } : undefined;
}

/** Clause 7.2: names are case-insensitive. */
export function licenceKey(name: string): string {
  return name.toLowerCase().split(/\s+/).join(' ');
}

function stanzasOf(text: string): readonly Stanza[] | undefined {
  try {
    return parseDeb822(text);
  } catch (error) {
    if (error instanceof FactoryError) {
      return undefined;
    }
    throw error;
  }
}

/** Clause 4.4: formatted text with a synopsis; ` .` is an empty line. */
function licenceField(stanza: Stanza): LicenceField | undefined {
  const [synopsis, ...lines] = stanza.get('license')?.split('\n') ?? [];
  const text = lines
    .map((line) => (line === '.' ? '' : line))
    .join('\n')
    .trim();
  return synopsis === undefined || (synopsis === '' && text === '') ? undefined : { synopsis, text };
}
