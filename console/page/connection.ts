/** The stream from the server. It comes back by itself, and says when it is gone. */
import type { ConsoleState, ConsoleUpdate } from '../protocol.ts';

/** Three heartbeats: a connection that is so long silent is dead, although nobody closed it. */
const SILENCE_MILLISECONDS = 15_000;
const RETRY_MILLISECONDS = 2000;

export interface Listener {
  /** Everything anew: at the start and after every lost connection. */
  onState(state: ConsoleState): void;
  onUpdate(update: ConsoleUpdate): void;
  onConnected(connected: boolean): void;
}

/** Listens for as long as the page lives. */
export const connect = (listener: Listener): void => {
  const source = new EventSource('/api/stream');
  let silence: ReturnType<typeof setTimeout> | undefined;

  const again = (milliseconds: number): void => {
    clearTimeout(silence);
    source.close();
    listener.onConnected(false);
    setTimeout(() => connect(listener), milliseconds);
  };
  const heard = (): void => {
    clearTimeout(silence);
    silence = setTimeout(() => again(0), SILENCE_MILLISECONDS);
  };
  const on = <Message>(name: string, handle: (message: Message) => void): void => {
    source.addEventListener(name, (event: MessageEvent<string>) => {
      heard();
      handle(JSON.parse(event.data) as Message);
    });
  };

  on<ConsoleState>('state', (state) => {
    listener.onConnected(true);
    listener.onState(state);
  });
  on<ConsoleUpdate>('update', (update) => listener.onUpdate(update));
  on('heartbeat', () => listener.onConnected(true));
  // Browsers try again by themselves after a break, but not after an answer like 503: one way for both.
  source.addEventListener('error', () => again(RETRY_MILLISECONDS));
  heard();
};
