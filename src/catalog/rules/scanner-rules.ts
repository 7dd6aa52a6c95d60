import { SCAN_PLACEHOLDERS, SCANNERS, type Problem } from '../../model/index.ts';
import { didYouMean, oneOf } from '../suggest.ts';
import type { WrittenCatalog } from '../written-catalog.ts';
import { placed, problemAt } from './rule.ts';
import type { Rule } from './rule.ts';

export const SCANNER_RULES: readonly Rule[] = [
  requiredScannersAreOn,
  commandsHaveNamesOfTheirOwn,
  placeholdersAreKnown,
];

const ON_BY_DEFAULT = ['debian-archive', 'debian-tracker', 'osv'];

/** A scanner that never runs would block every image. */
function requiredScannersAreOn({ catalog }: WrittenCatalog): readonly Problem[] {
  const { policy, scanners } = catalog.value;
  const on = [
    ...(scanners?.on === undefined ? ON_BY_DEFAULT : placed(scanners.on).map(([, name]) => name)),
    ...Object.keys(scanners?.commands ?? {}),
  ];
  return placed(policy?.['required-scanners'])
    .filter(([, name]) => !on.includes(name))
    .map(([index, name]) => {
      const isOff = SCANNERS.some((known) => known === name);
      const message = isOff
        ? `expected a scanner that is on, got "${name}": add it to scanners.on`
        : `expected ${oneOf(on)}, got "${name}"${didYouMean(name, [...on, ...SCANNERS])}`;
      return problemAt(catalog, ['policy', 'required-scanners', index], message);
    });
}

function commandsHaveNamesOfTheirOwn({ catalog }: WrittenCatalog): readonly Problem[] {
  return Object.keys(catalog.value.scanners?.commands ?? {})
    .filter((name) => SCANNERS.some((known) => known === name))
    .map((name) =>
      problemAt(
        catalog,
        ['scanners', 'commands', name],
        `expected a name of its own, got "${name}": that scanner is turned on in scanners.on`,
      ),
    );
}

function placeholdersAreKnown({ catalog }: WrittenCatalog): readonly Problem[] {
  const commands = Object.entries(catalog.value.scanners?.commands ?? {});
  return commands.flatMap(([name, written]) =>
    placed(written?.command).flatMap(([index, argument]) =>
      [...argument.matchAll(/\{([a-z]+)\}/g)]
        .map(([, placeholder = '']) => placeholder)
        .filter((placeholder) => !SCAN_PLACEHOLDERS.some((known) => known === placeholder))
        .map((placeholder) =>
          problemAt(
            catalog,
            ['scanners', 'commands', name, 'command', index],
            `expected ${SCAN_PLACEHOLDERS.map((known) => `{${known}}`).join(', ')}, got {${placeholder}}${didYouMean(placeholder, SCAN_PLACEHOLDERS)}`,
          ),
        ),
    ),
  );
}
