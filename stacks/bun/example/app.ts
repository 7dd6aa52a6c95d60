import { greet } from 'greeting';
import { serve } from './serve.ts';

serve(`${greet('bun')}\n`);
