/** Bands of interruptions as the spot advisor labels them. */
import type { InterruptionBand } from '../model.ts';

const BANDS: Readonly<Record<string, InterruptionBand>> = { '<5%': 0, '5-10%': 1, '10-15%': 2, '15-20%': 3, '>20%': 4 };

/** The band of a label; undefined for any other text. */
export const bandOf = (label: string | undefined): InterruptionBand | undefined => BANDS[label ?? ''];
