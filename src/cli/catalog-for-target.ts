import { isInEcr, type Catalog, type ScannerName, type Target } from '../model/index.ts';

const ECR: ScannerName = 'ecr';

/** The catalog as it holds for a target: only what is in ECR is scanned there, and only of that can it be required. */
export function catalogForTarget(catalog: Catalog, target: Target): Catalog {
  if (isInEcr(target)) {
    return catalog;
  }
  const { scanners, policy } = catalog;
  return {
    ...catalog,
    scanners: { ...scanners, on: scanners.on.filter((name) => name !== ECR) },
    policy: { ...policy, requiredScanners: policy.requiredScanners.filter((name) => name !== ECR) },
  };
}
