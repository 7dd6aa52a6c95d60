import { writeFileSync } from 'node:fs';

// For `node --import`: writes how much memory the process ever had, in bytes, into the file that PEAK_MEMORY names.
process.on('exit', () => {
  writeFileSync(process.env['PEAK_MEMORY'] ?? '', String(process.resourceUsage().maxRSS * 1024));
});
