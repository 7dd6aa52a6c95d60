import { FactoryError } from '../model/index.ts';
import { debEntries } from './deb-content.ts';
import { readDeb } from './deb.ts';
import { parseDeb822, type Stanza } from './deb822.ts';

/** What a package says of itself, deb(5) "control.tar": its relations, as the index had them. */
export async function readControl(bytes: Uint8Array, what: string): Promise<Stanza> {
  for await (const entry of debEntries(readDeb(bytes), 'control')) {
    if (entry.path === '/control') {
      const [stanza] = parseDeb822((await entry.read()).toString('utf8'), `control file of ${what}`);
      if (stanza !== undefined) {
        return stanza;
      }
    }
  }
  throw new FactoryError('INDEX_INVALID', `cannot read ${what}: expected a control file in it, got none`);
}
