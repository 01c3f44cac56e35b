/** `prestoscale resume` */
import { modeCommand } from '../policies/set-mode.ts';

export const resume = modeCommand('act', 'Decides and acts, after a pause or after shadow mode.');
