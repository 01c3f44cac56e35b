/** Lists in pages, each with an opaque marker of where the next one begins. */
import { API_ERRORS } from './api-error.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly marker: string | undefined;
}

const markerOf = (offset: number): string => Buffer.from(`offset:${offset}`).toString('base64url');

const offsetOf = (marker: string): number => {
  const [, offset] = /^offset:(\d+)$/.exec(Buffer.from(marker, 'base64url').toString()) ?? [];
  if (offset === undefined) throw API_ERRORS.unknownMarker(marker);
  return Number(offset);
};

/**
 * One page of a list.
 * @param marker of the page before; absent: the first page
 * @throws EmrApiError for a marker that was not given out
 */
export const pageOf = <Item>(items: readonly Item[], marker: string | undefined, size: number): Page<Item> => {
  const begin = marker === undefined ? 0 : offsetOf(marker);
  const end = begin + size;
  return { items: items.slice(begin, end), marker: end < items.length ? markerOf(end) : undefined };
};
