import {
  designedAccounts,
  group,
  knownOwners,
  noEmptyPasswords,
  passwd,
  uniqueAccounts,
} from './accounts.ts';
import {
  configPlatform,
  copiedLayers,
  createdDate,
  noEngineVolumes,
  noShellForm,
  numericUser,
} from './config.ts';
import { devPrograms, dpkgStatus, noAptCache } from './dev.ts';
import { homeModes, mergedUsr, noNewerFiles, tmpMode } from './layout.ts';
import { noDanglingLinks, noEscapingLinks, noLeftBehind, noLeftovers } from './leftovers.ts';
import { sharedLibraries } from './libraries.ts';
import { singleOwner } from './ownership.ts';
import { installedFiles, packageCopyright, packageFiles } from './package-content.ts';
import { packageDatabase } from './packages.ts';
import { noFileCapabilities, noSetuid, noSpecialFiles, noWorldWritable } from './permissions.ts';
import { noReplacedFiles } from './replaced.ts';
import type { RootRule } from './rule.ts';
import { noPrivilegeTools, noSecretFiles, noSecretVariables } from './secrets.ts';
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
  noPrivilegeTools,
  noShell,
  noPackageManager,
  noPackageState,
  noDocumentation,
  noLeftovers,
  noLeftBehind,
  noSecretFiles,
  noDanglingLinks,
  noEscapingLinks,
  scriptInterpreters,
  sharedLibraries,
  mergedUsr,
  tmpMode,
  homeModes,
  noNewerFiles,
  passwd,
  group,
  designedAccounts,
  uniqueAccounts,
  noEmptyPasswords,
  knownOwners,
  devPrograms,
  dpkgStatus,
  noAptCache,
  packageDatabase,
  singleOwner,
  noReplacedFiles,
  packageFiles,
  installedFiles,
  packageCopyright,
  numericUser,
  noShellForm,
  noSecretVariables,
  noEngineVolumes,
  copiedLayers,
  createdDate,
  configPlatform,
];

export { installedPackages } from './packages.ts';
export { applyRule } from './rule.ts';
export type { RootRule, RootSubject } from './rule.ts';
