/** The little that is used of packages without types. */
declare module 'phoenix' {
  export interface SocketOptions {
    readonly transport: typeof WebSocket;
    readonly timeout: number;
    readonly reconnectAfterMs?: (tries: number) => number;
  }
  export class Socket {
    constructor(url: string, options: SocketOptions);
    connect(): void;
    channel(topic: string, params: object): { join(): unknown };
  }
}

declare module '@rails/actioncable' {
  export const ConnectionMonitor: { staleThreshold: number };
  export function createConsumer(url: string): {
    readonly subscriptions: { create(channel: string, mixin: object): unknown };
  };
}
