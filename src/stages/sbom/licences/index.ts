export type { LicenceText } from './licence-text.ts';
export { freeText, licencesOf, NOTHING_KNOWN } from './package-licences.ts';
export type { Licences } from './package-licences.ts';
