/** MQTT.js over WebSocket: subscribes to the lab's thermometers and publishes to a topic of its own. */
import mqtt from 'mqtt';
import { describe, readClose, type StartClient } from './client.ts';

const OWN_TOPIC = 'lab/browser';
const KEEPALIVE_S = 10;

export const startMqtt: StartClient = (url, observer) => {
  const client = mqtt.connect(url, {
    manualConnect: true,
    keepalive: KEEPALIVE_S,
    reconnectPeriod: 1000,
    connectTimeout: 4000,
    // MQTT.js tells nobody the close code; its own option for making the socket does.
    createWebsocket(socketUrl: string, protocols: string[]) {
      observer.state('connecting');
      const socket = new WebSocket(socketUrl, protocols);
      socket.addEventListener('close', (event) => observer.closed(readClose(event)));
      return socket;
    },
  });
  client.on('connect', () => {
    observer.state('open');
    client.subscribe('lab/temperature/+');
  });
  client.on('close', () => observer.state('closed'));
  client.on('message', (topic, payload) => {
    observer.received({ text: `${topic} ${payload.toString()}`, bytes: payload.length });
  });
  // Without a listener a failed attempt would be an uncaught error; the close that follows says all.
  client.on('error', () => {});

  const publish = (payload: string | Uint8Array<ArrayBuffer>) => {
    // Typed for Node's Buffer, which a page has not; mqtt-packet writes any Uint8Array.
    client.publish(OWN_TOPIC, payload as string | Buffer);
    if (client.connected) observer.sent(describe(payload));
  };
  let wanted = false;
  return {
    connect() {
      if (wanted) return;
      // A client that has ended starts again by reconnect(); connect() is for the first time.
      if (client.disconnecting || client.disconnected) client.reconnect();
      else client.connect();
      wanted = true;
    },
    disconnect() {
      wanted = false;
      client.end();
    },
    sendText: publish,
    sendBinary: publish,
    pulse: (n) => publish(JSON.stringify({ from: 'browser', n })),
  };
};
