import { group, knownOwners, passwd } from './accounts.ts';
import { configPlatform, createdDate, noShellForm, numericUser } from './config.ts';
import { homeModes, mergedUsr, noNewerFiles, tmpMode } from './layout.ts';
import { noDanglingLinks, noLeftovers } from './leftovers.ts';
import { sharedLibraries } from './libraries.ts';
import { packageCopyright, packageFiles } from './package-content.ts';
import { packageDatabase } from './packages.ts';
import { noFileCapabilities, noSetuid, noSpecialFiles, noWorldWritable } from './permissions.ts';
import type { RootRule } from './rule.ts';
import {
  noDocumentation,
  noPackageManager,
  noPackageState,
  noShell,
  scriptInterpreters,
} from './software.ts';

/** Every requirement on root filesystem and configuration, in the order of the report. */
export const ROOT_RULES: readonly RootRule[] = [
  noSetuid,
  noFileCapabilities,
  noWorldWritable,
  noSpecialFiles,
  noShell,
  noPackageManager,
  noPackageState,
  noDocumentation,
  noLeftovers,
  noDanglingLinks,
  scriptInterpreters,
  sharedLibraries,
  mergedUsr,
  tmpMode,
  homeModes,
  noNewerFiles,
  passwd,
  group,
  knownOwners,
  packageDatabase,
  packageFiles,
  packageCopyright,
  numericUser,
  noShellForm,
  createdDate,
  configPlatform,
];

export { installedPackages } from './packages.ts';
export { applyRule } from './rule.ts';
export type { RootRule, RootSubject } from './rule.ts';
