import type { Account, Archives, ImageConfig, Target } from '../model/index.ts';

export const ROOT: Account = { name: 'root', uid: 0, gid: 0, home: '/root' };

/** Who images run as. 65532 is what the field's other distroless images use, so volumes fit both. */
export const NONROOT: Account = { name: 'nonroot', uid: 65532, gid: 65532, home: '/home/nonroot' };

/** What a stack chain that says nothing runs with. */
export const CONFIG_DEFAULTS: ImageConfig = {
  // Container runtimes set the same where an image has none; written down, it is the same everywhere.
  environment: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  entrypoint: [],
  command: [],
  workdir: NONROOT.home,
  user: `${NONROOT.uid}:${NONROOT.gid}`,
  accounts: [ROOT, NONROOT],
  stopSignal: 'SIGTERM',
};

/** Where apt in a dev image looks, unless the catalog names the company's own mirrors: any host reaches these. */
export const PUBLIC_ARCHIVES: Required<Archives> = {
  debian: 'http://ftp.debian.org/debian',
  debianSecurity: 'http://ftp.debian.org/debian-security',
};

/** Always there: the registry ingot starts itself. */
export const LOCAL_TARGET: Target = { name: 'local', kind: 'local' };
