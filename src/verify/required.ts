import { PREDICATE_TYPE } from '../oci/index.ts';

/** `https://cyclonedx.org/bom` → `cyclonedx`; of a type that is none of ours, itself. */
export function shortType(type: string): string {
  return SHORT_NAMES[type] ?? type;
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  [PREDICATE_TYPE.vulnerabilities]: 'vuln',
  ...Object.fromEntries(
    Object.entries(PREDICATE_TYPE)
      .filter(([name]) => name !== 'vulnerabilities')
      .map(([name, type]) => [type, name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)]),
  ),
};
