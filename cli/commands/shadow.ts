/** `prestoscale shadow` */
import { modeCommand } from '../policies/set-mode.ts';

export const shadow = modeCommand('shadow', 'Decides and records, and changes nothing.');
