import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

// For `node --import`: writes the URL of every module that the process loads into the file that LOADED_MODULES names.
const file = process.env['LOADED_MODULES'] ?? '';
registerHooks({
  load: (url, context, nextLoad) => {
    appendFileSync(file, `${url}\n`);
    return nextLoad(url, context);
  },
});
