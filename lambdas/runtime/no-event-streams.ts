/**
 * Takes the place of the SDK's streams of events when the functions are bundled: no call that a function makes streams
 * any, and reading them would be 14 KB of each function.
 */
const refuse = (): never => {
  throw new Error('a call that streams events was made by a function, whose code was bundled without reading them');
};

/** Named as in the package whose place it takes. */
export const eventStreamSerdeProvider = refuse;

/** Named as in the package whose place it takes. */
export class EventStreamSerde {
  constructor() {
    refuse();
  }
}
