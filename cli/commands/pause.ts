/** `prestoscale pause` */
import { modeCommand } from '../policies/set-mode.ts';

export const pause = modeCommand('paused', 'Nothing is decided and nothing is changed until the cluster is resumed.');
