#!/usr/bin/env node
// The program runs its TypeScript as it is written; nothing is built.
import { register } from 'tsx/esm/api';

register();
await import('./prestoscale.ts');
