import { greet } from 'greeting';
import { serve } from './serve.mjs';

serve(`${greet('node')}\n`);
