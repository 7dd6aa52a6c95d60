/** Credentials for a machine, as netrc files write them. */
export interface NetrcEntry {
  /** As written; undefined for `default`, which stands for all machines. */
  readonly machine: string | undefined;
  readonly login: string;
  readonly password: string;
}

/** apt's files have no quoted words, and fewer keywords. */
export type NetrcDialect = 'netrc' | 'apt';

/** ftp(1), section "The .netrc file"; apt_auth.conf(5). */
const KEYWORDS: Readonly<Record<NetrcDialect, ReadonlySet<string>>> = {
  netrc: new Set(['machine', 'default', 'login', 'password', 'account', 'macdef']),
  apt: new Set(['machine', 'login', 'password']),
};

interface Draft {
  readonly machine: string | undefined;
  login?: string;
  password?: string;
}

/**
 * Entries in their order: the first that fits a machine is the one that counts. An entry without a password says
 * nothing and is left out; words that are no keywords are passed over.
 */
export function parseNetrc(text: string, dialect: NetrcDialect): readonly NetrcEntry[] {
  const words = new Words(text, dialect);
  const drafts: Draft[] = [];
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (!KEYWORDS[dialect].has(word)) {
      continue;
    }
    if (word === 'machine') {
      drafts.push({ machine: words.next() ?? '' });
    } else if (word === 'default') {
      drafts.push({ machine: undefined });
    } else if (word === 'macdef') {
      words.skipMacro();
    } else {
      setOnce(drafts.at(-1), word, words.next());
    }
  }
  return drafts.flatMap(({ machine, login = '', password }) =>
    password === undefined || machine === '' ? [] : [{ machine, login, password }],
  );
}

/** An account is read and not used: HTTP has none. */
function setOnce(draft: Draft | undefined, field: string, value: string | undefined): void {
  const isUsed = field === 'login' || field === 'password';
  if (draft !== undefined && value !== undefined && isUsed) {
    draft[field] ??= value;
  }
}

/** A comment fills a line; a word may be quoted. */
const PATTERNS: Readonly<Record<NetrcDialect, string>> = {
  netrc: String.raw`(?<comment>^[ \t]*#.*$)|"(?<quoted>(?:[^"\\\n]|\\.)*)"(?!\S)|(?<plain>\S+)`,
  apt: String.raw`(?<comment>^[ \t]*#.*$)|(?<plain>\S+)`,
};

/** What curl reads behind a backslash; any other character stands for itself. */
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

class Words {
  readonly #text: string;
  readonly #pattern: RegExp;

  constructor(text: string, dialect: NetrcDialect) {
    this.#text = text;
    this.#pattern = new RegExp(PATTERNS[dialect], 'gm');
  }

  next(): string | undefined {
    for (;;) {
      const groups = this.#pattern.exec(this.#text)?.groups;
      if (groups === undefined) {
        // the end stays the end
        this.#pattern.lastIndex = this.#text.length;
        return undefined;
      }
      if (groups['comment'] === undefined) {
        const unescaped = groups['quoted']?.replace(
          /\\(.)/g,
          (_, letter: string) => ESCAPES[letter] ?? letter,
        );
        return unescaped ?? groups['plain'];
      }
    }
  }

  /** A macro ends with an empty line (ftp(1), "macdef name"). */
  skipMacro(): void {
    const blank = /\n[ \t\r]*(?:\n|$(?![^]))/g;
    blank.lastIndex = this.#pattern.lastIndex;
    this.#pattern.lastIndex = blank.exec(this.#text) === null ? this.#text.length : blank.lastIndex;
  }
}
